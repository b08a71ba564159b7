#pragma once

#include "milepost/workspace/code_folder.hpp"

#include "safe_git.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// The user's own git configuration for a repository, all scopes and includes, the last value of each key.
class UserConfig {
 public:
  UserConfig(const CodeFolder& folder, const SafeGit& git);

  /// Keys as git lists them: section and name in lower case. A key without a value is "true".
  std::optional<std::string> get(const std::string& key) const;
  /// Names N of the filter drivers that are defined (filter.N.clean and the like), and always "lfs".
  std::vector<std::string> filter_drivers() const;
  /// Name → URL of each remote, that for a push where it has one.
  std::map<std::string, std::string> push_urls() const;
  /// core.excludesFile and core.attributesFile, or git's defaults for them; nothing when there is no such
  /// file or it lies in the code folder, where the agent could write it.
  std::optional<std::filesystem::path> excludes_file() const;
  std::optional<std::filesystem::path> attributes_file() const;

  struct Person {
    std::string name;
    std::string mail;
  };
  /// As git resolves them from the environment and the configuration, without its guesses from the host's
  /// name. Throws EnvironmentError with the two commands that set them.
  Person author() const;
  Person committer() const;

 private:
  std::optional<std::filesystem::path> file_of(const std::string& key, const char* default_name) const;
  Person person(const std::string& role, const std::string& variable) const;

  std::filesystem::path root_;
  std::map<std::string, std::string> values_;
};

}  // namespace milepost
