#include "config/environment_settings.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "config/setting_types.hpp"
#include "config/text_rules.hpp"

#include <algorithm>

namespace milepost::config {

namespace {

using Rule = RepositoryRule;

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
      "at most 60 s) exits 0; `hint` is shown when it fails.";
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

}  // namespace

std::vector<Setting> environment_settings() {
  return {

      checks_setting(),
      min_free_setting(),
      with_rule(list_setting("environment.require_files", "[.env.sandbox]", &Config::require_files,
                             check_path_inside, "Files that must exist, relative to the code folder."),
                Rule::free),
      with_rule(list_setting("sensitive_files.allow", "['tests/*', dev.pem]", &Config::sensitive_allow,
                             check_not_blank,
                             "Files with secrets that the agent may read: globs of a name, or of a path "
                             "relative to the code folder; `*` also matches `/`."),
                Rule::never, "lets the agent read your secrets"),
      sensitive_policy_setting(),
  };
}

}  // namespace milepost::config
