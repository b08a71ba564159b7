#include "milepost/harness/repository_config.hpp"

#include <algorithm>
#include <array>

namespace milepost {

namespace {

using Variable = std::function<std::string(const char*)>;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

/// GitHub's GITHUB_EVENT_NAME and GitLab's CI_PIPELINE_SOURCE: events that only people with write access to
/// the repository cause.
bool is_own_event(const Variable& variable) {
  if (variable("GITHUB_ACTIONS") == "true")
    return is_one_of(variable("GITHUB_EVENT_NAME"),
                     {"push", "schedule", "workflow_dispatch", "repository_dispatch", "release"});
  if (variable("GITLAB_CI") == "true")
    return variable("CI_MERGE_REQUEST_IID").empty() &&
           is_one_of(variable("CI_PIPELINE_SOURCE"),
                     {"push", "schedule", "web", "api", "trigger", "pipeline"});
  return false;
}

}  // namespace

std::string agent_config_in(std::string_view setting, const Variable& variable) {
  if (setting != "auto") return std::string(setting);
  const bool in_ci = !variable("CI").empty() || !variable("GITHUB_ACTIONS").empty();
  return in_ci && !is_own_event(variable) ? "ignore" : "instructions";
}

std::string target_branch_in(const Variable& variable) {
  if (const std::string branch = variable("GITHUB_BASE_REF"); !branch.empty())
    return "refs/remotes/origin/" + branch;
  return variable("CI_MERGE_REQUEST_DIFF_BASE_SHA");
}

RepositoryConfig repository_config(std::string_view agent_config) {
  return agent_config == "ignore"         ? RepositoryConfig::ignore
         : agent_config == "instructions" ? RepositoryConfig::instructions
                                          : RepositoryConfig::trust;
}

std::vector<RepositoryFile> files_to_cover(const std::vector<RepositoryFile>& files,
                                           std::string_view agent_config, bool with_options) {
  std::vector<RepositoryFile> covered;
  if (agent_config == "trust") return covered;
  const bool from_base = agent_config == "base-ref";
  for (const RepositoryFile& file : files) {
    if (file.is_instructions && agent_config == "instructions") continue;
    if (file.kept_out_by_options && with_options && !from_base) continue;
    covered.push_back(file);
  }
  return covered;
}

}  // namespace milepost
