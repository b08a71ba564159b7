#include "config/yaml.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>

namespace milepost::config {

namespace {

/// Builds the Value while yaml-cpp reads. Its own Node type would lose duplicate keys, anchors and tags.
class Builder : public YAML::EventHandler {
 public:
  Builder(std::string_view source, std::string name) : source_(source), name_(std::move(name)) {}

  Value take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) fail(mark, "a second document ('---') is not supported");
  }
  void OnDocumentEnd() override {}

  void OnAnchor(const YAML::Mark& mark, const std::string& anchor) override {
    fail(mark, "the anchor '&" + one_line(anchor, 40) + "' is not supported; write the value out");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(mark, "aliases are not supported; write the value out");
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse(mark, "", anchor);
    if (waits_for_key()) fail(mark, "a key is missing before ':'");
    put(mark, Value());
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    refuse(mark, tag, anchor);
    if (text.find('\0') != std::string::npos) fail(mark, "a value must not hold a zero byte");
    if (waits_for_key()) {
      take_key(mark, text);
      return;
    }
    put(mark, Value::of_text(text));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Value::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Value::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Value value;
    bool has_key = false;
  };

  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& words) const {
    throw UsageError(name_ + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1) +
                     ": " + words);
  }

  void refuse(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) const {
    // Without a tag yaml-cpp gives "?" for a plain and "!" for a quoted value; but "!" is a tag too, and
    // `! grep x` must not become the opposite, `grep x`.
    const auto position = static_cast<std::size_t>(mark.pos);
    const bool bare_tag = tag == "!" && position < source_.size() && source_[position] == '!';
    if (bare_tag || (!tag.empty() && tag != "?" && tag != "!")) {
      fail(mark, "the tag '" + one_line(tag, 40) + "' is not supported; quote a text that starts with '!'");
    }
    if (anchor != YAML::NullAnchor) fail(mark, "anchors are not supported; write the value out");
  }

  bool waits_for_key() const {
    return !open_.empty() && open_.back().value.kind == Value::Kind::map && !open_.back().has_key;
  }

  void take_key(const YAML::Mark& mark, const std::string& key) {
    std::vector<Value::Entry>& entries = open_.back().value.entries;
    for (const Value::Entry& entry : entries) {
      if (entry.key == key) {
        fail(mark,
             "'" + one_line(key, 60) + "' is set twice; the first is in line " + std::to_string(entry.line));
      }
    }
    entries.push_back({key, mark.line + 1, {}});
    open_.back().has_key = true;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Value::Kind kind) {
    refuse(mark, tag, anchor);
    if (waits_for_key()) fail(mark, "a key must be text, not " + std::string(kind_name(kind)));
    if (open_.size() >= 16) fail(mark, "nested too deep");
    Open next;
    next.value.kind = kind;
    next.value.line = mark.line + 1;
    open_.push_back(std::move(next));
  }

  void close() {
    Value value = std::move(open_.back().value);
    open_.pop_back();
    place(std::move(value));
  }

  void put(const YAML::Mark& mark, Value value) {
    value.line = mark.line + 1;
    place(std::move(value));
  }

  void place(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().value.kind == Value::Kind::list) {
      open_.back().value.items.push_back(std::move(value));
    } else {
      open_.back().value.entries.back().value = std::move(value);
      open_.back().has_key = false;
    }
  }

  std::string_view source_;
  std::string name_;
  Value root_;
  std::vector<Open> open_;
  int documents_ = 0;
};

/// Reads from memory that it does not own.
struct ViewBuffer : std::streambuf {
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // streambuf's interface; never written to
    setg(begin, begin, begin + text.size());
  }
};

/// yaml-cpp's own words for a tab in the indentation are "illegal map value".
std::string tab_hint(std::string_view text) {
  int number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    const std::size_t first = line.find_first_not_of(' ');
    if (first != std::string_view::npos && line[first] == '\t') {
      return " (line " + std::to_string(number) + " is indented with a tab; use spaces)";
    }
  }
  return {};
}

}  // namespace

Value parse_yaml(std::string_view text, const std::string& name) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (valid_utf8(text) != text || text.find('\0') != std::string_view::npos) {
    throw UsageError(name + ": not a text in UTF-8");
  }
  ViewBuffer buffer(text);
  std::istream stream(&buffer);
  Builder builder(text, name);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    std::string place;
    if (!error.mark.is_null()) {
      place = ":" + std::to_string(error.mark.line + 1) + ":" + std::to_string(error.mark.column + 1);
    }
    throw UsageError(name + place + ": not valid YAML: " + one_line(error.msg, 200) + tab_hint(text));
  }
  return builder.take();
}

}  // namespace milepost::config
