#include "milepost/base/directories.hpp"

#include "milepost/base/error.hpp"

#include "support/scratch_dir.hpp"

#include <stdlib.h>

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace milepost;
using test::ScratchDir;

namespace {

/// Sets or unsets a variable for one test case.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = ::getenv(name)) old_ = old;
    value ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  ~Variable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

}  // namespace

TEST_CASE("directories follow the XDG variables, else HOME") {
  const Variable home("HOME", "/home/x");
  SUBCASE("HOME alone") {
    const Variable state("XDG_STATE_HOME", nullptr), config("XDG_CONFIG_HOME", nullptr);
    CHECK(Directories::from_environment().state == "/home/x/.local/state/milepost");
    CHECK(Directories::from_environment().config == "/home/x/.config/milepost");
  }
  SUBCASE("XDG variables win") {
    const Variable state("XDG_STATE_HOME", "/var/s"), config("XDG_CONFIG_HOME", "/etc/c");
    CHECK(Directories::from_environment().state == "/var/s/milepost");
    CHECK(Directories::from_environment().config == "/etc/c/milepost");
  }
  SUBCASE("a relative XDG variable does not count") {
    const Variable state("XDG_STATE_HOME", "s"), config("XDG_CONFIG_HOME", "");
    CHECK(Directories::from_environment().state == "/home/x/.local/state/milepost");
    CHECK(Directories::from_environment().config == "/home/x/.config/milepost");
  }
}

TEST_CASE("F35: without HOME and XDG variables the missing variable is named") {
  const Variable home("HOME", nullptr), state("XDG_STATE_HOME", nullptr), config("XDG_CONFIG_HOME", nullptr);
  try {
    Directories::from_environment();
    FAIL("found");
  } catch (const EnvironmentError& error) {
    CHECK(std::string(error.what()).find("XDG_STATE_HOME") != std::string::npos);
  }
}

TEST_CASE("an installation is found through its variables, or what was looked for is named") {
  const ScratchDir scratch;
  scratch.write("programs/milepost-supervisor", "");
  scratch.write("deploy/coding-agent/Dockerfile", "");
  const Variable programs("MILEPOST_LIBEXEC", (scratch / "programs").c_str());
  const Variable deploy("MILEPOST_DEPLOY", (scratch / "deploy").c_str());
  CHECK(Installation::locate().container_programs == scratch / "programs");
  CHECK(Installation::locate().deploy == scratch / "deploy");

  std::filesystem::remove(scratch / "deploy/coding-agent/Dockerfile");
  try {
    Installation::locate();
    // A build tree beside the test program may hold the file; then nothing is missing.
  } catch (const EnvironmentError& error) {
    CHECK(std::string(error.what()).find("coding-agent/Dockerfile") != std::string::npos);
    CHECK(error.next_step().find("MILEPOST_DEPLOY") != std::string::npos);
  }
}
