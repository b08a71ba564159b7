#pragma once

#include "milepost/base/time.hpp"
#include "milepost/config/budget.hpp"
#include "milepost/config/failure_policy.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// A user's own environment check: passes when `run` (by `bash -c`, on the host, in the code folder) exits 0.
struct EnvironmentCheck {
  std::string name;
  std::string run;
  std::string hint;
};

/// Every setting, with its built-in default. The names in comments are the configuration keys.
struct Config {
  std::string engine;  ///< engine: "docker", "podman" or "" (auto: the first that answers)
  std::string image = "milepost-agent:latest";  ///< image: the agent image; `milepost setup` builds it
  std::string harness = "claude";               ///< harness: the first of the list
  std::vector<std::string> fallback_harnesses;  ///< harness: the further ones, for failover
  std::string model;                            ///< model: "" = the harness's own default

  // custom.*: the user's own command as the harness `custom`
  std::string custom_command;               ///< custom.command: shell text, run in the container
  std::string custom_resume_command;        ///< custom.resume_command: "" = it cannot go on with a session
  std::string custom_dialect = "plain";     ///< custom.dialect: what its output is
  std::vector<std::string> custom_secrets;  ///< custom.secrets: names of host variables with its keys

  // timeouts.*: zero turns one off
  Milliseconds idle_timeout =
      std::chrono::minutes(20);                       ///< timeouts.idle: no output of the agent for so long
  Milliseconds task_timeout = std::chrono::hours(2);  ///< timeouts.task: an attempt in all
  Milliseconds completion_grace =
      std::chrono::seconds(60);  ///< timeouts.completion_grace: after the agent's final event
  Milliseconds verify_timeout = std::chrono::minutes(15);  ///< timeouts.verify: one verification command
  Milliseconds max_life = std::chrono::hours(24);  ///< timeouts.container: the container's absolute life

  unsigned retries = 2;                             ///< retries: further attempts after the first
  unsigned same_failures = 2;                       ///< same_failures: in a row end a task; 0: never
  FailurePolicy on_failure;                         ///< on_failure.*
  Milliseconds max_wait = std::chrono::hours(6);    ///< max_wait: of a task, for stated resets
  Milliseconds backoff = std::chrono::seconds(30);  ///< backoff: before a retry after a service's failure
  Budget run_budget = default_run_budget();         ///< budget.*
  Budget task_budget = default_task_budget();       ///< task_budget.*: a plan's own limits go before them
  std::vector<std::string> prices;                  ///< prices: of models, before the built-in ones

  std::vector<std::string> verify;   ///< verify: commands after every task
  bool allow_plan_commands = false;  ///< allow_plan_commands: run the plan's own commands as checks
  std::string checkpoints =
      "stop";  ///< checkpoints: "stop", "approve-verify", "first-option"; when nobody can be asked
  std::string review_harness;  ///< review.harness: who judges truths and tasks; "" = nobody
  std::string review_model;    ///< review.model: "" = that harness's own default
  bool review_tasks = true;    ///< review.tasks: review each task's diff too
  bool run_scenarios = true;   ///< e2e.run: run the plan's end-to-end scenarios
  unsigned fix_attempts = 5;   ///< e2e.fix_attempts: of a scenario that fails, over the whole run

  std::string agent_config = "auto";  ///< agent_config: "auto", "trust", "instructions", "base-ref" or
                                      ///< "ignore" (repository_config.hpp)
  std::string
      agent_config_ref;  ///< agent_config_ref: a branch or commit; "" = CI's target, else the run's start

  // resources.*
  std::string memory = "8g";     ///< resources.memory; "" = no limit
  std::string cpus;              ///< resources.cpus; "" = no limit
  unsigned pids = 4096;          ///< resources.pids
  std::string tmp_size = "2g";   ///< resources.tmp: size of /tmp in the container
  std::uint64_t disk_bytes = 0;  ///< resources.disk: an attempt may write so much; 0 = no limit

  bool host_gateway = true;                ///< network.host_gateway: host.docker.internal reaches the host
  std::string network = "open";            ///< network.mode: "open", "allowlist" or "none"
  std::vector<std::string> network_allow;  ///< network.allow: egress targets beside the harness's own
  std::vector<std::string> host_ports;     ///< network.host_ports: of this machine, in allowlist mode
  std::string proxy_image = "milepost-egress:latest";  ///< network.proxy_image: of the egress proxy

  std::vector<std::string>
      secrets;  ///< secrets: names of host variables handed to the agent in a channel frame
  std::vector<std::string> secret_files;     ///< secret_files: "NAME=PATH", a secret each
  std::vector<std::string> sensitive_allow;  ///< sensitive_files.allow: globs that the check passes over
  std::string sensitive_policy =
      "auto";  ///< sensitive_files.policy: "auto" (fails without a terminal), "fail" (exit 3) or "warn"
  std::vector<std::string> pass_env;     ///< pass_env: names of host variables that are no secrets
  std::vector<std::string> engine_args;  ///< engine_args: extra engine arguments; only allow-listed ones

  std::vector<std::string> require_files;  ///< environment.require_files, relative to the code folder
  std::vector<EnvironmentCheck> environment_checks;  ///< environment.checks
  std::uint64_t min_free_bytes = 2'000'000'000;      ///< environment.min_free_disk

  std::string commit = "per-task";                                      ///< commit: "per-task" or "none"
  std::string commit_message = "{type}({plan}): {title}\n\n{summary}";  ///< commit_message: {plan} {task}
                                                                        ///< {title} {type} {summary} {run}
  std::string handoff =
      "beside-plan";  ///< handoff: "beside-plan", "none" or a directory relative to the code folder
  std::uint64_t log_cap_bytes =
      2'000'000'000;  ///< logs.cap: recorded output of one attempt; head and tail are kept beyond it
  std::string on_tamper = "fail";  ///< on_tamper: "fail" (exit 9) or "warn"

  std::string pr_tool = "auto";  ///< pr.tool: "auto", "gh", "glab" or "none": what opens pull requests

  // notify.*: where a person is told of a run
  std::string notify_webhook;              ///< notify.webhook: a URL (a secret) or "$NAME" of a variable
  std::string notify_format = "auto";      ///< notify.format: "auto", "generic", "slack" or "discord"
  bool notify_desktop = false;             ///< notify.desktop
  std::string notify_command;              ///< notify.command: for `bash -c` on the host
  std::vector<std::string> notify_events;  ///< notify.events: names of notification kinds; empty: all
};

/// Where a value came from, lowest to highest.
enum class Origin { built_in, user_file, repository_file, environment, option };

/// One setting as `milepost config` shows it.
struct SettingValue {
  std::string key;    ///< "timeouts.idle"
  std::string value;  ///< as it would be written in YAML, on one line
  Origin origin = Origin::built_in;
  std::string place;  ///< "built-in", "/home/x/.config/milepost/config.yaml:3", "MILEPOST_TIMEOUTS_IDLE",
                      ///< "--idle-timeout"
};

/// The layered configuration: typed values, and every one with its origin.
struct LoadedConfig {
  Config config;
  std::vector<SettingValue> values;  ///< sorted by key
  std::vector<std::string> notes;    ///< what had no effect, e.g. an unknown MILEPOST_ variable
};

/// What the layers are read from.
struct ConfigSources {
  std::filesystem::path user_file;  ///< may not exist, may be a link
  std::filesystem::path
      code_folder;  ///< its .milepost/config.yaml, if any, narrows what is security-relevant
  std::map<std::string, std::string> environment;  ///< variables that start with MILEPOST_
  std::vector<std::pair<std::string, std::string>>
      options;  ///< key and value text, in order; the last one of a scalar wins, a list collects
  std::map<std::string, std::string>
      option_names;  ///< key → option shown as its origin, e.g. "harness" → "--harness"
};

/// Reads and layers everything. A scalar of a higher layer wins; lists collect, and an empty list clears (not
/// in the repository file). Throws UsageError "file:line: …" for an unknown key (with a suggestion), a wrong
/// type or value, a repository value that widens.
LoadedConfig load_config(const ConfigSources& sources);

/// One key of the configuration, for docs, help and completion.
struct SettingInfo {
  std::string key;
  std::string type;  ///< "text", "duration", "number", "size", "yes/no", "list of text", …
  std::string default_text;
  std::string meaning;
  std::string repository;  ///< what a repository file may do: "free", "narrow: only lower it", "never: why"
};

/// Every setting, sorted by key; the only list of them.
std::vector<SettingInfo> setting_table();

std::string_view to_string(Origin origin);

}  // namespace milepost
