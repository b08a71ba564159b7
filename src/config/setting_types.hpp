#pragma once

#include "config/setting.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// A setting of each type, bound to its member of Config. `key`, `example` and `meaning` as in Setting.

namespace milepost::config {

using TextRule = void (*)(const std::string& text);  ///< throws UsageError without a place

Setting text_setting(const char* key, const char* example, std::string Config::*member, TextRule check,
                     const char* meaning);
/// One of `choices`; the last one is the example.
Setting choice_setting(const char* key, std::string Config::*member, std::vector<std::string> choices,
                       const char* meaning);
/// 0 turns it off; a repository may lower it.
Setting duration_setting(const char* key, const char* example, Milliseconds Config::*member,
                         const char* meaning);
/// A repository may turn it off.
Setting yes_no_setting(const char* key, bool Config::*member, const char* meaning);
/// A repository may lower it.
Setting count_setting(const char* key, const char* example, unsigned Config::*member, unsigned least,
                      unsigned most, const char* meaning);
/// A number of bytes, at least `least`; narrow, and the caller says in which direction.
Setting bytes_setting(const char* key, const char* example, std::uint64_t Config::*member,
                      std::uint64_t least, const char* meaning);
/// A size as engines read it, kept as text: "8g"; "" is no limit and is written `none`. A repository may
/// lower it.
Setting engine_size_setting(const char* key, const char* example, std::string Config::*member,
                            bool may_be_none, const char* meaning);
/// A list of texts without repetition.
Setting list_setting(const char* key, const char* example, std::vector<std::string> Config::*member,
                     TextRule check, const char* meaning);

Setting with_rule(Setting setting, RepositoryRule rule, const char* text = "");

}  // namespace milepost::config
