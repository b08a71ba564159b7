#include "yaml_flow.hpp"

#include "milepost/base/text.hpp"

#include "yaml_subset.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace milepost::parsing {

namespace {

constexpr int k_deepest = 16;
constexpr std::size_t k_most_keys = 200;  // of a flow map

constexpr std::size_t k_most_values = 200'000;

void append_utf8(std::string& text, std::uint32_t code) {
  const auto put = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

/// The escapes of YAML that stand for one character, and what they stand for.
struct Escape {
  char letter;
  std::string_view text;
};
constexpr std::array<Escape, 17> k_escapes = {{{'n', "\n"},
                                               {'t', "\t"},
                                               {'\t', "\t"},
                                               {'r', "\r"},
                                               {'"', "\""},
                                               {'\\', "\\"},
                                               {'/', "/"},
                                               {' ', " "},
                                               {'a', "\a"},
                                               {'b', "\b"},
                                               {'e', "\x1b"},
                                               {'f', "\f"},
                                               {'v', "\v"},
                                               {'N', "\xc2\x85"},
                                               {'_', "\xc2\xa0"},
                                               {'L', "\xe2\x80\xa8"},
                                               {'P', "\xe2\x80\xa9"}}};

class Reader {
 public:
  Reader(const FlowText& source, std::vector<Diagnostic>& diagnostics)
      : source_(source), text_(source.text), diagnostics_(diagnostics) {}

  FrontMatterValue read() {
    FrontMatterValue value = read_value(0, "");
    skip_spaces();
    if (at_ < text_.size() && text_[at_] != '#') fail("text stands behind the value");
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& message) const { throw YamlFault(here(), message); }

  Span here() const { return source_.place(at_); }

  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }

  /// `ends`: the characters that end a plain value here.
  FrontMatterValue read_value(int depth, std::string_view ends) {
    if (depth > k_deepest) fail("the front matter is nested too deeply");
    if (++values_ > k_most_values) fail("there are more than 200,000 values");
    skip_spaces();
    FrontMatterValue value;
    value.at = here();
    if (at_ < text_.size() && text_[at_] == '[') {
      read_list(value, depth);
    } else if (at_ < text_.size() && text_[at_] == '{') {
      read_map(value, depth);
    } else {
      value.plain = at_ >= text_.size() || (text_[at_] != '"' && text_[at_] != '\'');
      if (value.plain && at_ < text_.size() &&
          std::string_view("&*!").find(text_[at_]) != std::string_view::npos)
        fail(std::string(k_no_tags));
      value.text = read_text(ends);
    }
    value.at.end_line = source_.place(at_ == 0 ? 0 : at_ - 1).line;
    return value;
  }

  std::string read_text(std::string_view ends) {
    skip_spaces();
    if (at_ < text_.size() && text_[at_] == '\'') return read_single_quoted();
    if (at_ < text_.size() && text_[at_] == '"') return read_double_quoted();
    std::size_t end = std::min(text_.find_first_of(ends, at_), text_.size());
    // A colon ends a key only before a space: "http://x" is text.
    while (end + 1 < text_.size() && text_[end] == ':' &&
           std::string_view(" ,]}[{\"'").find(text_[end + 1]) == std::string_view::npos)
      end = std::min(text_.find_first_of(ends, end + 1), text_.size());
    const std::string_view plain = trim(text_.substr(at_, end - at_));
    at_ = end;
    return std::string(plain);
  }

  std::string read_single_quoted() {
    std::string text;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '\'') {
        text += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '\'') {
        text += '\'';
        ++at_;
      } else {
        ++at_;
        return text;
      }
    }
    fail("a quote is never closed");
  }

  std::string read_double_quoted() {
    std::string text;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return text;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size())
        text += read_escape();
      else
        text += text_[at_];
    }
    fail("a quote is never closed");
  }

  /// At a backslash; leaves the place at the last character of the escape.
  std::string read_escape() {
    const char c = text_[++at_];
    for (const Escape& escape : k_escapes) {
      if (escape.letter == c) return std::string(escape.text);
    }
    const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    std::uint32_t code = 0;
    const char* first = text_.data() + at_ + 1;
    if (digits > 0 && at_ + digits < text_.size()) {
      const auto [end, error] = std::from_chars(first, first + digits, code, 16);
      const bool is_text = code > 0 && code < 0x110000 && (code < 0xD800 || code > 0xDFFF);
      if (error == std::errc() && end == first + digits && is_text) {
        at_ += digits;
        std::string text;
        append_utf8(text, code);
        return text;
      }
    }
    diagnostics_.push_back({Severity::warning, "unknown-escape", here(),
                            std::string("'\\") + one_line(std::string_view(&c, 1), 8) +
                                "' is no escape of YAML; it is kept as written",
                            "write the value in single quotes, or double the backslash"});
    return {'\\', c};
  }

  void read_list(FrontMatterValue& list, int depth) {
    list.kind = FrontMatterValue::Kind::list;
    ++at_;
    while (true) {
      skip_spaces();
      if (at_ >= text_.size()) fail("a list is never closed with ']'");
      if (text_[at_] == ']') break;
      list.items.push_back(read_value(depth + 1, ",]"));
      skip_spaces();
      if (at_ < text_.size() && text_[at_] == ':') read_pair(list.items.back(), depth);
      take_comma(']');
    }
    ++at_;
  }

  /// At the colon of `["key": value]`, which is a map of its own; `item` holds the key so far.
  void read_pair(FrontMatterValue& item, int depth) {
    if (item.kind != FrontMatterValue::Kind::scalar) fail("a list or map cannot be a key");
    ++at_;
    FrontMatterValue pair;
    pair.kind = FrontMatterValue::Kind::map;
    pair.at = item.at;
    pair.keys.push_back(std::move(item.text));
    pair.key_at.push_back(item.at);
    pair.items.push_back(read_value(depth + 1, ",]"));
    item = std::move(pair);
  }

  void read_map(FrontMatterValue& map, int depth) {
    map.kind = FrontMatterValue::Kind::map;
    ++at_;
    while (true) {
      skip_spaces();
      if (at_ >= text_.size()) fail("a map is never closed with '}'");
      if (text_[at_] == '}') break;
      map.key_at.push_back(here());
      map.keys.push_back(read_text(":,}"));
      if (std::find(map.keys.begin(), map.keys.end() - 1, map.keys.back()) != map.keys.end() - 1)
        fail("key '" + one_line(map.keys.back(), 60) + "' appears twice");
      skip_spaces();
      if (at_ >= text_.size() || text_[at_] != ':' || map.keys.size() > k_most_keys)
        fail("\"key: value\" is expected in { }");
      ++at_;
      map.items.push_back(read_value(depth + 1, ",}"));
      take_comma('}');
    }
    ++at_;
  }

  void take_comma(char close) {
    skip_spaces();
    if (at_ < text_.size() && text_[at_] == ',')
      ++at_;
    else if (at_ < text_.size() && text_[at_] != close)
      fail("a comma is missing");
  }

  const FlowText& source_;
  std::string_view text_;
  std::vector<Diagnostic>& diagnostics_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
};

}  // namespace

std::size_t FlowScan::feed(std::string_view piece) {
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const char c = piece[i];
    if (escaped_) {
      escaped_ = false;
    } else if (quote_ != 0) {
      if (quote_ == '"' && c == '\\') escaped_ = true;
      if (c == quote_) quote_ = 0;
    } else if (c == '#' && (previous_ == ' ' || previous_ == '\t')) {
      return i;
    } else if ((c == '"' || c == '\'') &&
               std::string_view(" \t,:[{'").find(previous_) != std::string_view::npos) {
      quote_ = c;
    } else if (c == '[' || c == '{') {
      ++depth_;
    } else if (c == ']' || c == '}') {
      --depth_;
    }
    previous_ = c;
  }
  return piece.size();
}

bool FlowScan::take_escaped_end() {
  const bool was = escaped_;
  escaped_ = false;
  return was;
}

void FlowText::add(std::string_view more, Span at) {
  pieces.push_back({text.size(), at});
  text += more;
}

Span FlowText::place(std::size_t offset) const {
  const auto next = std::upper_bound(pieces.begin(), pieces.end(), offset,
                                     [](std::size_t o, const Piece& piece) { return o < piece.offset; });
  if (next == pieces.begin()) return {1, 1, 1};
  const Piece& piece = *(next - 1);
  Span at = piece.at;
  at.column += static_cast<std::uint32_t>(offset - piece.offset);
  return at;
}

FrontMatterValue read_flow(const FlowText& text, std::vector<Diagnostic>& diagnostics) {
  return Reader(text, diagnostics).read();
}

std::string_view without_comment(std::string_view text) {
  for (std::size_t at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1)) {
    if (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t') return trim(text.substr(0, at));
  }
  return trim(text);
}

}  // namespace milepost::parsing
