#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// One harness pinned to what is installed.
struct LockedHarness {
  std::string harness;    ///< "claude"
  std::string package;    ///< "@anthropic-ai/claude-code"
  std::string version;    ///< exact
  std::string integrity;  ///< the registry's hash of the package; may be empty in state of earlier versions
  std::string node_version;  ///< exact version of the npm package `node`; "" = none
  unsigned recipe_version = 1;
};

/// The set of harnesses on this machine, and the image they were resolved for.
struct HarnessLock {
  std::string architecture;              ///< "x86_64"
  std::string libc;                      ///< "glibc"
  std::vector<LockedHarness> harnesses;  ///< sorted by name

  const LockedHarness* find(const std::string& harness) const;
};

/// `milepost-harness-` and 12 hex digits of SHA-256 over the lock's contents; nothing when no harness needs
/// an install. Equal locks give equal names on every machine.
std::optional<std::string> volume_name(const HarnessLock& lock);

/// Reads and writes `harness-lock.json` in the state directory. A missing file is an empty lock; an
/// unreadable one throws UsageError with its path. State of earlier versions (no volume name, no integrity)
/// is read.
HarnessLock read_lock(const std::filesystem::path& file);
void write_lock(const std::filesystem::path& file, const HarnessLock& lock);

/// The text of a lock file, and a lock out of one; `file` is what its errors name.
std::string lock_text(const HarnessLock& lock);
HarnessLock parse_lock(const std::string& text, const std::filesystem::path& file);

/// Puts a harness into the lock, in the place of what was pinned of it.
void pin(HarnessLock& lock, LockedHarness harness);

/// One harness in two locks: "" for `from` is new, "" for `to` is gone.
struct LockChange {
  std::string harness, from, to;
  bool changes = false;  ///< also when only the recipe or the node beside it did
};

/// Every harness of either lock, sorted by name.
std::vector<LockChange> lock_changes(const HarnessLock& before, const HarnessLock& after);

}  // namespace milepost
