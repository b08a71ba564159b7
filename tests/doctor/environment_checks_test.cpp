#include "milepost/doctor/environment_checks.hpp"

#include "milepost/harness/profile.hpp"

#include "support/scratch_dir.hpp"

#include <stdlib.h>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

using namespace milepost;
using test::ScratchDir;
namespace fs = std::filesystem;

namespace {

/// Sets or unsets a variable for one test case.
class Variable {
 public:
  Variable(std::string name, const char* value) : name_(std::move(name)) {
    if (const char* old = ::getenv(name_.c_str())) old_ = old;
    value ? ::setenv(name_.c_str(), value, 1) : ::unsetenv(name_.c_str());
  }
  ~Variable() { old_ ? ::setenv(name_.c_str(), old_->c_str(), 1) : ::unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  std::string name_;
  std::optional<std::string> old_;
};

constexpr const char* k_docker_answers = R"(
case "$1 $2" in
  "version --format") echo "default|20.10.24|Engine,containerd," ;;
  "image inspect") echo "sha256:0123" ;;
  "volume inspect") echo "name" ;;
esac
)";

/// A repository, a state directory and a scripted engine: everything passes until a test case breaks a part.
struct Machine {
  ScratchDir scratch;
  Environment environment;
  Variable docker_host{"DOCKER_HOST", nullptr};

  Machine() {
    for (const char* directory : {"repo/.git/objects", "repo/.git/refs/heads", "repo/src", "programs"})
      fs::create_directories(scratch / directory);
    scratch.write("repo/.git/HEAD", "ref: refs/heads/main\n");
    scratch.write("repo/.git/config", "[core]\n\tbare = false\n");
    environment.start_directory = scratch / "repo/src";
    environment.state_directory = scratch / "state/milepost";
    environment.programs = scratch / "programs";
    environment.config.harness = "script";
    environment.config.min_free_bytes = 1;
    engine(k_docker_answers);
  }
  void engine(const std::string& body) {
    const fs::path client = scratch.write(
        "bin/docker", "#!/bin/bash\necho \"$*\" >> '" + (scratch / "calls").string() + "'\n" + body);
    fs::permissions(client, fs::perms::owner_all);
    environment.config.engine = client.string();
  }
  void lock_claude() {
    environment.config.harness = "claude";
    environment.lock = {"x86_64", "glibc", {{"claude", "@anthropic-ai/claude-code", "2.1.0", "", "", 1}}};
  }
  std::vector<CheckResult> run(bool thorough = false) {
    return run_checks(environment_checks(environment, thorough));
  }
  CheckResult only(const std::string& name, bool thorough = false) {
    const auto results = run_checks(select_checks(environment_checks(environment, thorough), {name}));
    for (const CheckResult& result : results) {
      if (result.name == name) return result;
    }
    FAIL("no check ", name);
    return {};
  }
};

bool contains(const std::string& text, std::string_view part) {
  CAPTURE(text);
  CAPTURE(part);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("everything passes on a machine that has everything, and what was found is kept") {
  Machine machine;
  const auto results = machine.run();
  CHECK_MESSAGE(all_passed(results), checks_table(results, false));
  REQUIRE(machine.environment.folder);
  CHECK(machine.environment.folder->root == machine.scratch / "repo");
  REQUIRE(machine.environment.engine);
  CHECK(machine.environment.engine->name() == "docker");
  CHECK(machine.only("engine").detail == "docker 20.10.24");
  CHECK(machine.only("git").detail.starts_with("git version 2."));
}

TEST_CASE("the checks of a run ask the engine's client three times") {
  Machine machine;
  machine.lock_claude();
  const Variable key("ANTHROPIC_API_KEY", "x");
  CHECK(all_passed(machine.run()));
  const std::string calls = test::slurp(machine.scratch / "calls");
  CAPTURE(calls);
  CHECK(std::count(calls.begin(), calls.end(), '\n') == 3);
}

TEST_CASE("image and volume are asked for while the engine is still asked for its version") {
  Machine machine;
  machine.lock_claude();
  const Variable key("ANTHROPIC_API_KEY", "x");
  machine.engine(R"(
case "$1 $2" in
  "version --format")
    for ((i = 0; i < 1000; i++)); do
      grep -q '^image inspect' "${0%/*}/../calls" && grep -q '^volume inspect' "${0%/*}/../calls" && break
      sleep 0.01
    done
    ((i < 1000)) && echo "default|20.10.24|Engine,containerd," ;;
  "image inspect") echo "sha256:0123" ;;
  "volume inspect") echo "name" ;;
esac
)");
  const auto results = machine.run();
  CHECK_MESSAGE(all_passed(results), checks_table(results, false));
}

TEST_CASE("an early question that failed is asked again once the engine has answered") {
  Machine machine;
  machine.engine(R"(
case "$1 $2" in
  "version --format") echo "default|20.10.24|Engine,containerd," ;;
  "image inspect")
    if mkdir "${0%/*}/asked" 2>/dev/null; then echo "connection reset" >&2; exit 1; fi
    echo "sha256:0123" ;;
esac
)");
  CHECK(machine.only("image").verdict == CheckVerdict::passed);
}

TEST_CASE("whether commits are possible is known before the run: who makes them, and what is in their way") {
  Machine machine;
  const Variable home("HOME", machine.scratch.path().c_str());
  const Variable config("XDG_CONFIG_HOME", nullptr);
  const Variable system("GIT_CONFIG_NOSYSTEM", "1");
  machine.environment.commits = true;
  machine.environment.shadow_git = machine.scratch / "state/milepost/projects/1/shadow.git";
  CheckResult result = machine.only("commits");
  CHECK(result.verdict == CheckVerdict::failed);
  CHECK(contains(result.remedy, "git config --global user.name"));

  machine.environment.config.commit = "none";
  CHECK(machine.only("commits").verdict == CheckVerdict::passed);
  machine.environment.config.commit = "per-task";

  machine.scratch.write(".gitconfig", "[user]\n\tname = Ada Tester\n\temail = ada@example.com\n");
  result = machine.only("commits");
  CHECK(result.verdict == CheckVerdict::passed);
  CHECK(result.detail == "as Ada Tester <ada@example.com>");
  REQUIRE(machine.environment.git);

  machine.scratch.write("repo/.git/MERGE_HEAD", "0123456789012345678901234567890123456789\n");
  result = machine.only("commits");
  CHECK(result.verdict == CheckVerdict::failed);
  CHECK(contains(result.detail, "a merge is under way"));
  CHECK(contains(result.remedy, "--set commit=none"));
}

TEST_CASE("an old or missing git is named with its remedy") {
  Machine machine;
  const fs::path git = machine.scratch.write("path/git", "#!/bin/sh\necho git version 2.33.1\n");
  fs::permissions(git, fs::perms::owner_all);
  {
    const Variable path("PATH", (machine.scratch / "path").c_str());
    CHECK(machine.only("git").detail == "git version 2.33.1 is too old");
    CHECK(contains(machine.only("git").remedy, "2.34 or newer"));
  }
  const Variable path("PATH", (machine.scratch / "none").c_str());
  CHECK(machine.only("git").detail == "there is no git in PATH");
}

TEST_CASE("git versions with letters and many parts are read") {
  Machine machine;
  for (const char* version : {"2.34.0", "2.50.1 (Apple Git-155)", "3.0.0.rc1", "2.100.3.windows.1"}) {
    CAPTURE(version);
    fs::permissions(
        machine.scratch.write("path/git", "#!/bin/sh\necho 'git version " + std::string(version) + "'\n"),
        fs::perms::owner_all);
    const Variable path("PATH", ((machine.scratch / "path").string() + ":" + ::getenv("PATH")).c_str());
    CHECK(machine.only("git").verdict == CheckVerdict::passed);
  }
}

TEST_CASE("outside of a repository what needs it is skipped and the rest still runs") {
  Machine machine;
  fs::create_directories(machine.scratch / "elsewhere");
  machine.environment.start_directory = machine.scratch / "elsewhere";
  machine.environment.config.require_files = {".env"};
  for (const CheckResult& result : machine.run()) {
    CAPTURE(result.name);
    const bool needs_it =
        result.name == "disk" || result.name == "required-files" || result.name == "sensitive-files";
    CHECK(result.verdict == (result.name == "repository" ? CheckVerdict::failed
                             : needs_it                  ? CheckVerdict::skipped
                                                         : CheckVerdict::passed));
  }
  CHECK_FALSE(machine.environment.folder);
}

TEST_CASE("F35: the state directory is made private, and one that is open to others is refused") {
  Machine machine;
  CHECK(machine.only("state-directory").verdict == CheckVerdict::passed);
  struct stat info {};
  REQUIRE(::stat(machine.environment.state_directory.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0700);
  CHECK(fs::is_empty(machine.environment.state_directory));

  fs::permissions(machine.environment.state_directory, fs::perms(0755));
  const CheckResult result = machine.only("state-directory");
  CHECK(result.verdict == CheckVerdict::failed);
  CHECK(result.remedy == "chmod 700 " + machine.environment.state_directory.string());
}

TEST_CASE("F35: a state directory that cannot be made is named") {
  Machine machine;
  machine.environment.state_directory = machine.scratch.write("file", "") / "state";
  const CheckResult result = machine.only("state-directory");
  CHECK(result.verdict == CheckVerdict::failed);
  CHECK(contains(result.detail, "file"));
}

TEST_CASE("too little disk space is said in numbers") {
  Machine machine;
  machine.environment.config.min_free_bytes = 900'000'000'000'000;
  const CheckResult result = machine.only("disk");
  CHECK(result.verdict == CheckVerdict::failed);
  CHECK(contains(result.detail, "900.0 TB are wanted"));
  CHECK(contains(result.remedy, "environment.min_free_disk"));
}

TEST_CASE("missing required files are listed") {
  Machine machine;
  machine.scratch.write("repo/.env", "");
  machine.environment.config.require_files = {".env", ".env.sandbox", "a/b"};
  const CheckResult result = machine.only("required-files");
  CHECK(result.verdict == CheckVerdict::failed);
  CHECK(result.detail.ends_with(": .env.sandbox, a/b"));
  machine.environment.config.require_files = {".env"};
  CHECK(machine.only("required-files").verdict == CheckVerdict::passed);
}

TEST_CASE("the user's own checks run in the code folder, and their hint is the remedy") {
  Machine machine;
  machine.environment.config.environment_checks = {
      {"place", "test \"$PWD\" = '" + (machine.scratch / "repo").string() + "'", "x"},
      {"stack", "echo starting; echo 'connection refused' >&2; exit 7", "docker compose up -d"},
      {"plain", "kill -9 $$", ""},
      {"input", "cat", "it reads standard input"},
  };
  const CheckResult place = machine.only("check:place");
  CHECK(place.verdict == CheckVerdict::passed);
  const CheckResult stack = machine.only("check:stack");
  CHECK(stack.verdict == CheckVerdict::failed);
  CHECK(contains(stack.detail, "ended with exit 7: connection refused"));
  CHECK(stack.remedy == "docker compose up -d");
  const CheckResult plain = machine.only("check:plain");
  CHECK(contains(plain.detail, "signal 9"));
  CHECK(contains(plain.remedy, "`kill -9 $$`"));
  CHECK(machine.only("check:input").verdict == CheckVerdict::passed);
}

TEST_CASE("a stop ends a user's check") {
  Machine machine;
  std::stop_source stop;
  stop.request_stop();
  machine.environment.stop = stop.get_token();
  machine.environment.config.environment_checks = {{"slow", "sleep 600", "x"}};
  CHECK(contains(machine.only("check:slow").detail, "was stopped"));
}

TEST_CASE("credentials come from a variable or a login, and their absence names both") {
  Machine machine;
  machine.environment.config.harness = "claude";
  std::vector<std::unique_ptr<Variable>> unset;
  for (const CredentialKey& key : harness_profile("claude").credentials())
    unset.push_back(std::make_unique<Variable>(key.variable, nullptr));

  const CheckResult missing = machine.only("credentials");
  CHECK(missing.verdict == CheckVerdict::failed);
  CHECK(contains(missing.remedy, "set ANTHROPIC_API_KEY"));
  CHECK(contains(missing.remedy, "`milepost shell`, then `claude`"));
  machine.environment.runs_agent = false;
  CHECK(machine.only("credentials").verdict == CheckVerdict::warning);
  machine.environment.runs_agent = true;
  {
    const Variable empty("ANTHROPIC_API_KEY", "");
    CHECK(machine.only("credentials").verdict == CheckVerdict::failed);
  }
  {
    const Variable key("ANTHROPIC_API_KEY", "sk-secret");
    const CheckResult set = machine.only("credentials");
    CHECK(set.verdict == CheckVerdict::passed);
    CHECK(set.detail == "ANTHROPIC_API_KEY is set");
  }
  machine.environment.home = machine.scratch / "home";
  machine.scratch.write("home/.claude/.credentials.json", "{}\n");
  CHECK(machine.only("credentials").verdict == CheckVerdict::failed);
  machine.scratch.write("home/.claude/.credentials.json", "{\"token\":\"x\"}");
  CHECK(contains(machine.only("credentials").detail, "logged in"));
}

TEST_CASE("a secret that is named and not set is a warning") {
  Machine machine;
  const Variable unset("MILEPOST_TEST_TOKEN", nullptr);
  machine.environment.config.secrets = {"MILEPOST_TEST_TOKEN", "PATH"};
  const CheckResult result = machine.only("credentials");
  CHECK(result.verdict == CheckVerdict::warning);
  CHECK(result.detail.ends_with(": MILEPOST_TEST_TOKEN"));
}

TEST_CASE("an unknown harness is a failure with a suggestion") {
  Machine machine;
  machine.environment.config.harness = "cluade";
  CHECK(contains(machine.only("credentials").detail + machine.only("credentials").remedy, "claude"));
}

TEST_CASE("an engine that does not answer skips the questions to it") {
  Machine machine;
  machine.engine("echo 'Cannot connect to the Docker daemon' >&2; exit 1");
  for (const CheckResult& result : machine.run(/*thorough=*/true)) {
    CAPTURE(result.name);
    const bool asks_engine = result.name == "image" || result.name == "harness-volume" ||
                             result.name == "harness" || result.name == "bind-mounts";
    CHECK(result.verdict == (result.name == "engine" ? CheckVerdict::failed
                             : asks_engine           ? CheckVerdict::skipped
                                                     : CheckVerdict::passed));
  }
}

TEST_CASE("harnesses are tried only in a complete volume, and without one there is nothing to try") {
  Machine machine;
  CHECK(machine.only("harness", /*thorough=*/true).detail == "none is installed");
  machine.lock_claude();
  machine.engine(R"(
case "$1 $2" in
  "version --format") echo "default|20.10.24|Engine," ;;
  "image inspect") echo "sha256:0123" ;;
  *) echo "Error: No such volume: x" >&2; exit 1 ;;
esac
)");
  const CheckResult untried = machine.only("harness", /*thorough=*/true);
  CHECK(untried.verdict == CheckVerdict::warning);
  CHECK(contains(untried.detail, "is not complete"));
  CHECK(untried.remedy == "milepost setup");
}

TEST_CASE("a missing image is built by setup, one of the user's own is theirs to bring") {
  Machine machine;
  machine.engine(R"(
case "$1 $2" in
  "version --format") echo "default|20.10.24|Engine," ;;
  *) echo "Error: No such image: x" >&2; exit 1 ;;
esac
)");
  CHECK(machine.only("image").verdict == CheckVerdict::failed);
  CHECK(machine.only("image").remedy == "milepost setup");
  machine.environment.config.image = "own:1";
  CHECK(contains(machine.only("image").detail, "'own:1'"));
  CHECK(contains(machine.only("image").remedy, "`image`"));
}

TEST_CASE("a harness volume that is not there yet is a warning: the run populates it") {
  Machine machine;
  machine.lock_claude();
  machine.engine(R"(
case "$1 $2" in
  "version --format") echo "default|20.10.24|Engine," ;;
  "volume inspect") echo "Error: No such volume: x" >&2; exit 1 ;;
esac
)");
  const CheckResult missing = machine.only("harness-volume");
  CHECK(missing.verdict == CheckVerdict::warning);
  CHECK(contains(missing.detail, "milepost-harness-"));
  CHECK(missing.remedy == "milepost setup --harness claude");

  machine.environment.lock = {};
  CHECK(contains(machine.only("harness-volume").detail, "not set up here"));
  machine.environment.config.harness = "script";
  CHECK(machine.only("harness-volume").verdict == CheckVerdict::passed);
}

TEST_CASE("F20, F22: a container that cannot start fails the bind-mounts check with the engine's words") {
  Machine machine;
  machine.engine(R"(
case "$1 $2" in
  "version --format") echo "default|20.10.24|Engine," ;;
  "image inspect") echo "sha256:0123" ;;
  run*) echo "docker: Error response from daemon: mounts denied." >&2; exit 125 ;;
esac
)");
  const CheckResult result = machine.only("bind-mounts", /*thorough=*/true);
  CHECK(result.verdict == CheckVerdict::failed);
  CHECK(contains(result.detail, "mounts denied"));
  CHECK(fs::is_directory(machine.scratch / "repo/src"));
}

TEST_CASE("F57: a private key in the code folder stops a run that nobody watches, and warns at a terminal") {
  Machine machine;
  machine.scratch.write("repo/keys/id_rsa", "");
  const CheckResult alone = machine.only("sensitive-files");
  CHECK(alone.verdict == CheckVerdict::failed);
  CHECK(contains(alone.detail, "1 of high severity: keys/id_rsa (a private key)"));
  CHECK(contains(alone.remedy, "sensitive_files.allow=GLOB"));
  CHECK(contains(alone.remedy, "sensitive_files.policy=warn"));

  machine.environment.attended = true;
  CHECK(machine.only("sensitive-files").verdict == CheckVerdict::warning);
  machine.environment.config.sensitive_policy = "fail";
  CHECK(machine.only("sensitive-files").verdict == CheckVerdict::failed);
  machine.environment.attended = false;
  machine.environment.config.sensitive_policy = "warn";
  CHECK(machine.only("sensitive-files").verdict == CheckVerdict::warning);
  machine.environment.config.sensitive_policy = "auto";
  machine.environment.config.sensitive_allow = {"keys/*"};
  CHECK(machine.only("sensitive-files").verdict == CheckVerdict::passed);
}

TEST_CASE("files of medium severity are a warning under every policy") {
  Machine machine;
  machine.scratch.write("repo/app.p12", "");
  for (const char* policy : {"auto", "warn", "fail"}) {
    machine.environment.config.sensitive_policy = policy;
    const CheckResult result = machine.only("sensitive-files");
    CHECK(result.verdict == CheckVerdict::warning);
    CHECK(contains(result.detail, "1 of medium severity: app.p12 (a key store)"));
  }
}

TEST_CASE("names of sensitive files cannot forge lines, and many of them stay a short text") {
  Machine machine;
  for (int i = 0; i < 30; ++i) machine.scratch.write("repo/x\ny" + std::to_string(i) + "/id_rsa", "");
  const std::string detail = machine.only("sensitive-files").detail;
  CHECK(contains(detail, "30 of high severity: "));
  CHECK(contains(detail, " and 20 more"));
  CHECK(detail.find('\n') == std::string::npos);
}
