#include "uncommitted_work.hpp"

#include "milepost/base/text.hpp"
#include "milepost/run/session_marks.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace milepost {

namespace {

constexpr std::size_t k_shown_paths = 3;

/// "2 files: a, b"
std::string counted(const std::vector<std::string>& paths) {
  std::string text = std::to_string(paths.size()) + (paths.size() == 1 ? " file: " : " files: ");
  for (std::size_t i = 0; i < paths.size() && i < k_shown_paths; ++i)
    text += (i ? ", " : "") + one_line(paths[i], 60);
  return text + (paths.size() > k_shown_paths ? ", …" : "");
}

/// A task whose commit, when it comes, holds what changed since an earlier session.
bool any_task_under_way(const RunState& state) {
  return std::ranges::any_of(state.tasks, [](const TaskState& task) {
    return task.outcome != Outcome::completed && !task.attempts.empty();
  });
}

}  // namespace

std::string uncommitted_at_start(ShadowGit& git, const IsOwnDocument& is_own) {
  std::vector<std::string> paths = git.uncommitted();
  std::erase_if(paths, is_own);
  if (paths.empty()) return {};
  return "you have uncommitted work (" + counted(paths) +
         "); it stays uncommitted, except in files that a task changes too";
}

std::string uncommitted_at_resume(ShadowGit& git, const RunState& state, const Snapshot& now,
                                  const IsOwnDocument& is_own) {
  if (!any_task_under_way(state)) return uncommitted_at_start(git, is_own);
  const auto known = last_known(git, state);
  if (!known) return {};  // nothing can be committed either
  const std::vector<std::string> all = git.uncommitted();
  const std::set<std::string> uncommitted(all.begin(), all.end());
  std::vector<std::string> paths;
  for (const ChangedPath& change : git.changes(known->snapshot, now)) {
    if (uncommitted.contains(change.path) && !is_own(change.path)) paths.push_back(change.path);
  }
  if (paths.empty()) return {};
  if (known->at_end) {
    return "you have uncommitted work since the run stopped (" + counted(paths) +
           "); it stays uncommitted, except in files that a task changes too";
  }
  return "the run was cut off, so your changes since then cannot be told from the task's: what is not "
         "committed yet goes into the task's commit (" +
         counted(paths) + "); if any of it is yours, stop the run, commit or move it, and resume";
}

std::string lost_commits(const ShadowGit& git, const RunState& state) {
  std::vector<std::string> commits;
  for (const TaskState& task : state.tasks) {
    if (task.outcome == Outcome::completed && !task.commit.empty()) commits.push_back(task.commit);
  }
  const std::vector<std::string> missing = git.not_in_head(commits);
  if (missing.empty()) return {};
  std::vector<std::string> ids;
  for (const TaskState& task : state.tasks) {
    if (std::ranges::find(missing, task.commit) != missing.end()) ids.push_back(task.planned.id.value);
  }
  const std::string branch = git.branch().value_or("");
  std::string text = "the commits of finished tasks (" + one_line(join(ids, ", "), 200) + ") are not in " +
                     (branch.empty() ? "HEAD" : "branch " + branch) + "; the run goes on without their work";
  if (!state.started.branch.empty() && state.started.branch != branch)
    text += " (it began on branch " + state.started.branch + ")";
  return text;
}

}  // namespace milepost
