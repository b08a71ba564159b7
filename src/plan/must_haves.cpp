#include "must_haves.hpp"

#include "milepost/base/text.hpp"

#include <charconv>
#include <system_error>

namespace milepost::parsing {

namespace {

using Kind = FrontMatterValue::Kind;

void tell(const FrontMatterValue& value, const std::string& message, const std::string& remedy,
          std::vector<Diagnostic>& diagnostics) {
  diagnostics.push_back({Severity::warning, "bad-value", value.at, message, remedy});
}

std::string text_at(const FrontMatterValue& map, std::string_view key) {
  const FrontMatterValue* value = map.find(key);
  return value == nullptr || value->absent() ? std::string() : on_one_line(*value);
}

std::vector<std::string> list_at(const FrontMatterValue& map, std::string_view key,
                                 std::vector<Diagnostic>& diagnostics) {
  const FrontMatterValue* value = map.find(key);
  return value == nullptr ? std::vector<std::string>() : texts_of(*value, key, diagnostics);
}

const std::vector<FrontMatterValue>& items_at(const FrontMatterValue& map, std::string_view key,
                                              std::vector<Diagnostic>& diagnostics) {
  static const std::vector<FrontMatterValue> none;
  const FrontMatterValue* value = map.find(key);
  if (value == nullptr || value->absent()) return none;
  if (value->kind == Kind::list) return value->items;
  tell(*value, "'" + std::string(key) + "' is no list and is not read", "write one item a line, after \"- \"",
       diagnostics);
  return none;
}

Artifact artifact_of(const FrontMatterValue& item, std::vector<Diagnostic>& diagnostics) {
  Artifact artifact;
  artifact.at = item.at;
  if (item.kind == Kind::scalar) {
    artifact.path = item.text;
    return artifact;
  }
  artifact.path = text_at(item, "path");
  artifact.provides = text_at(item, "provides");
  artifact.contains = list_at(item, "contains", diagnostics);
  artifact.not_contains = list_at(item, "not_contains", diagnostics);
  artifact.exports = list_at(item, "exports", diagnostics);
  if (const FrontMatterValue* lines = item.find("min_lines"); lines != nullptr && !lines->absent()) {
    int count = 0;
    const std::string& text = lines->text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error == std::errc() && end == text.data() + text.size() && count >= 0)
      artifact.min_lines = count;
    else
      tell(*lines, "min_lines '" + one_line(text, 40) + "' is no number of lines",
           "write a number such as 40", diagnostics);
  }
  return artifact;
}

KeyLink key_link_of(const FrontMatterValue& item) {
  KeyLink link;
  link.at = item.at;
  link.from = text_at(item, "from");
  link.to = text_at(item, "to");
  link.via = text_at(item, "via");
  if (const FrontMatterValue* pattern = item.find("pattern");
      pattern != nullptr && !on_one_line(*pattern).empty() && !pattern->absent()) {
    link.pattern = on_one_line(*pattern);
    link.at = pattern->at;
  }
  return link;
}

}  // namespace

std::vector<std::string> texts_of(const FrontMatterValue& value, std::string_view key,
                                  std::vector<Diagnostic>& diagnostics) {
  if (value.absent()) return {};
  if (value.kind == Kind::scalar) return {value.text};
  if (value.kind == Kind::map) {
    tell(value, "'" + std::string(key) + "' is a map where a list is expected; it is not read",
         "write one item a line, after \"- \"", diagnostics);
    return {};
  }
  std::vector<std::string> texts;
  for (const FrontMatterValue& item : value.items) {
    if (!item.absent()) texts.push_back(on_one_line(item));
  }
  return texts;
}

MustHaves read_must_haves(const FrontMatterValue& value, std::vector<Diagnostic>& diagnostics) {
  MustHaves must;
  if (value.absent()) return must;
  if (value.kind != Kind::map) {
    tell(value, "'must_haves' is no map and is not read", "give it the keys truths, artifacts and key_links",
         diagnostics);
    return must;
  }
  if (const FrontMatterValue* truths = value.find("truths"))
    must.truths = texts_of(*truths, "truths", diagnostics);
  for (const FrontMatterValue& item : items_at(value, "artifacts", diagnostics)) {
    Artifact artifact = artifact_of(item, diagnostics);
    if (artifact.path.empty())
      tell(item, "an artifact has no path and is not checked", "add \"path: …\"", diagnostics);
    else
      must.artifacts.push_back(std::move(artifact));
  }
  for (const FrontMatterValue& item : items_at(value, "key_links", diagnostics)) {
    KeyLink link = key_link_of(item);
    if (item.kind != Kind::map || link.from.empty() || link.to.empty())
      tell(item, "a key link needs 'from' and 'to'; this one is not checked", "add them", diagnostics);
    else
      must.key_links.push_back(std::move(link));
  }
  return must;
}

}  // namespace milepost::parsing
