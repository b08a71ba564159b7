#include "milepost/verify/verifier.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"

#include "harness/real_engine.hpp"
#include "support/scratch_dir.hpp"

#include <unistd.h>

#include <doctest/doctest.h>

using namespace milepost;
using namespace std::chrono_literals;

namespace {

const test::NeedsEngine needs_engine;

/// A container with an empty code folder, and checks in it.
struct Box {
  test::ScratchDir scratch;
  ContainerEngine engine = test::test_engine();
  CodingAgentContainer guard{engine, spec(), [](const std::string&) {}};
  RunningContainer& running = guard.start({}, {});

  ContainerSpec spec() const {
    ContainerSpec spec;
    spec.name = "milepost-verify-test-" + random_hex(12);
    spec.image = test::test_image();
    spec.labels = {{"milepost.run", spec.name}};
    spec.uid = ::getuid();
    spec.gid = ::getgid();
    spec.network = "none";
    spec.mounts = {{Mount::Kind::bind, MILEPOST_TEST_PROGRAMS, k_programs_path, true, "the supervisor"},
                   {Mount::Kind::bind, scratch.path().string(), k_workspace_path, false, "the code folder"}};
    return spec;
  }
  std::vector<Evidence> run(const std::vector<std::string>& commands, Milliseconds timeout = 20s,
                            std::stop_token stop = {}) {
    std::vector<VerifyCommand> checks;
    for (const std::string& command : commands) checks.push_back({command, "--verify"});
    return verify(running, checks, {"PATH=/usr/bin:/bin", "GREETING=hello"}, timeout, {}, std::move(stop));
  }
};

}  // namespace

TEST_CASE("every check runs, also after one that failed, with its output and status") {
  Box box;
  const auto evidence = box.run({"echo \"$GREETING\"; echo oops >&2; exit 3", "true"});
  REQUIRE(evidence.size() == 2);
  CHECK(evidence[0].verdict == Verdict::failed);
  CHECK(evidence[0].exit_code == 3);
  CHECK(evidence[0].detail == "exit 3");
  CHECK(evidence[0].output.find("hello") != std::string::npos);
  CHECK(evidence[0].output.find("oops") != std::string::npos);
  CHECK(evidence[0].source == "--verify");
  CHECK(evidence[1].verdict == Verdict::passed);
  CHECK(evidence[1].exit_code == 0);
}

TEST_CASE("a failure inside of a pipe, and an unset variable, fail the check") {
  Box box;
  const auto evidence = box.run({"false | true", "echo $NOT_SET_ANYWHERE"});
  CHECK(evidence[0].verdict == Verdict::failed);
  CHECK(evidence[1].verdict == Verdict::failed);
}

TEST_CASE("a check that could not run is no failure of the task") {
  Box box;
  const auto evidence = box.run({"no-such-command-here", "/etc/passwd"});
  CHECK(evidence[0].verdict == Verdict::infra_error);
  CHECK(evidence[0].detail == "exit 127: command not found");
  CHECK(evidence[1].verdict == Verdict::infra_error);
  CHECK(evidence[1].detail == "exit 126: command cannot be executed");
}

TEST_CASE("a check that hangs is ended at its limit, and the next one runs") {
  Box box;
  const auto evidence = box.run({"echo begun; sleep 600", "true"}, 300ms);
  CHECK(evidence[0].verdict == Verdict::infra_error);
  CHECK(evidence[0].detail.starts_with("timed out after"));
  CHECK(evidence[0].exit_code == -1);
  CHECK(evidence[0].output == "begun\n");
  CHECK(evidence[1].verdict == Verdict::passed);
}

TEST_CASE("a check that is killed has failed and names the signal") {
  Box box;
  const auto evidence = box.run({"kill -SEGV $$"});
  CHECK(evidence[0].verdict == Verdict::failed);
  CHECK(evidence[0].detail == "killed by signal 11");
}

TEST_CASE("a stop ends the check and goes up as a stop") {
  Box box;
  std::stop_source source;
  source.request_stop();
  CHECK_THROWS_AS(box.run({"sleep 600"}, 20s, source.get_token()), Stopped);
}
