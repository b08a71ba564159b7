#pragma once

#include "milepost/base/lock_file.hpp"
#include "milepost/workspace/code_folder.hpp"

#include "safe_git.hpp"
#include "user_config.hpp"

#include <filesystem>
#include <stop_token>
#include <string_view>

namespace milepost {

/// The two git directories of milepost for a code folder; every file in them is written by milepost.
struct ShadowLayout {
  /// Snapshots: bytes exactly as they are on disk, no conversion of any kind; own objects, and the user's as
  /// alternates.
  GitPlace snapshots;
  /// Commits: the user's text conversions, objects written into the user's object directory.
  GitPlace commits;
};

/// Held while a shadow repository is made or changed: another process of milepost, or another thread of this
/// one, may be at work in it. Throws Stopped.
LockFile lock_shadow(const std::filesystem::path& directory, std::stop_token stop);

/// Makes or refreshes them below `directory`, whose lock the caller holds.
ShadowLayout make_shadow_layout(const CodeFolder& folder, const std::filesystem::path& directory,
                                const UserConfig& config);

/// Replaces a small file so that a crash of the process leaves the old or the new text.
void replace_file(const std::filesystem::path& path, std::string_view text);

}  // namespace milepost
