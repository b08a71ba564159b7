#pragma once

#include "milepost/workspace/remote_url.hpp"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

namespace milepost {

/// The program that opens a pull request at a host.
enum class ForgeTool { gh, glab };

/// What `pr.tool` and the remote's host make of it: "auto" takes gh for a host with "github" in its name and
/// glab for one with "gitlab"; nothing for other hosts, for "none" and for a path of this machine.
std::optional<ForgeTool> forge_tool(const std::string& setting, const RemoteUrl& place);

struct PullRequest {
  RemoteUrl place;
  std::string branch, base, title, body;
  bool draft = false;
};

/// Opens it; returns its URL. The body goes by standard input, the program is one outside of the code folder,
/// and it is started in `directory`, which no agent can write. Throws EnvironmentError when the program is
/// missing, InfraError with its words when it fails.
std::string open_pull_request(ForgeTool tool, const PullRequest& request,
                              const std::filesystem::path& code_folder,
                              const std::filesystem::path& directory, std::stop_token stop);

}  // namespace milepost
