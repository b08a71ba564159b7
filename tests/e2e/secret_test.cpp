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

TEST_CASE("a secret reaches the agent and nothing else") {
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
