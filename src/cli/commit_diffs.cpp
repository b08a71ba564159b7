#include "commit_diffs.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/log.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include <memory>

namespace milepost {

namespace {

constexpr std::size_t k_diff_bytes = 512 * 1024;

bool is_commit_id(const std::string& text) {
  return text.size() >= 7 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

std::function<std::string(const TaskState&)> commit_diffs(const App& app) {
  std::shared_ptr<ShadowGit> git;
  try {
    const CodeFolder folder = app.code_folder();
    git = std::make_shared<ShadowGit>(folder, app.store(folder).shadow_git());
  } catch (const Error& error) {
    log::info(std::string("no diffs in the report: ") + error.what());
    return {};
  }
  return [git](const TaskState& task) -> std::string {
    if (!is_commit_id(task.commit)) return {};
    try {
      // A commit names its tree, and with ^ that of the one before.
      return git->diff({task.commit + "^", task.commit + "^"}, {task.commit, task.commit}, k_diff_bytes);
    } catch (const Error& error) {
      log::info("no diff of commit " + task.commit + ": " + error.what());
      return {};
    }
  };
}

}  // namespace milepost
