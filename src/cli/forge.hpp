#pragma once

#include "milepost/process/process.hpp"
#include "milepost/workspace/remote_url.hpp"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace milepost {

/// The program that opens a pull request at a host.
enum class ForgeTool { gh, glab };

const char* name_of(ForgeTool tool);

/// What `pr.tool` and the remote's host make of it: "auto" takes gh for a host with "github" in its name and
/// glab for one with "gitlab"; nothing for other hosts, for "none" and for a path of this machine.
std::optional<ForgeTool> forge_tool(const std::string& setting, const RemoteUrl& place);

struct PullRequest {
  std::string branch, base, title, body;
  bool draft = false;
};

struct OpenedPullRequest {
  std::string url;       ///< "" when the program did not tell it
  bool existed = false;  ///< it was there already; its words stay as they are
};

/// A project at its forge, in reach by the forge's own program with the user's login. The program is one
/// outside of the code folder and never asks; texts go by standard input.
class Forge {
 public:
  struct Parts {
    ForgeTool tool;
    RemoteUrl place;
    std::filesystem::path code_folder;
    std::filesystem::path directory;  ///< where it is started: no agent can write there
    std::stop_token stop;
  };
  /// Nothing when the program is not installed.
  static std::optional<Forge> find(Parts parts);

  /// Looks at the project. Throws EnvironmentError when nobody is logged in or the login does not reach it,
  /// InfraError when the forge does not answer.
  void check_access() const;
  /// Throws InfraError with the program's words.
  OpenedPullRequest open(const PullRequest& request) const;

 private:
  Forge(Parts parts, std::filesystem::path program);
  RunResult call(const std::vector<std::string>& words, const std::string& input, Milliseconds limit) const;
  std::string url_of_open_one(const PullRequest& request) const;

  Parts parts_;
  std::filesystem::path program_;
};

}  // namespace milepost
