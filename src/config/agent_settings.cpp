#include "config/agent_settings.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "config/setting_types.hpp"
#include "config/text_rules.hpp"

#include <algorithm>

namespace milepost::config {

namespace {

using Rule = RepositoryRule;

constexpr const char* k_variables_leave = "chooses which variables of this machine leave it";
constexpr const char* k_runs_with_keys = "chooses what runs with your credentials";

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

Setting agent_config_setting() {
  Setting setting = choice_setting(
      "agent_config", &Config::agent_config, {"auto", "trust", "instructions", "base-ref", "ignore"},
      "What the harness loads of the agent configuration in the code folder (docs/security.md): `trust` all "
      "of it, with hooks and base URLs; `instructions` only texts such as CLAUDE.md; `base-ref` what "
      "`agent_config_ref` has of it; `ignore` nothing; `auto` is `instructions`, and `ignore` where CI "
      "builds a pull request.");
  setting.widens = [](const Config& limit, const Config& value) {
    return value.agent_config != "ignore" && value.agent_config != limit.agent_config;
  };
  return with_rule(setting, Rule::narrow, "only set it to ignore");
}

}  // namespace

std::vector<Setting> agent_settings() {
  return {
      agent_config_setting(),
      with_rule(
          text_setting("agent_config_ref", "origin/main", &Config::agent_config_ref, check_word_or_empty,
                       "The branch or commit whose agent configuration counts under `base-ref`; empty: the "
                       "target of the pull request that CI builds, else the commit that the run began at."),
          Rule::never, "chooses what is trusted"),
      with_rule(text_setting(
                    "custom.command", "my-agent --yes", &Config::custom_command, [](const std::string&) {},
                    "The command of the harness `custom`, run by `bash -c` in the container with the "
                    "prompt on standard input; `{session}` and `{model}` are filled in."),
                Rule::never, k_runs_with_keys),
      with_rule(
          choice_setting("custom.dialect", &Config::custom_dialect,
                         {"plain", "ndjson-result", "claude-stream-json"},
                         "What that command prints (docs/harnesses.md): `plain` text, whose exit status is "
                         "the result; `ndjson-result`; or `claude-stream-json`."),
          Rule::never, k_runs_with_keys),
      with_rule(text_setting(
                    "custom.resume_command", "my-agent --yes --resume {session}",
                    &Config::custom_resume_command, [](const std::string&) {},
                    "The same for going on with a session; empty: it cannot, and every attempt begins "
                    "anew."),
                Rule::never, k_runs_with_keys),
      with_rule(
          list_setting("custom.secrets", "[MY_AGENT_KEY]", &Config::custom_secrets, check_variable_name,
                       "Names of environment variables that hold that command's keys; one that is set is "
                       "enough."),
          Rule::never, k_variables_leave),
      harness_setting(),
      with_rule(text_setting("model", "opus", &Config::model, check_word_or_empty,
                             "The model that the harness uses; empty: the harness's own default."),
                Rule::free),
      with_rule(list_setting("pass_env", "[NPM_CONFIG_REGISTRY]", &Config::pass_env, check_variable_name,
                             "Names of environment variables handed to the agent that are no secrets."),
                Rule::never, k_variables_leave),
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
  };
}

}  // namespace milepost::config
