#pragma once

#include "milepost/base/directories.hpp"
#include "milepost/cli/invocation.hpp"
#include "milepost/cli/signal_watcher.hpp"
#include "milepost/config/config.hpp"
#include "milepost/doctor/environment_checks.hpp"
#include "milepost/state/run_store.hpp"
#include "milepost/workspace/code_folder.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// What every command works with.
struct App {
  Directories directories;
  SignalWatcher& signals;
  std::filesystem::path start_directory;  ///< -C, or the current one
  bool json = false, quiet = false, verbose = false;
  bool interactive = false;                  ///< may ask: a terminal on both ends, no CI, no --no-input
  bool colour = false;                       ///< on stderr
  std::function<void()> before_output = {};  ///< takes away what a live view has drawn, while there is one

  std::stop_token stop() const { return signals.token(); }

  /// The configuration for a command line, repository file included when the start directory is in a
  /// repository.
  /// `kept`: settings of an earlier command line ("key=value"), below those of this one.
  LoadedConfig load_config(const Invocation& invocation, const std::vector<std::string>& kept = {}) const;
  /// Throws EnvironmentError.
  CodeFolder code_folder() const;
  RunStore store(const CodeFolder& folder) const { return RunStore(directories.state, folder.key()); }
  std::filesystem::path lock_file() const { return directories.state / "harness-lock.json"; }
  std::filesystem::path locks() const { return directories.state / "locks"; }

  /// Whether a live view can be drawn on a descriptor: a terminal that can erase, nothing else that writes
  /// on it, not quiet, no CI.
  bool live_view(int fd) const;

  /// To be called before anything is written on the terminal past the observers of a run. Main thread.
  void make_way() const {
    if (before_output) before_output();
  }
  /// A line of talk on stderr, unless quiet.
  void say(std::string_view line) const;
  /// A line that belongs to an error, on stderr also when quiet.
  void complain(std::string_view line) const;
  /// A result on stdout.
  void print(std::string_view text) const;
};

/// What a command line sets, as "key=value" in order: options with a setting, then --set.
std::vector<std::string> given_settings(const Invocation& invocation);

/// Those of them that a resumed run keeps. The journal gets them, so notify.* is not among them: a webhook's
/// URL is a secret, and whom to tell is a matter of the session.
std::vector<std::string> kept_settings(const Invocation& invocation);

/// The App of this process and command line.
App make_app(const Invocation& invocation, SignalWatcher& signals);

}  // namespace milepost
