#pragma once

#include "milepost/channel/process_spec.hpp"
#include "milepost/harness/event.hpp"
#include "milepost/harness/repository_config.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// What a harness can do; the rest of the code asks this, never for a name.
struct HarnessCapabilities {
  bool resumes_sessions = false;  ///< a session can be continued in another container with the same HOME
  bool takes_session_id = false;  ///< the id may be chosen beforehand
  bool reports_cost = false;
  bool limits_turns = false;       ///< by itself, from HarnessRequest::max_turns
  bool limits_cost = false;        ///< by itself, from HarnessRequest::max_usd
  bool structured_output = false;  ///< its final answer can be asked for in a JSON schema
  bool needs_install = false;      ///< lives in the harness volume
  bool needs_credentials = false;
  bool uses_volume = false;     ///< finds programs in the harness volume, when there is one
  bool needs_settings = false;  ///< is nothing without the settings of configured_harness()
};

/// One run of the agent, as the task runner asks for it.
struct HarnessRequest {
  std::string prompt;                     ///< on standard input, any size
  std::vector<std::string> shell_blocks;  ///< of the task: what the script harness runs
  std::string session_id;                 ///< to resume, or the chosen id of a fresh session; may be empty
  bool resume = false;
  std::string model;  ///< "" = the harness's default
  std::optional<unsigned> max_turns;
  std::optional<double> max_usd;
  unsigned attempt = 1;  ///< counts from 1
  std::string answer;    ///< a person's answer that this run continues with; may be empty
  /// "NAME=value" that the process gets beside its own: for what a CLI takes as an option or by another name.
  std::vector<std::string> environment;
  RepositoryConfig repository_config = RepositoryConfig::instructions;
};

/// The value of a variable in a list of "NAME=value"; empty when it is not there. The last one counts.
std::string variable_in(const std::vector<std::string>& environment, std::string_view name);

/// Turns a harness's output stream into events. Feed bytes as they come, in any pieces; lines are bounded (a
/// longer one becomes a BadLine), so memory is too.
class EventParser {
 public:
  virtual ~EventParser() = default;
  virtual void feed(std::string_view bytes, const std::function<void(AgentEvent)>& on_event) = 0;
  /// End of the stream: an unfinished last line is a BadLine, never an event.
  virtual void finish(const std::function<void(AgentEvent)>& on_event) = 0;
  /// After finish(): the terminal event, or nothing, as the end of the process completes it. For a harness
  /// whose exit code alone tells the failure class, or that has no terminal event at all; the others say all
  /// in their events.
  virtual std::optional<ResultEvent> result_at_end(std::optional<ResultEvent> said,
                                                   const ProcessEnd& end) const {
    static_cast<void>(end);
    return said;
  }
};

/// How a harness is installed into the harness volume.
struct InstallRecipe {
  std::string npm_package;      ///< "" = nothing to install
  std::string node_version;     ///< major of the npm package `node` it wants beside it; "" = none
  unsigned recipe_version = 1;  ///< changes when the same package must be installed another way
  std::vector<std::string>
      version_command;  ///< prints the version, run from the volume: {"claude", "--version"}
};

/// One credential source in the host's environment.
struct CredentialKey {
  std::string variable;  ///< "ANTHROPIC_API_KEY"
  bool secret = true;
};

/// A coding-agent CLI: how it is installed, started, fed, read.
class HarnessProfile {
 public:
  virtual ~HarnessProfile() = default;
  virtual std::string name() const = 0;
  virtual HarnessCapabilities capabilities() const = 0;
  virtual InstallRecipe recipe() const = 0;
  /// Any one of these variables, or a file of credential_files(), is enough.
  virtual std::vector<CredentialKey> credentials() const = 0;
  virtual std::vector<std::string> credential_files() const = 0;  ///< relative to HOME in the container
  /// The services it cannot work without, as parse_egress_target() reads them: what an allowlist holds from
  /// the start. Model APIs and logins, no updates and no telemetry.
  virtual std::vector<std::string> endpoints() const { return {}; }
  /// What it reads of a code folder by itself: settings, and texts for its model.
  virtual std::vector<RepositoryFile> repository_files() const { return {}; }
  /// Host variables handed on when they are set: base URLs, timeouts.
  virtual std::vector<std::string> passed_variables() const = 0;
  /// Fills argv, input, fixed environment and output mode; the caller adds credentials, PATH, HOME and
  /// limits.
  virtual ProcessSpec command(const HarnessRequest& request) const = 0;
  virtual std::unique_ptr<EventParser> parser() const = 0;
};

/// The profile of a harness. Throws UsageError with a suggestion for an unknown name.
const HarnessProfile& harness_profile(std::string_view name);
std::vector<std::string> harness_names();

}  // namespace milepost
