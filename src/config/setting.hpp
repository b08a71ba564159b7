#pragma once

#include "milepost/config/config.hpp"

#include "config/value.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost::config {

/// What a repository's file may do with a setting.
enum class RepositoryRule { free, narrow, never };

/// One setting: all that reading, showing, checking and documenting it needs.
struct Setting {
  std::string key;
  std::string type;
  std::string example;  ///< a value as it would be written in YAML
  std::string meaning;  ///< one sentence, Markdown
  RepositoryRule rule = RepositoryRule::never;
  std::string rule_text;   ///< narrow: "only lower it"; never: the reason, as a sentence without its subject
  bool is_list = false;    ///< values of higher layers are added
  bool also_list = false;  ///< may be written as a list, which replaces like a text: its items joined by ", "
  Value::Kind kind = Value::Kind::text;

  /// Takes a value of `kind`; a list adds its items. Throws UsageError without a place.
  std::function<void(const Value&, Config&)> set;
  std::function<void(Config&)> clear;  ///< of a list
  /// As it would be written in YAML, on one line.
  std::function<std::string(const Config&)> show;
  /// narrow: whether `value` gives more than `limit`.
  std::function<bool(const Config& limit, const Config& value)> widens;
};

/// Every setting, sorted by key.
const std::vector<Setting>& all_settings();
const Setting* find_setting(std::string_view key);

/// "timeouts.idle" → "MILEPOST_TIMEOUTS_IDLE".
std::string variable_of(std::string_view key);

}  // namespace milepost::config
