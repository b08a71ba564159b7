#include "doctor/gitleaks.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace milepost;
using namespace milepost::doctor;
using milepost::test::ScratchDir;
using milepost::test::slurp;

namespace fs = std::filesystem;

namespace {

/// A finding as gitleaks 8 reports it, redacted.
std::string leak(const std::string& file, const std::string& rule) {
  return R"({"RuleID":")" + rule + R"(","Description":"A key","StartLine":3,"EndLine":3,"StartColumn":9,)" +
         R"("EndColumn":28,"Match":"REDACTED","Secret":"REDACTED","File":")" + file +
         R"(","SymlinkFile":"","Commit":"","Entropy":3.6,"Author":"","Email":"","Date":"","Message":"",)" +
         R"("Tags":[],"Fingerprint":")" + file + ":" + rule + R"(:3"})";
}

/// A code folder and a directory of PATH with a scripted gitleaks; PATH is put back at the end.
struct Machine {
  ScratchDir scratch;
  fs::path root = fs::canonical(fs::path(scratch.write("repo/src/app.py", "").parent_path().parent_path()));
  std::string old_path = std::getenv("PATH");

  explicit Machine(const std::string& script, const std::string& bin = "bin") {
    const fs::path program = scratch.write(bin + "/gitleaks", "#!/bin/sh\n" + script);
    fs::permissions(program, fs::perms::owner_all);
    ::setenv("PATH", (program.parent_path().string() + ":/usr/bin:/bin").c_str(), 1);
  }
  ~Machine() { ::setenv("PATH", old_path.c_str(), 1); }
  Machine(const Machine&) = delete;

  Leaks ask(const std::vector<std::string>& allow = {}) const {
    return ask_gitleaks(root, allow, scratch / "state", {});
  }
};

}  // namespace

TEST_CASE("what gitleaks finds is of high severity, once for each file and rule") {
  const Machine machine("echo \"$@\" > \"$0.arguments\"\ncat \"$0.json\"\n");
  machine.scratch.write("bin/gitleaks.json",
                        "[" + leak((machine.root / "src/app.py").string(), "aws-access-token") + "," +
                            leak((machine.root / "src/app.py").string(), "aws-access-token") + "," +
                            leak("conf/x.ini", "generic-api-key") + "]");
  const Leaks leaks = machine.ask();
  CHECK(leaks.asked);
  CHECK(leaks.problem.empty());
  REQUIRE(leaks.found.size() == 2);
  CHECK(leaks.found[0].path == "src/app.py");
  CHECK(leaks.found[0].what == "gitleaks: aws-access-token");
  CHECK(leaks.found[0].severity == Severity::high);
  CHECK(leaks.found[1].path == "conf/x.ini");
  // Neither secrets nor the repository's own opinion of what is one.
  const std::string arguments = slurp(machine.scratch / "bin/gitleaks.arguments");
  CHECK(arguments.find("--redact") != std::string::npos);
  CHECK(arguments.find("--config " + (machine.scratch / "state/gitleaks.toml").string()) !=
        std::string::npos);
  CHECK(machine.ask({"src/*"}).found.size() == 1);
}

TEST_CASE("a gitleaks that finds nothing says so") {
  const Leaks leaks = Machine("echo '[]'").ask();
  CHECK(leaks.asked);
  CHECK(leaks.problem.empty());
  CHECK(leaks.found.empty());
}

TEST_CASE("a gitleaks that fails or says what nobody understands is a problem, not an all-clear") {
  CHECK(Machine("echo 'unknown flag' >&2; exit 126").ask().problem.find("exit 126: unknown flag") !=
        std::string::npos);
  CHECK(Machine("echo oops").ask().problem.find("not a JSON list") != std::string::npos);
}

TEST_CASE("a repository that tells gitleaks what to pass over is named") {
  const Machine machine("echo '[]'");
  machine.scratch.write("repo/.gitleaksignore", "src/app.py:aws-access-token:3\n");
  CHECK(machine.ask().problem.find(".gitleaksignore") != std::string::npos);
}

TEST_CASE("a gitleaks that the repository brings along is not run") {
  const Machine machine("touch \"$0.ran\"; echo '[]'", "repo/bin");
  CHECK_FALSE(machine.ask().asked);
  CHECK_FALSE(fs::exists(machine.root / "bin/gitleaks.ran"));
}
