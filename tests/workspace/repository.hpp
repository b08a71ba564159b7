#pragma once

#include "milepost/workspace/code_folder.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include "support/scratch_dir.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace milepost::test {

/// A user with a home, a repository "repo" and a state directory, all in a scratch directory. The user's git
/// is the real one.
class Repository {
 public:
  Repository();

  /// The output of `git ARGUMENTS...` as the user runs it in the repository; throws when it fails.
  std::string git(const std::vector<std::string>& arguments) const { return git_in(root, arguments); }
  std::string git_in(const std::filesystem::path& directory, const std::vector<std::string>& arguments) const;
  /// The same, whatever comes of it.
  void try_git(const std::vector<std::string>& arguments) const;

  void write(std::string_view name, std::string_view text) const;
  std::string read(std::string_view name) const;
  bool has(std::string_view name) const;
  void remove(std::string_view name) const;
  /// Commits everything.
  std::string commit_all(std::string_view message) const;
  /// `git status --porcelain` of the user, lines sorted as git does.
  std::string status() const { return git({"status", "--porcelain"}); }

  ShadowGit open() const;

  ScratchDir scratch;
  std::filesystem::path root;
  std::filesystem::path state;
  std::filesystem::path home;
};

/// "M path" of each.
inline std::vector<std::string> lines(const std::vector<ChangedPath>& changes) {
  std::vector<std::string> text;
  for (const ChangedPath& change : changes) text.push_back(std::string(1, change.status) + " " + change.path);
  return text;
}

/// The repositories inside the work tree that are no submodules.
inline std::vector<std::string> nested_in(const ShadowGit& git) {
  std::vector<std::string> paths;
  for (const ForeignRepository& repository : git.foreign_repositories()) {
    if (!repository.is_submodule) paths.push_back(repository.path);
  }
  return paths;
}

}  // namespace milepost::test
