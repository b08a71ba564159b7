#pragma once

#include "milepost/plan/plan.hpp"

#include "front_matter.hpp"
#include "yaml_plan.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace milepost::parsing {

/// "90s", "45m", "2h", "1h30m"; a bare number is seconds. Nothing for other texts and for 0.
std::optional<std::chrono::seconds> duration_of(std::string_view text);

/// A map of a YAML plan, read key by key. A value of another kind than asked for is an error with its place.
class YamlMap {
 public:
  /// Tells unknown and missing keys. `owner` names the map in messages: "task 3.1".
  YamlMap(const FrontMatterValue& value, std::string_view object, std::string owner,
          std::vector<Diagnostic>& diagnostics);

  /// The value of a key, or null when it is not there or says nothing.
  const FrontMatterValue* find(std::string_view key) const;
  std::string text(std::string_view key) const;
  std::optional<std::string> optional_text(std::string_view key) const;
  std::vector<std::string> texts(std::string_view key) const;  ///< a single text is a list of one
  bool flag(std::string_view key) const;
  std::optional<std::int64_t> whole(std::string_view key, std::int64_t least, std::int64_t most) const;
  std::optional<double> number(std::string_view key) const;
  std::optional<std::chrono::seconds> duration(std::string_view key) const;
  /// One of `words`; the first when the key is not there.
  std::string one_of(std::string_view key, std::span<const std::string_view> words) const;
  /// The maps of a list.
  std::vector<const FrontMatterValue*> maps(std::string_view key) const;
  /// A map, or null.
  const FrontMatterValue* map(std::string_view key) const;

  void fail(const Span& at, const std::string& message, const std::string& remedy) const;
  const std::string& owner() const { return owner_; }
  Span at() const { return value_.at; }

 private:
  const FrontMatterValue& value_;
  std::string owner_;
  std::vector<Diagnostic>& diagnostics_;
};

}  // namespace milepost::parsing
