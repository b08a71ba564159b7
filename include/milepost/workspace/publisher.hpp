#pragma once

#include "milepost/workspace/code_folder.hpp"
#include "milepost/workspace/remote_url.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace milepost {

struct PushTarget {
  std::string remote;  ///< its name; "" when it was given by its URL
  std::string url;     ///< as the configuration has it; may hold a login
  RemoteUrl place;
};

/// Takes a branch of the code folder to its remote, from the host. git works out of milepost's own git
/// directory there: of the repository's configuration nothing but the remote's URL is used, none of its
/// hooks, and no program in the code folder. The user's own configuration and environment say how a server is
/// reached (credential helper, ssh); git never asks on the terminal. One thread.
class Publisher {
 public:
  /// `shadow`: as ShadowGit's directory. `state_directory`: milepost's, where agents have their home.
  Publisher(CodeFolder folder, std::filesystem::path shadow, std::filesystem::path state_directory,
            std::stop_token stop);
  ~Publisher();
  Publisher(const Publisher&) = delete;

  std::optional<std::string> branch() const;  ///< of HEAD; nothing when detached
  std::optional<std::string> head() const;
  /// Whether HEAD has the commit in its history.
  bool reaches(const std::string& commit) const;

  /// The remote of this name or URL, or with "" that of the branch, else `origin`. Throws UsageError when
  /// there is none, and for a URL that starts programs or leads to where an agent can write.
  PushTarget target(const std::string& remote, const std::string& branch) const;
  /// The branch that the remote's HEAD names; asks the remote. Nothing when it does not say. Throws
  /// InfraError.
  std::optional<std::string> default_branch(const PushTarget& target) const;
  /// Asks the remote whether it would take push(), and changes nothing there. Throws InfraError with git's
  /// words.
  void try_push(const PushTarget& target, const std::string& commit, const std::string& branch) const;
  /// Sets the remote's branch to the commit, which must be ahead of it. Throws InfraError with git's words.
  void push(const PushTarget& target, const std::string& commit, const std::string& branch) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace milepost
