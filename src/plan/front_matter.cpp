#include "front_matter.hpp"

#include "milepost/base/text.hpp"

#include "yaml_subset.hpp"

namespace milepost::parsing {

namespace {

constexpr std::size_t k_most_bytes = 256 * 1024;

bool is_marker(std::string_view line) {
  return line.starts_with("---") && trim(line) == "---";
}

}  // namespace

const FrontMatterValue* FrontMatterValue::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) return &items[i];
  }
  return nullptr;
}

bool FrontMatterValue::absent() const {
  return kind == Kind::scalar && plain && (text.empty() || text == "~" || text == "null");
}

std::string on_one_line(const FrontMatterValue& value) {
  if (value.kind == FrontMatterValue::Kind::scalar) return value.text;
  std::string text;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) text += ", ";
    if (value.kind == FrontMatterValue::Kind::map) text += value.keys[i] + ": ";
    text += on_one_line(value.items[i]);
  }
  return text;
}

const FrontMatterEntry* FrontMatter::find(std::string_view key) const {
  for (const FrontMatterEntry& entry : entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

FrontMatter read_front_matter(const SourceText& source, std::vector<Diagnostic>& diagnostics) {
  FrontMatter front;
  if (source.line_count() == 0 || !is_marker(source.line(0))) return front;
  std::uint32_t end = 1;
  while (end < source.line_count() && !is_marker(source.line(end))) ++end;
  if (end == source.line_count()) {
    diagnostics.push_back({Severity::error,
                           "front-matter-unclosed",
                           {1, 1, 1},
                           "the front matter that starts here has no end",
                           "close it with a line \"---\""});
    front.line_count = 1;
    return front;
  }
  front.line_count = end + 1;
  if (end == 1) return front;
  try {
    if (source.bytes(1, end - 1).size() > k_most_bytes)
      throw YamlFault({1, 1, end + 1}, "the front matter is larger than 256 KiB");
    FrontMatterValue map = read_yaml_map(source, 1, end, diagnostics);
    for (std::size_t i = 0; i < map.items.size(); ++i) {
      std::string text = on_one_line(map.items[i]);
      front.entries.push_back(
          {std::move(map.keys[i]), std::move(map.items[i]), map.key_at[i], std::move(text)});
    }
  } catch (const YamlFault& fault) {
    front.entries.clear();
    diagnostics.push_back({Severity::error, "front-matter", fault.at,
                           std::string("the front matter cannot be read: ") + fault.what(),
                           "it is YAML between two \"---\" lines: \"key: value\", lists, quoted text"});
  }
  return front;
}

}  // namespace milepost::parsing
