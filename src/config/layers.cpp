#include "config/layers.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"

#include "config/setting.hpp"
#include "config/yaml.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace milepost::config {

namespace {

constexpr std::uint64_t k_file_limit = 1u << 20;
constexpr const char* k_repository_file = ".milepost/config.yaml";
constexpr const char* k_list_hint = "`milepost config` lists every setting";

/// Keys that hold settings below them: "timeouts".
std::set<std::string> group_names() {
  std::set<std::string> groups;
  for (const Setting& setting : all_settings()) {
    const std::size_t dot = setting.key.find('.');
    if (dot != std::string::npos) groups.insert(setting.key.substr(0, dot));
  }
  return groups;
}

[[noreturn]] void throw_unknown(const std::string& place, const std::string& key) {
  std::vector<std::string> keys;
  for (const Setting& setting : all_settings()) keys.push_back(setting.key);
  for (const std::string& group : group_names()) keys.push_back(group);
  std::optional<std::string> meant = nearest(to_lower_ascii(key), keys);
  std::vector<std::string> longer;  // `idle` for `timeouts.idle`
  for (const std::string& known : keys) {
    if (!meant && known.ends_with("." + key)) longer.push_back(known);
  }
  if (!longer.empty()) meant = join(longer, "' or '");
  throw UsageError(place + ": unknown setting '" + one_line(key, 60) + "'" +
                       (meant ? "; did you mean '" + *meant + "'?" : ""),
                   k_list_hint);
}

/// A list written as text: "[a, 'b, c']" is YAML, anything else is split at commas.
Value list_of_text(const std::string& text, const std::string& place) {
  if (trim(text).starts_with('[')) {
    Value list = parse_yaml(text, place);
    list.line = 0;
    return list;
  }
  Value list;
  list.kind = Value::Kind::list;
  for (const std::string_view item : split(text, ',')) {
    if (!trim(item).empty()) list.items.push_back(Value::of_text(std::string(trim(item))));
  }
  return list;
}

/// Variables that milepost and its tests read or set and that are no settings.
bool is_other_variable(const std::string& name) {
  static const std::set<std::string, std::less<>> k_known = {
      "MILEPOST_LIBEXEC",  "MILEPOST_DEPLOY", "MILEPOST_ANSWER", "MILEPOST_ATTEMPT",
      "MILEPOST_FEEDBACK", "MILEPOST_TASK",   "MILEPOST_RUN"};
  return k_known.contains(name) || name.starts_with("MILEPOST_TEST_") || name.starts_with("MILEPOST_CRASH_");
}

/// The settings in the text of a file; `name` is what messages call it.
std::vector<Assignment> layer_of_text(const std::string& text, const std::string& name) {
  Value root = parse_yaml(text, name);
  if (root.kind == Value::Kind::none) return {};
  if (root.kind != Value::Kind::map) {
    throw UsageError(name + ":" + std::to_string(root.line) + ": the file must be a map of settings, not " +
                         std::string(kind_name(root.kind)),
                     "for example: retries: 1");
  }

  const std::set<std::string> groups = group_names();
  std::vector<Assignment> layer;
  const auto add = [&](const std::string& key, Value value, int line) {
    const std::string place = name + ":" + std::to_string(line);
    const Setting* setting = find_setting(key);
    if (!setting) throw_unknown(place, key);
    for (const Assignment& earlier : layer) {
      if (earlier.key == key)
        throw UsageError(place + ": '" + key + "' is set twice; the first is " + earlier.place);
    }
    if (value.kind == Value::Kind::none) {
      throw UsageError(place + ": '" + key + "' has no value",
                       "remove the line, or write: " + key + ": " + setting->example);
    }
    layer.push_back({key, std::move(value), place});
  };
  for (Value::Entry& entry : root.entries) {
    if (!groups.contains(entry.key)) {
      add(entry.key, std::move(entry.value), entry.line);
      continue;
    }
    if (entry.value.kind == Value::Kind::none) continue;  // all settings of the group are commented out
    if (entry.value.kind != Value::Kind::map) {
      throw UsageError(name + ":" + std::to_string(entry.line) + ": '" + entry.key +
                           "' must be a map of settings, not " + std::string(kind_name(entry.value.kind)),
                       k_list_hint);
    }
    for (Value::Entry& below : entry.value.entries)
      add(entry.key + "." + below.key, std::move(below.value), below.line);
  }
  return layer;
}

}  // namespace

std::vector<Assignment> read_file_layer(const std::filesystem::path& file) {
  if (file.empty()) return {};
  const auto text = read_file_if_exists(file, k_file_limit);
  return text ? layer_of_text(*text, file.string()) : std::vector<Assignment>();
}

std::vector<Assignment> read_repository_layer(const std::filesystem::path& code_folder) {
  if (code_folder.empty()) return {};
  // Others write to a repository: by a link, a message could show a file of this machine.
  const auto text = read_file_beneath_if_exists(code_folder, k_repository_file, k_file_limit);
  return text ? layer_of_text(*text, (code_folder / k_repository_file).string()) : std::vector<Assignment>();
}

std::vector<Assignment> read_environment_layer(const std::map<std::string, std::string>& variables,
                                               std::vector<std::string>& notes) {
  std::vector<std::string> known;
  for (const Setting& setting : all_settings()) known.push_back(variable_of(setting.key));
  std::vector<Assignment> layer;
  for (const auto& [name, text] : variables) {
    if (!name.starts_with("MILEPOST_") || is_other_variable(name) || text.empty()) continue;
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      if (const auto meant = nearest(name, known)) {
        throw UsageError("environment: unknown variable " + name + "; did you mean " + *meant + "?",
                         "unset it, or use the right name");
      }
      notes.push_back("the variable " + one_line(name, 80) + " is not a setting; it has no effect");
      continue;
    }
    const Setting& setting = all_settings()[static_cast<std::size_t>(found - known.begin())];
    layer.push_back({setting.key, setting.is_list ? list_of_text(text, name) : Value::of_text(text), name});
  }
  return layer;
}

std::vector<Assignment> read_option_layer(const std::vector<std::pair<std::string, std::string>>& options,
                                          const std::map<std::string, std::string>& names) {
  std::vector<Assignment> layer;
  for (const auto& [key, text] : options) {
    const auto name = names.find(key);
    const std::string place = name == names.end() ? "option" : name->second;
    const Setting* setting = find_setting(key);
    if (!setting) throw_unknown(place, key);
    // `--set` takes a list as a file and a variable do; an option of its own takes one item, whatever is in
    // it.
    const bool is_whole_list = (name == names.end() || place == "--set") && trim(text).starts_with('[');
    Value value = Value::of_text(text);
    if (key == "environment.checks" || (setting->is_list && is_whole_list)) {
      value = list_of_text(text, place);
    } else if (setting->is_list) {
      Value list;
      list.kind = Value::Kind::list;
      list.items.push_back(std::move(value));
      value = std::move(list);
    }
    layer.push_back({key, std::move(value), place});
  }
  return layer;
}

}  // namespace milepost::config
