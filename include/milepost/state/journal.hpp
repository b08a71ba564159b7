#pragma once

#include "milepost/base/fd.hpp"
#include "milepost/state/run_event.hpp"
#include "milepost/state/run_state.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace milepost {

/// The run's event log: append-only NDJSON with a versioned first line and a checksum at the end of every
/// line. One writer (it holds the run lock). Main thread.
class Journal {
 public:
  /// What it cost to have records on the disk, since this object was made.
  struct SyncCost {
    unsigned syncs = 0;
    std::chrono::microseconds time{0};
  };

  /// Makes a new journal, and its directories (0700); it appears with its first line complete. Throws
  /// InfraError when it exists already or cannot be written.
  static Journal create(const std::filesystem::path& file);
  /// Opens one for appending; a torn last line is cut off first. Throws UsageError as read() does.
  static Journal open(const std::filesystem::path& file);

  /// Writes the record; with `sync` it is on the disk (fdatasync) when this returns. Throws InfraError (a
  /// full disk: nothing of the record is kept).
  void append(const RunEvent& event, bool sync);

  SyncCost sync_cost() const { return sync_cost_; }

  /// Every record. A torn last line is ignored; anything else unreadable, and a version that is newer than
  /// ours, throws UsageError "path:line: …" – never a silent fresh start.
  static std::vector<RunEvent> read(const std::filesystem::path& file);

  /// How far a reader has come; the start at first.
  struct Position {
    std::uint64_t bytes = 0;
    std::size_t lines = 0;
  };
  /// The records after `position`, which moves behind them: for one who reads along while the run writes.
  /// Throws as read() does.
  static std::vector<RunEvent> read_on(const std::filesystem::path& file, Position& position);

 private:
  explicit Journal(Fd fd, std::filesystem::path file, std::uint64_t end)
      : fd_(std::move(fd)), file_(std::move(file)), end_(end) {}
  bool to_disk();

  Fd fd_;
  std::filesystem::path file_;
  std::uint64_t end_ = 0;  ///< size of the file's complete lines, in bytes
  SyncCost sync_cost_;
};

/// Whether this record marks a boundary that must be on the disk before the run goes on: start, resume and
/// end of a run, end of a task, a person's answer or override, and the end of an attempt that took more than
/// a second.
bool needs_sync(const RunRecord& record);

/// The fold of a journal file.
RunState replay(const std::filesystem::path& file);

}  // namespace milepost
