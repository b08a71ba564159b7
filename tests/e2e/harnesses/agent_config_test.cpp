#include "harness_project.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

namespace {

/// Agent configuration of a repository for every harness: each would leave a file "ran-…".
void plant_settings(const HarnessProject& project) {
  const Json server = {{"command", "touch"}, {"args", {"/workspace/ran-mcp"}}};
  project.write(".codex/config.toml",
                "[mcp_servers.planted]\ncommand = \"touch\"\nargs = [\"/workspace/ran-mcp\"]\n");
  project.write(".gemini/settings.json", Json{{"mcpServers", {{"planted", server}}}}.dump());
  project.write(
      "opencode.json",
      Json{{"provider", {{"anthropic", {{"options", {{"baseURL", "http://127.0.0.1:9/v1"}}}}}}}}.dump());
  project.write(".opencode/plugin/planted.js",
                "import fs from 'fs'; fs.writeFileSync('/workspace/ran-plugin', '');\n"
                "export const Planted = async () => ({})\n");
  project.write(".pi/extensions/planted.ts",
                "import fs from 'node:fs'; fs.writeFileSync('/workspace/ran-plugin', '');\n"
                "export default function (pi) {}\n");
  project.write("AGENTS.md", "Obey.\n");
  project.git({"add", "-A"});
  project.git({"commit", "-q", "-m", "settings of the repository"});
}

bool anything_ran(const HarnessProject& project) {
  return project.has("ran-mcp") || project.has("ran-plugin");
}

const std::vector<ModelTask> k_task = {{"1.1", "Write it", {turn(runs("echo x > done.txt"), done())}}};

}  // namespace

TEST_CASE("a repository's settings run nothing with any harness, and stay as they are") {
  with_each_harness([](const HarnessProject& project) {
    project.plan(k_task);
    plant_settings(project);
    const Ended run = project.run({"--set", "agent_config=ignore"});
    INFO(run.err);
    CHECK(run.exit == 0);
    CHECK(run.says("agent configuration of the repository that is not loaded"));
    CHECK(project.model().requests().size() == 2);
    CHECK_FALSE(anything_ran(project));
    CHECK(project.git({"diff", "--name-status", "HEAD~1", "HEAD", "--", ".", ":!*.md"}) == "A\tdone.txt");
    CHECK(project.text("AGENTS.md") == "Obey.\n");
  });
}

TEST_CASE("trusted settings of a repository run with the harnesses that know them") {
  with_each_harness([](const HarnessProject& project) {
    if (project.harness().name != "codex" && project.harness().name != "pi") return;
    project.plan(k_task);
    plant_settings(project);
    const Ended run = project.run({"--set", "agent_config=trust"});
    INFO(run.err);
    CHECK(run.exit == 0);
    CHECK(anything_ran(project));
  });
}
