#include "milepost/harness/repository_config.hpp"

#include "milepost/base/text.hpp"
#include "milepost/harness/profile.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

using namespace milepost;

namespace {

using Variables = std::map<std::string, std::string>;

std::function<std::string(const char*)> from(const Variables& variables) {
  return [variables](const char* name) {
    const auto at = variables.find(name);
    return at == variables.end() ? std::string() : at->second;
  };
}

Variables github(const std::string& event) {
  return {{"CI", "true"}, {"GITHUB_ACTIONS", "true"}, {"GITHUB_EVENT_NAME", event}};
}

Variables gitlab(const std::string& source) {
  return {{"CI", "true"}, {"GITLAB_CI", "true"}, {"CI_PIPELINE_SOURCE", source}};
}

std::string command_of(const char* harness, RepositoryConfig config) {
  HarnessRequest request;
  request.repository_config = config;
  return shell_join(harness_profile(harness).command(request).argv);
}

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> covered(const char* harness, const char* agent_config, bool with_options = true) {
  std::vector<std::string> paths;
  for (const RepositoryFile& file :
       files_to_cover(harness_profile(harness).repository_files(), agent_config, with_options))
    paths.push_back(file.path);
  return paths;
}

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("instructions of a repository count, and none of a change that CI builds for somebody") {
  struct Case {
    Variables variables;
    const char* expected;
  };
  const Case cases[] = {
      {{}, "instructions"},
      {{{"CI", "true"}}, "ignore"},
      {github("push"), "instructions"},
      {github("workflow_dispatch"), "instructions"},
      {github("pull_request"), "ignore"},
      {github("pull_request_target"), "ignore"},
      {github("issue_comment"), "ignore"},
      {github(""), "ignore"},
      {gitlab("schedule"), "instructions"},
      {gitlab("merge_request_event"), "ignore"},
      {gitlab("external_pull_request_event"), "ignore"},
      {{{"CI", "true"}, {"GITLAB_CI", "true"}, {"CI_PIPELINE_SOURCE", "api"}, {"CI_MERGE_REQUEST_IID", "7"}},
       "ignore"},
  };
  for (const Case& known : cases) {
    CAPTURE(known.variables);
    CHECK(agent_config_in("auto", from(known.variables)) == known.expected);
  }
}

TEST_CASE("what the user says of agent configuration holds in CI too") {
  for (const char* setting : {"trust", "instructions", "base-ref", "ignore"})
    CHECK(agent_config_in(setting, from(github("pull_request"))) == setting);
}

TEST_CASE("the target of a pull request is what CI calls it") {
  CHECK(target_branch_in(from({})).empty());
  CHECK(target_branch_in(from({{"GITHUB_BASE_REF", "main"}})) == "refs/remotes/origin/main");
  CHECK(target_branch_in(from({{"CI_MERGE_REQUEST_DIFF_BASE_SHA", "abc1"}})) == "abc1");
}

TEST_CASE("Claude Code is kept from a repository's settings by its own options") {
  const std::string trusting = command_of("claude", RepositoryConfig::trust);
  CHECK_FALSE(says(trusting, "--setting-sources"));
  for (const auto config : {RepositoryConfig::instructions, RepositoryConfig::ignore})
    CHECK(says(command_of("claude", config), "--setting-sources user --strict-mcp-config"));
  CHECK(says(command_of("claude", RepositoryConfig::instructions), "--add-dir /workspace"));
  CHECK_FALSE(says(command_of("claude", RepositoryConfig::ignore), "--add-dir"));
  CHECK(covered("claude", "instructions") == Paths{});
  CHECK(covered("claude", "ignore") == Paths{});
  CHECK(covered("claude", "base-ref") == Paths{".claude", ".mcp.json", "CLAUDE.md", "CLAUDE.local.md"});
}

TEST_CASE("Codex is told whether the project is trusted") {
  CHECK(says(command_of("codex", RepositoryConfig::trust), R"(trust_level="trusted")"));
  CHECK(says(command_of("codex", RepositoryConfig::instructions), R"(trust_level="untrusted")"));
  CHECK_FALSE(says(command_of("codex", RepositoryConfig::instructions), "project_doc_max_bytes"));
  CHECK(says(command_of("codex", RepositoryConfig::ignore), "project_doc_max_bytes=0"));
}

TEST_CASE("Gemini CLI reads no .env file of a project that is not trusted") {
  CHECK(says(command_of("gemini", RepositoryConfig::instructions), "ignoreLocalEnv"));
  CHECK_FALSE(says(command_of("gemini", RepositoryConfig::trust), "ignoreLocalEnv"));
}

TEST_CASE("a harness without such options has its files covered") {
  CHECK(covered("gemini", "instructions") == Paths{".gemini"});
  CHECK(covered("gemini", "ignore") == Paths{".gemini", "GEMINI.md", ".agents"});
  CHECK(covered("pi", "instructions") == Paths{".pi"});
  CHECK(covered("opencode", "instructions") == Paths{"opencode.json", "opencode.jsonc", ".opencode/*"});
  for (const std::string& name : harness_names()) CHECK(covered(name.c_str(), "trust") == Paths{});
}

TEST_CASE("files are covered for a harness that somebody starts without milepost's options") {
  CHECK(covered("claude", "instructions", /*with_options=*/false) == Paths{".claude", ".mcp.json"});
}

TEST_CASE("a command of the user's own is kept from what every harness reads") {
  const Paths paths = covered("custom", "instructions");
  for (const std::string& name : harness_names()) {
    for (const std::string& path : covered(name.c_str(), "instructions", /*with_options=*/false))
      CHECK(std::ranges::find(paths, path) != paths.end());
  }
}
