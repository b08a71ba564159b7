#include "config/setting.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "config/limit_settings.hpp"
#include "config/notify_settings.hpp"
#include "config/setting_types.hpp"
#include "config/text_rules.hpp"

#include <algorithm>
#include <limits>

namespace milepost::config {

namespace {

using Rule = RepositoryRule;

constexpr double k_unlimited = std::numeric_limits<double>::infinity();

Setting engine_setting() {
  Setting setting =
      text_setting("engine", "podman", &Config::engine, check_engine,
                   "The container engine: `docker`, `podman`, the absolute path of a client, or "
                   "`auto` for the first that answers.");
  setting.set = [](const Value& value, Config& config) {
    const bool automatic = value.text == "auto" || value.text.empty();
    if (!automatic) check_engine(value.text);
    config.engine = automatic ? "" : value.text;
  };
  setting.show = [](const Config& config) {
    return config.engine.empty() ? "auto" : yaml_text(config.engine);
  };
  return with_rule(setting, Rule::never, "chooses a program of this machine");
}

/// One name, or several for failover.
Setting harness_setting() {
  Setting setting;
  setting.key = "harness";
  setting.type = "name or list of names";
  setting.example = "[claude, codex]";
  setting.meaning =
      "The harness that runs tasks; the further ones of a list take over by the action `failover` of "
      "`on_failure.*`.";
  setting.also_list = true;
  setting.set = [](const Value& value, Config& config) {
    std::vector<std::string> names;
    for (const std::string_view part : split(value.text, ',')) {
      names.emplace_back(trim(part));
      check_word(names.back());
      if (std::count(names.begin(), names.end(), names.back()) > 1)
        throw UsageError("'" + one_line(names.back(), 40) + "' is there twice");
    }
    config.harness = names.front();
    config.fallback_harnesses.assign(names.begin() + 1, names.end());
  };
  setting.show = [](const Config& config) {
    if (config.fallback_harnesses.empty()) return yaml_text(config.harness);
    std::vector<std::string> names = {config.harness};
    names.insert(names.end(), config.fallback_harnesses.begin(), config.fallback_harnesses.end());
    return yaml_list(names);
  };
  return with_rule(setting, Rule::never, "chooses whose credentials are used");
}

Setting cpus_setting() {
  Setting setting = text_setting("resources.cpus", "1.5", &Config::cpus, check_word,
                                 "Processors that the container may use.");
  setting.type = "number or none";
  setting.set = [](const Value& value, Config& config) {
    config.cpus = value.text == "none" ? "" : decimal_text(read_decimal(value.text, 0.01, 4096));
  };
  setting.show = [](const Config& config) { return config.cpus.empty() ? std::string("none") : config.cpus; };
  setting.widens = [](const Config& limit, const Config& value) {
    const auto amount = [](const Config& config) {
      return config.cpus.empty() ? k_unlimited : read_decimal(config.cpus, 0, k_unlimited);
    };
    return amount(value) > amount(limit);
  };
  return with_rule(setting, Rule::narrow, "only lower it");
}

Setting network_setting() {
  Setting setting = choice_setting(
      "network.mode", &Config::network, {"open", "bridge", "none", "allowlist"},
      "`open`: the container reaches every network that this machine reaches; `allowlist`: only the "
      "harness's own services and `network.allow`, through a proxy; `none`: nothing. "
      "`bridge` is an older word for `open`.");
  const auto set = setting.set;
  setting.set = [set](const Value& value, Config& config) {
    set(value, config);
    if (config.network == "bridge") config.network = "open";
  };
  setting.type = "open, allowlist or none";
  setting.widens = [](const Config& limit, const Config& value) {
    const auto reach = [](const Config& config) {
      return config.network == "none" ? 0 : config.network == "allowlist" ? 1 : 2;
    };
    return reach(value) > reach(limit);
  };
  return with_rule(setting, Rule::narrow, "only to less: open, allowlist, none");
}

Setting checkpoints_setting() {
  Setting setting = choice_setting(
      "checkpoints", &Config::checkpoints, {"stop", "approve-verify", "first-option"},
      "What a checkpoint does when nobody can be asked: `stop` ends the run with exit code 4; "
      "`approve-verify` takes what a person should look at as approved, and of a decision the plan's "
      "default; `first-option` also takes the first option of a decision without a default. Actions "
      "and blocking checkpoints always stop.");
  setting.example = "stop";
  setting.widens = [](const Config& limit, const Config& value) {
    return value.checkpoints != "stop" && value.checkpoints != limit.checkpoints;
  };
  return with_rule(setting, Rule::narrow, "only set it to stop");
}

Setting tamper_setting() {
  Setting setting =
      choice_setting("on_tamper", &Config::on_tamper, {"fail", "warn"},
                     "What follows when the agent touched what it must not: `fail` ends the run with "
                     "exit code 9, `warn` reports it and goes on.");
  setting.example = "fail";
  setting.widens = [](const Config& limit, const Config& value) {
    return value.on_tamper != "fail" && limit.on_tamper == "fail";
  };
  return with_rule(setting, Rule::narrow, "only set it to fail");
}

Setting sensitive_policy_setting() {
  Setting setting =
      choice_setting("sensitive_files.policy", &Config::sensitive_policy, {"auto", "warn", "fail"},
                     "What follows when the code folder holds files of high severity, such as a private key: "
                     "`fail` refuses the run with exit code 3, `warn` names them and goes on, `auto` warns "
                     "at a terminal and fails without one.");
  setting.widens = [](const Config& limit, const Config& value) {
    return value.sensitive_policy != "fail" && value.sensitive_policy != limit.sensitive_policy;
  };
  return with_rule(setting, Rule::narrow, "only set it to fail");
}

Setting min_free_setting() {
  Setting setting = bytes_setting("environment.min_free_disk", "5GB", &Config::min_free_bytes, 0,
                                  "Free disk space that the code folder and the state directory must have.");
  setting.widens = [](const Config& limit, const Config& value) {
    return value.min_free_bytes < limit.min_free_bytes;
  };
  return with_rule(setting, Rule::narrow, "only raise it");
}

Setting disk_setting() {
  Setting setting = bytes_setting("resources.disk", "20GB", &Config::disk_bytes, 1'000'000,
                                  "What one attempt may write to the code folder and the agent's HOME; "
                                  "beyond it the attempt ends as a limit.");
  setting.type = "size or none";
  const auto set = setting.set;
  setting.set = [set](const Value& value, Config& config) {
    value.text == "none" ? void(config.disk_bytes = 0) : set(value, config);
  };
  const auto show = setting.show;
  setting.show = [show](const Config& config) { return config.disk_bytes == 0 ? "none" : show(config); };
  setting.widens = [](const Config& limit, const Config& value) {
    return limit.disk_bytes != 0 && (value.disk_bytes == 0 || value.disk_bytes > limit.disk_bytes);
  };
  return with_rule(setting, Rule::narrow, "only lower it");
}

Setting log_cap_setting() {
  Setting setting = bytes_setting("logs.cap", "500MB", &Config::log_cap_bytes, 1'000'000,
                                  "Recorded output of one attempt; beyond it only head and tail are kept.");
  setting.widens = [](const Config& limit, const Config& value) {
    return value.log_cap_bytes > limit.log_cap_bytes;
  };
  return with_rule(setting, Rule::narrow, "only lower it");
}

EnvironmentCheck read_check(const Value& item) {
  if (item.kind != Value::Kind::map) {
    throw UsageError("an item is " + std::string(kind_name(item.kind)) +
                     " instead of a map of name, run and hint");
  }
  EnvironmentCheck check;
  const std::vector<std::string> known = {"name", "run", "hint"};
  for (const Value::Entry& entry : item.entries) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
      const auto meant = nearest(entry.key, known);
      throw UsageError("an item has the unknown key '" + one_line(entry.key, 40) + "'; " +
                       (meant ? "did you mean '" + *meant + "'?" : "known are name, run and hint"));
    }
    if (entry.value.kind != Value::Kind::text) {
      throw UsageError("'" + entry.key + "' of an item is " + std::string(kind_name(entry.value.kind)) +
                       " instead of text");
    }
    (entry.key == "name" ? check.name : entry.key == "run" ? check.run : check.hint) = entry.value.text;
  }
  if (trim(check.name).empty() || trim(check.run).empty()) throw UsageError("an item needs a name and a run");
  return check;
}

Setting checks_setting() {
  Setting setting;
  setting.key = "environment.checks";
  setting.type = "list of {name, run, hint}";
  setting.example = "[{name: stack, run: curl -fs localhost:8080, hint: make up}]";
  setting.meaning =
      "Your own environment checks: each passes when `run` (by `bash -c`, on the host, in the code folder, "
      "at "
      "most 60 s) exits 0; `hint` is shown when it fails.";
  setting.rule_text = "runs commands on this machine";
  setting.is_list = true;
  setting.kind = Value::Kind::list;
  setting.set = [](const Value& value, Config& config) {
    for (const Value& item : value.items) {
      EnvironmentCheck check = read_check(item);
      std::erase_if(config.environment_checks,
                    [&](const EnvironmentCheck& old) { return old.name == check.name; });
      config.environment_checks.push_back(std::move(check));
    }
  };
  setting.clear = [](Config& config) { config.environment_checks.clear(); };
  setting.show = [](const Config& config) {
    std::string text;
    for (const EnvironmentCheck& check : config.environment_checks) {
      text +=
          (text.empty() ? "{name: " : ", {name: ") + yaml_text(check.name) + ", run: " + yaml_text(check.run);
      if (!check.hint.empty()) text += ", hint: " + yaml_text(check.hint);
      text += "}";
    }
    return "[" + text + "]";
  };
  return setting;
}

Setting agent_config_setting() {
  Setting setting = choice_setting(
      "agent_config", &Config::agent_config, {"auto", "trust", "instructions", "base-ref", "ignore"},
      "What the harness loads of the agent configuration in the code folder (docs/security.md): `trust` all "
      "of "
      "it, with hooks and base URLs; `instructions` only texts such as CLAUDE.md; `base-ref` what "
      "`agent_config_ref` has of it; `ignore` nothing; `auto` is `instructions`, and `ignore` where CI "
      "builds a "
      "pull request.");
  setting.widens = [](const Config& limit, const Config& value) {
    return value.agent_config != "ignore" && value.agent_config != limit.agent_config;
  };
  return with_rule(setting, Rule::narrow, "only set it to ignore");
}

std::vector<Setting> make_settings() {
  constexpr const char* k_variables_leave = "chooses which variables of this machine leave it";
  constexpr const char* k_runs_with_keys = "chooses what runs with your credentials";
  const auto any_text = [](const std::string&) {};
  std::vector<Setting> settings = {
      agent_config_setting(),
      with_rule(
          text_setting("agent_config_ref", "origin/main", &Config::agent_config_ref, check_word_or_empty,
                       "The branch or commit whose agent configuration counts under `base-ref`; empty: the "
                       "target of the pull request that CI builds, else the commit that the run began at."),
          Rule::never, "chooses what is trusted"),
      yes_no_setting(
          "allow_plan_commands", &Config::allow_plan_commands,
          "Run the plan's own commands as checks, in the container: `<automated>` and smoke commands after "
          "their task, the end-to-end section after the last one. Those of a YAML plan always run."),
      with_rule(choice_setting("commit", &Config::commit, {"per-task", "none"},
                               "`per-task`: milepost commits after every task; `none`: it never commits."),
                Rule::free),
      with_rule(
          text_setting("commit_message", "'{type}({plan}): {title}'", &Config::commit_message,
                       check_commit_message,
                       "The commit message; `{plan}` `{task}` `{title}` `{type}` `{summary}` and `{run}` are "
                       "filled in."),
          Rule::free),
      checkpoints_setting(),
      count_setting(
          "e2e.fix_attempts", "2", &Config::fix_attempts, 0, 100,
          "Attempts to mend what an end-to-end scenario or a validation task shows, over the whole run."),
      with_rule(yes_no_setting("e2e.run", &Config::run_scenarios,
                               "Run the plan's end-to-end scenario after its last task."),
                Rule::free),
      with_rule(
          text_setting("custom.command", "my-agent --yes", &Config::custom_command, any_text,
                       "The command of the harness `custom`, run by `bash -c` in the container with the "
                       "prompt on standard input; `{session}` and `{model}` are filled in."),
          Rule::never, k_runs_with_keys),
      with_rule(
          choice_setting("custom.dialect", &Config::custom_dialect,
                         {"plain", "ndjson-result", "claude-stream-json"},
                         "What that command prints (docs/harnesses.md): `plain` text, whose exit status is "
                         "the result; `ndjson-result`; or `claude-stream-json`."),
          Rule::never, k_runs_with_keys),
      with_rule(
          text_setting("custom.resume_command", "my-agent --yes --resume {session}",
                       &Config::custom_resume_command, any_text,
                       "The same for going on with a session; empty: it cannot, and every attempt begins "
                       "anew."),
          Rule::never, k_runs_with_keys),
      with_rule(
          list_setting("custom.secrets", "[MY_AGENT_KEY]", &Config::custom_secrets, check_variable_name,
                       "Names of environment variables that hold that command's keys; one that is set is "
                       "enough."),
          Rule::never, k_variables_leave),
      engine_setting(),
      with_rule(
          list_setting("engine_args", "[--dns=10.0.0.2]", &Config::engine_args, check_not_blank,
                       "Extra arguments for the engine's `run`; only those known to be harmless are taken."),
          Rule::never, "opens the container"),
      checks_setting(),
      min_free_setting(),
      with_rule(list_setting("environment.require_files", "[.env.sandbox]", &Config::require_files,
                             check_path_inside, "Files that must exist, relative to the code folder."),
                Rule::free),
      with_rule(
          text_setting("handoff", "docs/handoff", &Config::handoff, check_handoff,
                       "Where the hand-off document goes: `beside-plan`, `none`, or a directory relative to "
                       "the code folder."),
          Rule::free),
      harness_setting(),
      with_rule(
          text_setting("image", "registry.example/agent:1", &Config::image, check_word,
                       "The image of the coding-agent container; `milepost setup` builds the default one."),
          Rule::never, "chooses what is started on this machine with your credentials"),
      log_cap_setting(),
      with_rule(text_setting("model", "opus", &Config::model, check_word_or_empty,
                             "The model that the harness uses; empty: the harness's own default."),
                Rule::free),
      yes_no_setting("network.host_gateway", &Config::host_gateway,
                     "`host.docker.internal` in the container reaches services of this machine."),
      with_rule(list_setting(
                    "network.allow", "[registry.npmjs.org, '*.example.org:8443']", &Config::network_allow,
                    check_egress_target,
                    "Hosts that the container may reach in allowlist mode, beside the harness's own: `HOST` "
                    "(port 443), `HOST:PORT` or `*.HOST`."),
                Rule::never, "opens the network"),
      with_rule(
          list_setting("network.host_ports", "[5432, 8080]", &Config::host_ports, check_port,
                       "Ports of this machine that the container reaches as `host.docker.internal:PORT` in "
                       "allowlist mode."),
          Rule::never, "opens this machine"),
      network_setting(),
      with_rule(
          text_setting("network.proxy_image", "milepost-egress:latest", &Config::proxy_image, check_word,
                       "The image of the egress proxy; `milepost setup` builds it in allowlist mode."),
          Rule::never, "chooses what decides about the network"),
      tamper_setting(),
      with_rule(list_setting("pass_env", "[NPM_CONFIG_REGISTRY]", &Config::pass_env, check_variable_name,
                             "Names of environment variables handed to the agent that are no secrets."),
                Rule::never, k_variables_leave),
      cpus_setting(),
      disk_setting(),
      engine_size_setting("resources.memory", "4g", &Config::memory, /*may_be_none=*/true,
                          "Memory that the container may use."),
      count_setting("resources.pids", "512", &Config::pids, 16, 4'000'000,
                    "Processes and threads that the container may have."),
      engine_size_setting("resources.tmp", "512m", &Config::tmp_size, /*may_be_none=*/false,
                          "Size of `/tmp` in the container."),
      count_setting("retries", "1", &Config::retries, 0, 100, "Further attempts of a task after the first."),
      with_rule(
          text_setting(
              "review.harness", "codex", &Config::review_harness, check_word_or_empty,
              "A second harness that judges a plan's truths, and each task's change once its checks pass, in "
              "sessions of its own; empty: nobody does."),
          Rule::never, "chooses whose credentials are used"),
      with_rule(text_setting("review.model", "opus", &Config::review_model, check_word_or_empty,
                             "The reviewer's model; empty: that harness's own default."),
                Rule::free),
      with_rule(yes_no_setting(
                    "review.tasks", &Config::review_tasks,
                    "The reviewer looks at each task's change; blocking findings go back to the agent once."),
                Rule::free),
      with_rule(choice_setting(
                    "pr.tool", &Config::pr_tool, {"auto", "gh", "glab", "none"},
                    "What opens pull requests for `milepost pr`: `gh`, `glab`, neither, or what the host of "
                    "the remote's URL suggests."),
                Rule::never, "chooses programs of this machine"),
      with_rule(
          list_setting("secrets", "[GITHUB_TOKEN]", &Config::secrets, check_variable_name,
                       "Names of environment variables handed to the agent as secrets, beside the harness's "
                       "own credentials."),
          Rule::never, k_variables_leave),
      with_rule(
          list_setting(
              "secret_files", "[DEPLOY_KEY=/run/secrets/deploy]", &Config::secret_files, check_secret_file,
              "Secrets handed to the agent from files, as `NAME=PATH`: the file's content becomes the "
              "variable."),
          Rule::never, "chooses which files of this machine leave it"),
      with_rule(list_setting("sensitive_files.allow", "['tests/*', dev.pem]", &Config::sensitive_allow,
                             check_not_blank,
                             "Files with secrets that the agent may read: globs of a name, or of a path "
                             "relative to the code folder; `*` also matches `/`."),
                Rule::never, "lets the agent read your secrets"),
      sensitive_policy_setting(),
      duration_setting("timeouts.completion_grace", "30s", &Config::completion_grace,
                       "How long an agent may live on after its final event."),
      duration_setting("timeouts.container", "12h", &Config::max_life, "The container's absolute life."),
      duration_setting("timeouts.idle", "10m", &Config::idle_timeout,
                       "An attempt ends when its agent says nothing for so long."),
      duration_setting("timeouts.task", "45m", &Config::task_timeout, "One attempt in all."),
      duration_setting("timeouts.verify", "5m", &Config::verify_timeout, "One verification command."),
      with_rule(list_setting("verify", "[make test]", &Config::verify, check_not_blank,
                             "Commands that must succeed after every task; they run in the container by "
                             "`bash -euo pipefail -c`."),
                Rule::free),
  };
  for (Setting& setting : notify_settings()) settings.push_back(std::move(setting));
  for (Setting& setting : limit_settings()) settings.push_back(std::move(setting));
  std::sort(settings.begin(), settings.end(),
            [](const Setting& a, const Setting& b) { return a.key < b.key; });
  return settings;
}

}  // namespace

const std::vector<Setting>& all_settings() {
  static const std::vector<Setting> settings = make_settings();
  return settings;
}

const Setting* find_setting(std::string_view key) {
  for (const Setting& setting : all_settings()) {
    if (setting.key == key) return &setting;
  }
  return nullptr;
}

std::string variable_of(std::string_view key) {
  std::string name = "MILEPOST_";
  for (const char c : key)
    name += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return name;
}

}  // namespace milepost::config
