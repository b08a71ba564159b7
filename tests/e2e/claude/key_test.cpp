#include "claude_project.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

namespace fs = std::filesystem;

namespace {

bool has_key(const std::string& text) {
  return text.find(k_api_key) != std::string::npos;
}

Words files_with_key(const fs::path& directory) {
  Words found;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file() && has_key(slurp(entry.path()))) found.push_back(entry.path());
  }
  return found;
}

Words command_lines_with_key() {
  Words found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    if (has_key(slurp(entry.path() / "cmdline"))) found.push_back(entry.path());
  }
  return found;
}

}  // namespace

TEST_CASE("the API key reaches the harness and is nowhere else") {
  const Model model;
  const ClaudeProject project(model);
  project.plan({{"1.1",
                 "Wait for a word",
                 {turn(runs("touch started; while [ ! -f go ]; do sleep 0.02; done"), done())}}});
  Program run = project.start_run({"-v", "--verify", "test -z \"${ANTHROPIC_API_KEY:-}\""});
  if (!eventually(60s, [&] { return project.has("started"); })) FAIL("no command began: ", run.err());
  CHECK(command_lines_with_key().empty());
  const auto containers = project.containers();
  REQUIRE(containers.size() == 1);
  const std::string inspected = engine_output(engine_under_test(), {"inspect", containers.front()});
  CHECK(inspected.find("host.docker.internal") != std::string::npos);
  CHECK_FALSE(has_key(inspected));
  project.write("go", "");
  const Ended ended = run.wait();
  INFO(ended.err);
  CHECK(ended.exit == 0);
  CHECK(model.requests().at(0)["credential"] == "x-api-key");
  CHECK_FALSE(has_key(ended.err + ended.out));
  CHECK(fs::exists(project.state() / "milepost.log"));
  CHECK(fs::exists(project.report_directory() / "report.json"));
  // Claude Code itself may keep something of it in its own HOME.
  Words found = files_with_key(project.base());
  std::erase_if(found, [&](const std::string& file) {
    return file.starts_with((project.project_state() / "home").string() + "/");
  });
  CHECK(found == Words{});
}
