#pragma once

#include "milepost/workspace/code_folder.hpp"

#include <map>
#include <string>
#include <vector>

namespace milepost {

/// What the repository's own git directory looked like: identity (device, inode) of .git and the hash of
/// every file that git executes or is steered by (config, hooks, info, worktree files, those of submodules),
/// plus HEAD and refs.
struct GitFingerprint {
  std::map<std::string, std::string> entries;  ///< ".git/config" → hash; paths outside the root are absolute
};

/// Follows no link, opens nothing but regular files, and reads a bounded amount: of large files and of very
/// many refs only the times and sizes. Some milliseconds.
GitFingerprint fingerprint(const CodeFolder& folder);

/// Paths that differ, in order; empty when nothing was touched. Take `before` after milepost's own commit:
/// HEAD and refs are part of it, and a commit that the user made meanwhile differs too.
std::vector<std::string> tampered(const GitFingerprint& before, const GitFingerprint& after);

}  // namespace milepost
