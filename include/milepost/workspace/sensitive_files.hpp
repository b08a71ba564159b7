#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace milepost {

enum class Severity { medium, high };

/// A file of the code folder that an agent should hardly see.
struct SensitiveFile {
  std::string path;  ///< relative to the root, raw bytes
  Severity severity = Severity::high;
  std::string what;  ///< "a private key"
};

struct SensitiveFiles {
  std::vector<SensitiveFile> found;  ///< high ones first, then by path
  std::size_t looked_at = 0;         ///< entries of directories
  bool complete = true;              ///< false: a limit was reached, and what lies deepest was left out
};

/// How much is looked at.
struct SensitiveFileLimits {
  std::size_t entries = 100'000;
  std::size_t contents = 500;  ///< files opened, each of at most 64 KiB
};

/// Looks at every regular file that a container sees through a mount of the folder, tracked, ignored or
/// neither, from the top down; not in the top's `.git`, and not in `node_modules`. Follows no link. Names
/// decide, and for names that are often harmless the content does; no byte of a content is kept. A file whose
/// name or path (relative, with '/') one of the globs of `allow` matches is left out; `*` also matches '/'.
SensitiveFiles find_sensitive_files(const std::filesystem::path& root, const std::vector<std::string>& allow,
                                    SensitiveFileLimits limits = {});

/// Whether a glob of `allow` matches the path, or its last part.
bool is_allowed_sensitive(const std::string& path, const std::vector<std::string>& allow);

}  // namespace milepost
