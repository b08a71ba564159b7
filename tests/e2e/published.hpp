#pragma once

#include "support.hpp"

#include <cstdlib>
#include <fstream>

namespace milepost::test {

/// A repository with a bare one as its remote, which the user's own configuration puts in a forge's place,
/// and a program that records how it was called.
struct Published {
  Project project;
  std::filesystem::path remote = project.base() / "remote.git";
  std::filesystem::path bin = project.base() / "bin";

  /// `tool`: "gh" or "glab"; "": whatever is in PATH.
  explicit Published(const std::string& url, const std::string& tool) {
    project.plan({{"1.1", "Make a file", "echo x > made"}});
    project.git({"init", "--quiet", "--bare", "-b", "main", remote.string()});
    project.git({"branch", "-M", "main"});
    project.git({"push", "--quiet", remote.string(), "main"});
    project.git({"switch", "--quiet", "-c", "m1"});
    project.git({"remote", "add", "origin", url});
    std::filesystem::create_directories(bin);
    if (!tool.empty())
      program(tool,
              "for word; do echo \"$word\"; done > '" + (bin / "words").string() + "'\ncat > '" +
                  (bin / "input").string() + "'\n" +
                  (tool == "gh" ? "echo https://forge/1\n" : "echo '{\"web_url\":\"https://forge/1\"}'\n"));
    project.set("PATH", bin.string() + ":" + std::getenv("PATH"));
    reach(url, remote.string());
  }
  void program(const std::string& name, const std::string& shell) const {
    std::ofstream(bin / name) << "#!/bin/sh\n" << shell;
    std::filesystem::permissions(bin / name, std::filesystem::perms::owner_all);
  }
  /// What starts with `url` leads to `place`.
  void reach(const std::string& url, const std::string& place) {
    project.set("GIT_CONFIG_COUNT", "1");
    project.set("GIT_CONFIG_KEY_0", "url." + place + ".insteadOf");
    project.set("GIT_CONFIG_VALUE_0", url);
  }
  bool has_runs() const { return std::filesystem::exists(project.project_state() / "runs"); }
};

}  // namespace milepost::test
