#pragma once

#include "milepost/workspace/code_folder.hpp"

#include <map>
#include <string>
#include <vector>

namespace milepost {

/// What the repository's own git directory looked like: identity (device, inode) of .git and the hash of
/// every file that git executes or is steered by (config, hooks, info, worktree files), plus HEAD and refs.
struct GitFingerprint {
  std::map<std::string, std::string> entries;  ///< ".git/config" → hash
};

GitFingerprint fingerprint(const CodeFolder& folder);

/// Paths that differ; empty when nothing was touched. `expected_refs`: a ref that milepost itself moved is
/// not a difference.
std::vector<std::string> tampered(const GitFingerprint& before, const GitFingerprint& after);

}  // namespace milepost
