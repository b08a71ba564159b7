#include "config/setting_types.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <algorithm>
#include <limits>

namespace milepost::config {

Setting text_setting(const char* key, const char* example, std::string Config::*member, TextRule check,
                     const char* meaning) {
  Setting setting;
  setting.key = key;
  setting.type = "text";
  setting.example = example;
  setting.meaning = meaning;
  setting.set = [=](const Value& value, Config& config) {
    check(value.text);
    config.*member = value.text;
  };
  setting.show = [=](const Config& config) { return yaml_text(config.*member); };
  return setting;
}

Setting choice_setting(const char* key, std::string Config::*member, std::vector<std::string> choices,
                       const char* meaning) {
  Setting setting = text_setting(
      key, choices.back().c_str(), member, [](const std::string&) {}, meaning);
  setting.type = join(choices, " or ");
  setting.set = [=](const Value& value, Config& config) {
    if (std::find(choices.begin(), choices.end(), value.text) == choices.end()) {
      const auto meant = nearest(to_lower_ascii(value.text), choices);
      throw UsageError("'" + one_line(value.text, 40) + "' is none of " + join(choices, ", ") +
                       (meant ? "; did you mean '" + *meant + "'?" : ""));
    }
    config.*member = value.text;
  };
  return setting;
}

Setting duration_setting(const char* key, const char* example, Milliseconds Config::*member,
                         const char* meaning) {
  Setting setting;
  setting.key = key;
  setting.type = "duration";
  setting.example = example;
  setting.meaning = meaning;
  setting.set = [=](const Value& value, Config& config) {
    try {
      config.*member = parse_duration(value.text, key);
    } catch (const UsageError&) {
      throw UsageError("'" + one_line(value.text, 40) + "' is not a duration (0 turns it off)");
    }
  };
  setting.show = [=](const Config& config) { return duration_text(config.*member); };
  setting.rule = RepositoryRule::narrow;
  setting.rule_text = "only lower it";
  setting.widens = [=](const Config& limit, const Config& value) {
    const Milliseconds before = limit.*member, after = value.*member;
    if (before.count() == 0) return false;  // off: anything is less
    return after.count() == 0 || after > before;
  };
  return setting;
}

Setting yes_no_setting(const char* key, bool Config::*member, const char* meaning) {
  Setting setting;
  setting.key = key;
  setting.type = "yes/no";
  setting.example = "no";
  setting.meaning = meaning;
  setting.set = [=](const Value& value, Config& config) { config.*member = read_yes_no(value.text); };
  setting.show = [=](const Config& config) { return config.*member ? "yes" : "no"; };
  setting.rule = RepositoryRule::narrow;
  setting.rule_text = "only turn it off";
  setting.widens = [=](const Config& limit, const Config& value) {
    return value.*member && !(limit.*member);
  };
  return setting;
}

Setting count_setting(const char* key, const char* example, unsigned Config::*member, unsigned least,
                      unsigned most, const char* meaning) {
  Setting setting;
  setting.key = key;
  setting.type = "number";
  setting.example = example;
  setting.meaning = meaning;
  setting.set = [=](const Value& value, Config& config) {
    config.*member = static_cast<unsigned>(read_number(value.text, least, most));
  };
  setting.show = [=](const Config& config) { return std::to_string(config.*member); };
  setting.rule = RepositoryRule::narrow;
  setting.rule_text = "only lower it";
  setting.widens = [=](const Config& limit, const Config& value) { return value.*member > limit.*member; };
  return setting;
}

Setting bytes_setting(const char* key, const char* example, std::uint64_t Config::*member,
                      std::uint64_t least, const char* meaning) {
  Setting setting;
  setting.key = key;
  setting.type = "size";
  setting.example = example;
  setting.meaning = meaning;
  setting.set = [=](const Value& value, Config& config) {
    const std::uint64_t bytes = read_size(value.text);
    if (bytes < least) {
      throw UsageError("'" + one_line(value.text, 40) + "' is less than " + size_text(least));
    }
    config.*member = bytes;
  };
  setting.show = [=](const Config& config) { return size_text(config.*member); };
  setting.rule = RepositoryRule::narrow;
  return setting;
}

/// A size that an engine reads: kept as text, "8g"; "" is no limit and is written `none`.
Setting engine_size_setting(const char* key, const char* example, std::string Config::*member,
                            bool may_be_none, const char* meaning) {
  const auto amount = [=](const Config& config) {
    return (config.*member).empty() ? std::numeric_limits<double>::infinity()
                                    : static_cast<double>(read_size(config.*member));
  };
  Setting setting;
  setting.key = key;
  setting.type = may_be_none ? "size or none" : "size";
  setting.example = example;
  setting.meaning = meaning;
  setting.set = [=](const Value& value, Config& config) {
    if (may_be_none && value.text == "none") {
      (config.*member).clear();
      return;
    }
    const std::uint64_t bytes = read_size(value.text);
    if (bytes < 6u << 20) {
      throw UsageError("'" + one_line(value.text, 40) + "' is less than 6m, too little to start anything");
    }
    // Engines know whole numbers of k, m and g; everything else is given in bytes.
    const std::string lower = to_lower_ascii(value.text);
    const bool as_engines_write = lower.find_first_not_of("0123456789") == lower.size() - 1 &&
                                  std::string_view("kmg").find(lower.back()) != std::string_view::npos;
    config.*member = as_engines_write ? lower : std::to_string(bytes);
  };
  setting.show = [=](const Config& config) {
    return (config.*member).empty() ? std::string("none") : config.*member;
  };
  setting.rule = RepositoryRule::narrow;
  setting.rule_text = "only lower it";
  setting.widens = [=](const Config& limit, const Config& value) { return amount(value) > amount(limit); };
  return setting;
}

Setting list_setting(const char* key, const char* example, std::vector<std::string> Config::*member,
                     TextRule check, const char* meaning) {
  Setting setting;
  setting.key = key;
  setting.type = "list of text";
  setting.example = example;
  setting.meaning = meaning;
  setting.is_list = true;
  setting.kind = Value::Kind::list;
  setting.set = [=](const Value& value, Config& config) {
    for (const Value& item : value.items) {
      if (item.kind != Value::Kind::text) {
        throw UsageError("an item is " + std::string(kind_name(item.kind)) +
                         " instead of text; quote a text that holds ': ' or starts with a special character");
      }
      check(item.text);
      std::vector<std::string>& list = config.*member;
      if (std::find(list.begin(), list.end(), item.text) == list.end()) list.push_back(item.text);
    }
  };
  setting.clear = [=](Config& config) { (config.*member).clear(); };
  setting.show = [=](const Config& config) { return yaml_list(config.*member); };
  return setting;
}

Setting with_rule(Setting setting, RepositoryRule rule, const char* text) {
  setting.rule = rule;
  setting.rule_text = text;
  return setting;
}

}  // namespace milepost::config
