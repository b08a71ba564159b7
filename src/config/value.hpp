#pragma once

#include "milepost/base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace milepost::config {

/// One value as it was written, whatever it came from. Numbers and words are text until a setting reads them.
struct Value {
  enum class Kind { none, text, list, map };
  struct Entry;

  Kind kind = Kind::none;
  std::string text;            ///< of Kind::text
  std::vector<Value> items;    ///< of Kind::list
  std::vector<Entry> entries;  ///< of Kind::map, in order, every key once
  int line = 0;                ///< from 1; 0 when the source has no lines

  static Value of_text(std::string text);
};

struct Value::Entry {
  std::string key;
  int line = 0;
  Value value;
};

// Behind Entry: making a Value needs it whole.
inline Value Value::of_text(std::string text) {
  Value value;
  value.kind = Kind::text;
  value.text = std::move(text);
  return value;
}

/// "a list", for messages.
std::string_view kind_name(Value::Kind kind);

// Reading a text. Each throws UsageError without a place: "'yess' is not yes or no".

bool read_yes_no(std::string_view text);
/// A whole number in [least, most].
std::uint64_t read_number(std::string_view text, std::uint64_t least, std::uint64_t most);
/// A decimal number in [least, most], such as 2 or 1.5.
double read_decimal(std::string_view text, double least, double most);
/// Bytes: 4096, 512m, 8g, 1.5g (powers of 1024, as engines read them), 2MB, 2GB (powers of 1000), 2GiB.
std::uint64_t read_size(std::string_view text);

// Writing, so that reading gives the same value again.

/// A scalar of YAML on one line, quoted where a plain one would be read as something else.
std::string yaml_text(std::string_view text);
std::string yaml_list(const std::vector<std::string>& items);
/// The shortest of the forms of read_size: "2GB", "512m", "1234".
std::string size_text(std::uint64_t bytes);
/// Without needless digits: "5", "0.25".
std::string decimal_text(double value);

}  // namespace milepost::config
