#include "milepost/config/config.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "config/layers.hpp"
#include "config/setting.hpp"

#include <map>

namespace milepost {

using config::Assignment;
using config::Setting;
using config::Value;

namespace {

/// Where the values of one setting came from so far.
struct Source {
  Origin origin = Origin::built_in;
  std::string place = "built-in";
};

std::string shown_value(const Setting& setting, const Config& config) {
  return setting.key + ": " + setting.show(config);
}

/// [a, b] as the text "a, b", however it was written.
Value joined(const Value& value) {
  std::vector<std::string> words;
  for (const Value& item : value.items) words.push_back(item.text);
  if (value.kind == Value::Kind::list) return Value::of_text(join(words, ", "));
  std::string_view text = trim(value.text);
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  return Value::of_text(std::string(text));
}

/// Takes one assignment; a list adds to what is there, and an empty one clears it unless it may only add.
void take(const Setting& setting, const Assignment& assignment, bool may_clear, Config& config) {
  const bool is_joined = setting.also_list && assignment.value.kind == Value::Kind::list;
  if (assignment.value.kind != setting.kind && !is_joined) {
    throw UsageError(assignment.place + ": '" + setting.key + "' must be a " + setting.type + ", not " +
                         std::string(kind_name(assignment.value.kind)),
                     "for example: " + setting.key + ": " + setting.example);
  }
  if (setting.is_list && assignment.value.items.empty()) {
    if (may_clear) setting.clear(config);
    return;
  }
  try {
    setting.set(setting.also_list ? joined(assignment.value) : assignment.value, config);
  } catch (const UsageError& error) {
    throw UsageError(assignment.place + ": '" + setting.key + "': " + error.what(),
                     "for example: " + setting.key + ": " + setting.example);
  }
}

/// The layers, applied one by one.
class Loader {
 public:
  explicit Loader(const ConfigSources& sources) : sources_(sources) {}

  LoadedConfig load() {
    const auto user = config::read_file_layer(sources_.user_file);
    const auto repository = config::read_repository_layer(sources_.code_folder);
    const auto environment = config::read_environment_layer(sources_.environment, loaded_.notes);
    const auto options = config::read_option_layer(sources_.options, sources_.option_names);

    apply(user, Origin::user_file);
    for (const Assignment& assignment : repository) {
      apply_of_repository(assignment, sets(environment, assignment.key) || sets(options, assignment.key));
    }
    apply(environment, Origin::environment);
    apply(options, Origin::option);

    for (const Setting& setting : config::all_settings()) {
      const Source& source = from_[setting.key];
      loaded_.values.push_back({setting.key, setting.show(loaded_.config), source.origin, source.place});
    }
    return std::move(loaded_);
  }

 private:
  static bool sets(const std::vector<Assignment>& layer, const std::string& key) {
    for (const Assignment& assignment : layer) {
      if (assignment.key == key) return true;
    }
    return false;
  }

  void note(const Setting& setting, const Assignment& assignment, Origin origin) {
    Source& source = from_[setting.key];
    const bool adds = setting.is_list && !assignment.value.items.empty() && source.origin != Origin::built_in;
    if (!adds)
      source.place = assignment.place;
    else if (!source.place.ends_with(assignment.place))
      source.place += ", " + assignment.place;
    source.origin = origin;
  }

  void apply(const std::vector<Assignment>& layer, Origin origin) {
    for (const Assignment& assignment : layer) {
      const Setting& setting = *config::find_setting(assignment.key);
      take(setting, assignment, /*may_clear=*/true, loaded_.config);
      note(setting, assignment, origin);
    }
  }

  std::string user_file_hint(const Setting& setting) const {
    const std::string file =
        sources_.user_file.empty() ? "your own configuration file" : sources_.user_file.string();
    return "set it in " + file + ", or as " + config::variable_of(setting.key) + " in the environment";
  }

  void apply_of_repository(const Assignment& assignment, bool is_overridden) {
    const Setting& setting = *config::find_setting(assignment.key);
    if (setting.rule == config::RepositoryRule::never) {
      throw UsageError(assignment.place + ": a repository's file may not set '" + setting.key + "': it " +
                           setting.rule_text,
                       user_file_hint(setting));
    }
    Config narrowed = loaded_.config;
    take(setting, assignment, /*may_clear=*/false, narrowed);
    if (setting.rule == config::RepositoryRule::narrow && setting.widens(loaded_.config, narrowed)) {
      const Source& source = from_[setting.key];
      const std::string words = assignment.place + ": '" + shown_value(setting, narrowed) +
                                "' gives more than '" + shown_value(setting, loaded_.config) + "' (" +
                                source.place + ")";
      if (is_overridden) {
        loaded_.notes.push_back(words + "; it is overridden and has no effect");
        return;
      }
      throw UsageError(words + "; a repository's file may " + setting.rule_text, user_file_hint(setting));
    }
    if (setting.is_list && assignment.value.items.empty()) return;
    loaded_.config = std::move(narrowed);
    note(setting, assignment, Origin::repository_file);
  }

  const ConfigSources& sources_;
  LoadedConfig loaded_;
  std::map<std::string, Source> from_;
};

}  // namespace

LoadedConfig load_config(const ConfigSources& sources) {
  return Loader(sources).load();
}

std::vector<SettingInfo> setting_table() {
  const Config defaults;
  std::vector<SettingInfo> table;
  for (const Setting& setting : config::all_settings()) {
    const std::string rule = setting.rule == config::RepositoryRule::free     ? "free"
                             : setting.rule == config::RepositoryRule::narrow ? "narrow: " + setting.rule_text
                                                                              : "never: " + setting.rule_text;
    table.push_back({setting.key, setting.type, setting.show(defaults), setting.meaning, rule});
  }
  return table;
}

std::string_view to_string(Origin origin) {
  switch (origin) {
    case Origin::built_in:
      return "built-in";
    case Origin::user_file:
      return "user file";
    case Origin::repository_file:
      return "repository file";
    case Origin::environment:
      return "environment";
    case Origin::option:
      return "option";
  }
  return "?";
}

}  // namespace milepost
