#include "milepost/base/error.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <csignal>
#include <set>
#include <string>

using namespace milepost;

TEST_CASE("every kind of error carries its own exit code") {
  CHECK(UsageError("x").exit_code() == ExitCode::usage);
  CHECK(EnvironmentError("x").exit_code() == ExitCode::environment);
  CHECK(InfraError("x").exit_code() == ExitCode::infra);
  CHECK(LockedError("x").exit_code() == ExitCode::locked);
  CHECK(TamperedError("x").exit_code() == ExitCode::tampered);
  CHECK(InternalError("x").exit_code() == ExitCode::internal);
}

TEST_CASE("an error keeps its message and its next step apart") {
  const UsageError error("no plan", "name a plan file");
  CHECK(std::string(error.what()) == "no plan");
  CHECK(error.next_step() == "name a plan file");
  CHECK(UsageError("no plan").next_step().empty());
}

TEST_CASE("an internal error asks for a report") {
  CHECK(InternalError("x").next_step().find("report") != std::string::npos);
}

TEST_CASE("a stop keeps the signal that asked for it") {
  const Stopped stop(SIGTERM);
  CHECK(stop.signal() == SIGTERM);
  CHECK(stop.exit_code() == ExitCode::terminated);
  CHECK(Stopped(SIGINT).exit_code() == ExitCode::interrupt);
  CHECK(Stopped(SIGHUP).exit_code() == ExitCode::hangup);
}

TEST_CASE("a failed system call becomes an InfraError with the cause") {
  try {
    errno = ENOSPC;
    throw_errno("cannot write report.json");
  } catch (const InfraError& error) {
    CHECK(std::string(error.what()) == "cannot write report.json: No space left on device");
    return;
  }
  FAIL("no InfraError");
}

TEST_CASE("the exit code table is complete, ascending and without twins") {
  std::set<int> codes;
  std::set<std::string_view> names;
  int last = -1;
  for (const ExitCodeInfo& info : exit_code_table()) {
    CHECK(static_cast<int>(info.code) > last);
    last = static_cast<int>(info.code);
    codes.insert(last);
    names.insert(info.name);
    CHECK(name_of(info.code) == info.name);
    CHECK_FALSE(info.meaning.empty());
  }
  CHECK(codes == std::set<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 70, 129, 130, 143});
  CHECK(names.size() == codes.size());
}
