#include "milepost/base/sha256.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

namespace fs = std::filesystem;

namespace {

constexpr const char* k_secret = "s3cr3t-7f1d0a9c4b";

std::vector<std::string> files_with_secret(const fs::path& directory) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file() && slurp(entry.path()).find(k_secret) != std::string::npos)
      found.push_back(entry.path());
  }
  return found;
}

std::vector<std::string> command_lines_with_secret() {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string line = slurp(entry.path() / "cmdline");
    if (line.find(k_secret) != std::string::npos) found.push_back(entry.path());
  }
  return found;
}

}  // namespace

TEST_CASE("F63: a secret reaches the agent and nothing else") {
  Project project;
  project.set("MY_TOKEN", k_secret);
  project.plan(
      {{"1.1", "Use it",
        "printf %s \"$MY_TOKEN\" | sha256sum | cut -c1-64 > sum\nwhile [ ! -f go ]; do sleep 0.01; done"}});
  Program run = project.start(
      {"run", "M1_test.md", "--secret", "MY_TOKEN", "-v", "--verify", "test -z \"${MY_TOKEN:-}\""});
  REQUIRE(eventually(30s, [&] { return project.text("sum").size() == 65; }));
  CHECK(project.text("sum") == milepost::sha256_hex(k_secret) + "\n");
  CHECK(command_lines_with_secret().empty());
  const auto containers = project.containers();
  REQUIRE(containers.size() == 1);
  const std::string inspected = engine_output(engine_under_test(), {"inspect", containers.front()});
  CHECK(inspected.find(containers.front()) != std::string::npos);
  CHECK(inspected.find(k_secret) == std::string::npos);
  project.write("go", "");
  const Ended ended = run.wait();
  INFO(ended.err);
  CHECK(ended.exit == 0);
  CHECK_FALSE(ended.says(k_secret));
  CHECK(files_with_secret(project.base()).empty());
}

TEST_CASE("F63: what the agent and the checks print is kept without secrets, however they are written") {
  Project project;
  project.set("MY_TOKEN", k_secret);
  const std::string key = "line one of it/" + std::string(k_secret) + "\n";
  milepost::test::ScratchDir outside;
  const std::string file = outside.write("key", key).string();
  project.plan({{"1.1", "Print it",
                 "printf %s \"$MY_KEY\" | sha256sum | cut -c1-64 > sum\necho \"<$MY_TOKEN>\"; echo "
                 "\"<$MY_TOKEN>\" >&2\n"
                 "printf s3cr3t-; sleep 0.2; echo 7f1d0a9c4b end\nfor n in '' x xx; do printf %s "
                 "\"$n$MY_TOKEN\" | base64; "
                 "done\nprintf %s \"$MY_TOKEN\" > copy"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--secret", "MY_TOKEN", "--secret-file",
                                      "MY_KEY=" + file, "-v", "--verify", "cat copy; rm copy"});
  INFO(run.err);
  CHECK(run.exit == 0);
  CHECK(project.text("sum") == milepost::sha256_hex(key.substr(0, key.size() - 1)) + "\n");
  CHECK_FALSE(run.says(k_secret));
  CHECK(run.says("<***>"));
  CHECK(run.says("*** end"));
  CHECK(files_with_secret(project.base()) == std::vector<std::string>{});
  for (const char* piece :
       {"czNjcjN0LTdmMWQwYTljNG", "3NlY3I", "MzY3IzdC03ZjFkMGE5YzRi", "zM2NyM3QtN2YxZDBhOWM0Y"}) {
    CAPTURE(piece);
    CHECK_FALSE(run.says(piece));
  }
}

TEST_CASE("a secret's file that is not there starts nothing") {
  Project project;
  project.plan({{"1.1", "Never", "touch begun"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--secret-file", "MY_KEY=/nonexistent/key"});
  CHECK(run.exit == 3);
  CHECK(run.says("cannot read the secret in /nonexistent/key"));
  CHECK_FALSE(project.has("begun"));
}

TEST_CASE("a variable that was not handed over does not reach the agent") {
  Project project;
  project.set("MY_TOKEN", k_secret);
  project.set("AWS_SECRET_ACCESS_KEY", k_secret);
  project.plan({{"1.1", "Look", "env > seen; cat /proc/1/environ >> seen 2>/dev/null || true"}});
  const Ended run = project.milepost({"run", "M1_test.md"});
  INFO(run.err);
  CHECK(run.exit == 0);
  CHECK(project.text("seen").find("MILEPOST_TASK=1.1") != std::string::npos);
  CHECK(project.text("seen").find(k_secret) == std::string::npos);
}
