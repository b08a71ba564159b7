#pragma once

#include "milepost/base/ids.hpp"
#include "milepost/base/lock_file.hpp"
#include "milepost/state/run_state.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// Where one run keeps its files, below the state directory and 0700.
struct RunFiles {
  std::filesystem::path directory;
  std::filesystem::path journal() const { return directory / "journal.ndjson"; }
  std::filesystem::path plan_copy() const { return directory / "plan.md"; }
  std::filesystem::path attempts() const { return directory / "attempts"; }
};

struct RunSummary {
  RunId id;
  std::filesystem::path directory;
  std::optional<RunState> state;  ///< nothing when the journal is unreadable; `problem` says why
  std::string problem;
  bool live = false;  ///< a process runs it now
};

/// The runs of one code folder: `<state>/projects/<key>/`. Layout: docs/state-format.md.
class RunStore {
 public:
  RunStore(std::filesystem::path state_directory, std::string folder_key);

  std::filesystem::path project_directory() const;
  std::filesystem::path shadow_git() const;  ///< of ShadowGit
  std::filesystem::path home() const;        ///< HOME of the agents
  std::filesystem::path runs_directory() const;
  RunFiles files(const RunId& id) const;

  /// For a run that begins now: later than every run of this folder.
  RunId next_id() const;

  /// Every run of this folder, newest first.
  std::vector<RunSummary> runs() const;
  /// Whether a process runs it now. `plan_path`: RunStarted's.
  bool is_live(const RunId& id, const std::string& plan_path) const;
  /// The newest run of the plan (by canonical path). A run whose journal is too damaged to tell its plan may
  /// be one of this plan and is given too, with its problem, as is one that did work and whose journal is
  /// gone; one that never recorded its start is passed over.
  std::optional<RunSummary> latest(const std::filesystem::path& plan_path) const;

  /// One run a plan and code folder. `holder` names the run ("pid 12, run 20261122-093012-4f1c2a"): runs()
  /// tells the live one by it. Throws LockedError naming the holder.
  LockFile lock(const std::filesystem::path& plan_path, const std::string& holder) const;
  /// Held beside that by whoever works in the code folder, whatever the plan. Throws LockedError naming the
  /// holder.
  LockFile lock_folder(const std::string& holder) const;

 private:
  std::filesystem::path lock_file(std::string_view plan_path) const;
  RunSummary summary_of(const RunId& id) const;

  std::filesystem::path state_directory_;
  std::string folder_key_;
};

/// Every project's store below the state directory, for `history --all` and `costs --all`.
std::vector<RunStore> all_stores(const std::filesystem::path& state_directory);

}  // namespace milepost
