#include "config/setting.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "config/agent_settings.hpp"
#include "config/container_settings.hpp"
#include "config/environment_settings.hpp"
#include "config/limit_settings.hpp"
#include "config/notify_settings.hpp"
#include "config/setting_types.hpp"
#include "config/text_rules.hpp"

#include <algorithm>
#include <iterator>

namespace milepost::config {

namespace {

using Rule = RepositoryRule;

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

Setting log_cap_setting() {
  Setting setting = bytes_setting("logs.cap", "500MB", &Config::log_cap_bytes, 1'000'000,
                                  "Recorded output of one attempt; beyond it only head and tail are kept.");
  setting.widens = [](const Config& limit, const Config& value) {
    return value.log_cap_bytes > limit.log_cap_bytes;
  };
  return with_rule(setting, Rule::narrow, "only lower it");
}

std::vector<Setting> make_settings() {
  std::vector<Setting> settings = {
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
          text_setting("handoff", "docs/handoff", &Config::handoff, check_handoff,
                       "Where the hand-off document goes: `beside-plan`, `none`, or a directory relative to "
                       "the code folder."),
          Rule::free),
      log_cap_setting(),
      tamper_setting(),
      count_setting("retries", "1", &Config::retries, 0, 100, "Further attempts of a task after the first."),
      with_rule(choice_setting(
                    "pr.tool", &Config::pr_tool, {"auto", "gh", "glab", "none"},
                    "What opens pull requests for `milepost pr`: `gh`, `glab`, neither, or what the host of "
                    "the remote's URL suggests."),
                Rule::never, "chooses programs of this machine"),
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
  for (const auto& group :
       {agent_settings, container_settings, environment_settings, limit_settings, notify_settings})
    std::ranges::move(group(), std::back_inserter(settings));
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
