#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace milepost {

/// A repository inside the code folder. milepost never enters one: nothing of it is recorded or committed.
struct ForeignRepository {
  std::string path;  ///< relative to the root, raw bytes
  bool is_submodule = false;
  /// Differs when a file of its work tree or its HEAD was changed, as the file system tells; nothing for one
  /// of more than 200,000 entries.
  std::optional<std::string> state;
};

/// The state of the repository at a path below the root, no link followed. Looks at every entry.
std::optional<std::string> state_of_repository(const std::filesystem::path& root, const std::string& path);

}  // namespace milepost
