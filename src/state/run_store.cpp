#include "milepost/state/run_store.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/sha256.hpp"
#include "milepost/base/text.hpp"
#include "milepost/state/journal.hpp"

#include <algorithm>
#include <fstream>

namespace milepost {

namespace fs = std::filesystem;

namespace {

std::string canonical_text(const fs::path& path) {
  std::error_code ignored;
  // A relative path of which nothing exists (the agent removed the plan) would stay relative.
  const fs::path canonical = fs::weakly_canonical(fs::absolute(path, ignored), ignored);
  return valid_utf8((canonical.empty() ? path : canonical).string());
}

/// The names of the directories in a directory, in descending order; empty when there is none.
std::vector<std::string> directories_in(const fs::path& parent) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(parent, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->symlink_status(ignored).type() == fs::file_type::directory)
      names.push_back(at->path().filename().string());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw UsageError("cannot list " + parent.string() + ": " + error.message());
  }
  std::sort(names.rbegin(), names.rend());
  return names;
}

/// The plan of a run whose journal is damaged further down; nothing when the start is damaged too.
std::optional<std::string> plan_of_damaged(const fs::path& journal) {
  std::error_code ignored;
  if (fs::symlink_status(journal, ignored).type() != fs::file_type::regular) return std::nullopt;
  std::ifstream in(journal, std::ios::binary);
  std::string line;
  if (!std::getline(in, line) || !std::getline(in, line)) return std::nullopt;
  try {
    const auto event = from_json_line(line);
    const auto* started = event ? std::get_if<RunStarted>(&event->record) : nullptr;
    if (started) return started->plan_path;
  } catch (const UsageError&) {
    // The record is the damage; the caller has the journal's own message.
  }
  return std::nullopt;
}

constexpr std::string_view k_nothing_recorded =
    "the run ended before it recorded its start; nothing was done";

/// What is wrong with a run without a record. One that did work had a journal then: it was lost, and what it
/// says is not "nothing".
std::string problem_of_unrecorded(const RunFiles& files, bool has_journal) {
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(files.attempts(), ignored))) return std::string(k_nothing_recorded);
  return files.journal().string() + (has_journal ? " holds no record" : " is missing") +
         ", though the run did work: " + files.attempts().string() +
         " is there (put the journal back from a copy)";
}

}  // namespace

RunStore::RunStore(fs::path state_directory, std::string folder_key)
    : state_directory_(std::move(state_directory)), folder_key_(std::move(folder_key)) {}

fs::path RunStore::project_directory() const {
  return state_directory_ / "projects" / folder_key_;
}

fs::path RunStore::shadow_git() const {
  return project_directory() / "shadow.git";
}

fs::path RunStore::home() const {
  return project_directory() / "home";
}

fs::path RunStore::runs_directory() const {
  return project_directory() / "runs";
}

RunFiles RunStore::files(const RunId& id) const {
  return {runs_directory() / file_name_of(id.value)};
}

fs::path RunStore::lock_file(std::string_view plan_path) const {
  return project_directory() / "locks" / (sha256_hex(plan_path).substr(0, 16) + ".lock");
}

RunSummary RunStore::summary_of(const RunId& id) const {
  RunSummary run{id, files(id).directory, std::nullopt, {}, false};
  const fs::path journal = files(id).journal();
  std::error_code ignored;
  if (fs::symlink_status(journal, ignored).type() == fs::file_type::not_found) {
    run.problem = problem_of_unrecorded(files(id), /*has_journal=*/false);
    return run;
  }
  try {
    RunState state = replay(journal);
    if (state.sessions == 0) {
      run.problem = problem_of_unrecorded(files(id), /*has_journal=*/true);
      return run;
    }
    run.live = is_live(id, state.started.plan_path);
    run.state = std::move(state);
  } catch (const Error& error) {
    run.problem = error.what();
    if (!error.next_step().empty()) run.problem += " (" + error.next_step() + ")";
  }
  return run;
}

RunId RunStore::next_id() const {
  const std::vector<std::string> names = directories_in(runs_directory());
  return names.empty() ? new_run_id() : new_run_id_after(RunId(names.front()));
}

bool RunStore::is_live(const RunId& id, const std::string& plan_path) const {
  const auto holder = LockFile::holder_of(lock_file(plan_path));
  return holder && holder->find(id.value) != std::string::npos;
}

std::vector<RunSummary> RunStore::runs() const {
  std::vector<RunSummary> found;
  for (const std::string& name : directories_in(runs_directory())) found.push_back(summary_of(RunId(name)));
  return found;
}

std::optional<RunSummary> RunStore::latest(const fs::path& plan_path) const {
  const std::string plan = canonical_text(plan_path);
  for (const std::string& name : directories_in(runs_directory())) {
    RunSummary run = summary_of(RunId(name));
    if (run.state) {
      if (run.state->started.plan_path == plan) return run;
    } else if (run.problem != k_nothing_recorded) {
      const auto damaged_plan = plan_of_damaged(files(run.id).journal());
      if (!damaged_plan || *damaged_plan == plan) return run;
    }
  }
  return std::nullopt;
}

LockFile RunStore::lock(const fs::path& plan_path, const std::string& holder) const {
  const fs::path file = lock_file(canonical_text(plan_path));
  if (auto lock = LockFile::try_acquire(file, holder)) return std::move(*lock);
  const std::string other = LockFile::holder_of(file).value_or("");
  throw LockedError("another milepost is running " + one_line(plan_path.string(), 300) +
                        " in this code folder" + (other.empty() ? "" : ": " + other),
                    "wait until it has ended, or stop it");
}

LockFile RunStore::lock_folder(const std::string& holder) const {
  const fs::path file = project_directory() / "locks" / "folder.lock";
  if (auto lock = LockFile::try_acquire(file, holder)) return std::move(*lock);
  const std::string other = LockFile::holder_of(file).value_or("");
  throw LockedError(
      "another milepost is at work in this code folder" + (other.empty() ? "" : ": " + other) +
          "; two plans at once would mix their changes and commits",
      "wait until it has ended, or run this plan in a git worktree of its own: git worktree add "
      "DIRECTORY");
}

std::vector<RunStore> all_stores(const fs::path& state_directory) {
  std::vector<RunStore> stores;
  for (const std::string& key : directories_in(state_directory / "projects"))
    stores.emplace_back(state_directory, key);
  return stores;
}

}  // namespace milepost
