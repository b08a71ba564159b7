#pragma once

#include "milepost/base/time.hpp"
#include "milepost/process/process.hpp"

#include <atomic>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// What a git command works on. All absolute.
struct GitPlace {
  std::filesystem::path git_dir{};
  std::filesystem::path work_tree{};         ///< empty: the command needs none
  std::filesystem::path object_directory{};  ///< where objects are written; empty: the git-dir's own
  std::filesystem::path index{};             ///< empty: the git-dir's own
  bool keep_untracked_cache = false;         ///< leave that part of an index of the user as it is
};

/// Starts git so that nothing in a repository can make it run another program: a fixed environment without
/// the caller's GIT_ variables and configuration, no hooks, no fsmonitor, no transport, no pager. It does not
/// protect from filters and drivers in a git-dir's own configuration: a place with a foreign one is only for
/// commands that neither read nor write work-tree files and never look into submodules.
class SafeGit {
 public:
  /// `root`: where commands run; a git inside it is never used. `home`: a directory of milepost, which holds
  /// every index that a command may change. `patience`: a command on the work tree that takes longer has its
  /// rule files looked at. Throws EnvironmentError when PATH has no git elsewhere.
  SafeGit(std::filesystem::path root, std::filesystem::path home, Milliseconds patience,
          std::stop_token stop);

  struct Options {
    std::vector<std::string> environment;  ///< added to the fixed one
    Milliseconds timeout = std::chrono::minutes(30);
    std::size_t output_bytes = std::size_t{1} << 30;
  };

  /// Any exit status. A command in a place with a work tree may be started twice: it must not matter. Throws
  /// TamperedError naming a planted FIFO that git waits for.
  RunResult run(const GitPlace& place, const std::vector<std::string>& arguments, std::string_view input,
                const Options& options) const;
  /// Its standard output. Throws InfraError with git's words when it fails, or says more than is kept.
  std::string output(const GitPlace& place, const std::vector<std::string>& arguments,
                     std::string_view input = {}) const;
  std::string output(const GitPlace& place, const std::vector<std::string>& arguments, std::string_view input,
                     const Options& options) const;

  /// `git config --list -z` as the user's own git resolves it for this git-dir; reading configuration runs
  /// nothing.
  std::string user_configuration(const std::filesystem::path& git_dir) const;

  /// The output of a command that speaks with a server, in a git directory that only milepost writes, with
  /// the user's own configuration and environment: it may run the user's helpers, but no hook and nothing
  /// that lies in `root`. Throws InfraError with git's words.
  std::string output_as_user(const std::filesystem::path& git_dir, const std::vector<std::string>& arguments,
                             Milliseconds timeout) const;

  [[noreturn]] void fail(const std::vector<std::string>& arguments, const RunResult& result) const;

 private:
  void refuse_fifo() const;
  RunResult start(std::vector<std::string> argv, std::vector<std::string> environment, std::string_view input,
                  const Options& options) const;

  std::filesystem::path root_;
  std::filesystem::path home_;
  Milliseconds patience_;
  std::filesystem::path program_;
  std::string search_path_;
  std::stop_token stop_;
  mutable std::atomic<bool> has_met_fifo_{false};  ///< the next command need not wait to find it
};

/// The parts of `-z` output.
std::vector<std::string> split_nul(std::string_view text);
/// The paths as `-z --stdin` input.
std::string join_nul(const std::vector<std::string>& paths);

}  // namespace milepost
