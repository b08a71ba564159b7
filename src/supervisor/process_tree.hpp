#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace milepost::supervisor {

/// One line of the process table (proc(5), /proc/PID/stat).
struct ProcessEntry {
  pid_t pid = 0, parent = 0, session = 0;
  char state = '?';
  std::uint64_t start_ticks = 0;  ///< since boot
  bool alive() const { return state != 'Z' && state != 'X'; }
};

/// Every process that /proc shows; those that end meanwhile may be missing.
std::vector<ProcessEntry> process_table();

/// The start of a process in clock ticks since boot; 0 when it is gone.
std::uint64_t start_ticks_of(pid_t pid);

/// A process that the supervisor started for the host: the root of a tree.
struct TreeRoot {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;
};

/// The living processes of a tree, its root included: descendants of the root or of its session, and orphans
/// below `supervisor` that no other root's session claims and that are not older than the root.
std::vector<pid_t> living_tree(const std::vector<ProcessEntry>& table, pid_t supervisor, const TreeRoot& root,
                               const std::vector<TreeRoot>& others);

}  // namespace milepost::supervisor
