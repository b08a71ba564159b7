#include "yaml_flow.hpp"

#include "milepost/base/text.hpp"

#include "yaml_subset.hpp"

namespace milepost::parsing {

namespace {

constexpr int k_deepest = 16;

class Reader {
 public:
  Reader(std::string_view text, Span at, std::vector<Diagnostic>& diagnostics)
      : text_(text), start_(at), diagnostics_(diagnostics) {}

  FrontMatterValue read() {
    FrontMatterValue value = read_value(0, "");
    skip_spaces();
    if (at_ < text_.size() && text_[at_] != '#') fail("text stands behind the value");
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    Span at = start_;
    at.column += static_cast<std::uint32_t>(at_);
    throw YamlFault(at, message);
  }

  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }

  /// `ends`: the characters that end a plain value here.
  FrontMatterValue read_value(int depth, std::string_view ends) {
    if (depth > k_deepest) fail("the front matter is nested too deeply");
    skip_spaces();
    if (at_ < text_.size() && text_[at_] == '[') return read_list(depth);
    if (at_ < text_.size() && text_[at_] == '{') return read_map(depth);
    FrontMatterValue value;
    value.at = start_;
    value.text = read_text(ends);
    return value;
  }

  std::string read_text(std::string_view ends) {
    skip_spaces();
    if (at_ < text_.size() && text_[at_] == '\'') return read_single_quoted();
    if (at_ < text_.size() && text_[at_] == '"') return read_double_quoted();
    const std::size_t end = std::min(text_.find_first_of(ends, at_), text_.size());
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
    switch (c) {
      case 'n':
        return "\n";
      case 't':
        return "\t";
      case 'r':
        return "\r";
      case '"':
      case '\\':
      case '/':
      case ' ':
        return std::string(1, c);
      default:
        break;
    }
    diagnostics_.push_back({Severity::warning, "unknown-escape", start_,
                            std::string("'\\") + one_line(std::string_view(&c, 1), 8) +
                                "' is no escape that milepost reads; it is kept as written",
                            "write the value in single quotes"});
    return {'\\', c};
  }

  FrontMatterValue read_list(int depth) {
    FrontMatterValue list;
    list.kind = FrontMatterValue::Kind::list;
    list.at = start_;
    ++at_;
    while (true) {
      skip_spaces();
      if (at_ >= text_.size()) fail("a list is never closed with ']'");
      if (text_[at_] == ']') break;
      list.items.push_back(read_value(depth + 1, ",]"));
      take_comma(']');
    }
    ++at_;
    return list;
  }

  FrontMatterValue read_map(int depth) {
    FrontMatterValue map;
    map.kind = FrontMatterValue::Kind::map;
    map.at = start_;
    ++at_;
    while (true) {
      skip_spaces();
      if (at_ >= text_.size()) fail("a map is never closed with '}'");
      if (text_[at_] == '}') break;
      map.keys.push_back(read_text(":,}"));
      skip_spaces();
      if (at_ >= text_.size() || text_[at_] != ':') fail("\"key: value\" is expected in { }");
      ++at_;
      map.items.push_back(read_value(depth + 1, ",}"));
      take_comma('}');
    }
    ++at_;
    return map;
  }

  void take_comma(char close) {
    skip_spaces();
    if (at_ < text_.size() && text_[at_] == ',')
      ++at_;
    else if (at_ < text_.size() && text_[at_] != close)
      fail("a comma is missing");
  }

  std::string_view text_;
  Span start_;
  std::vector<Diagnostic>& diagnostics_;
  std::size_t at_ = 0;
};

}  // namespace

void FlowScan::feed(std::string_view piece) {
  for (const char c : piece) {
    if (escaped_) {
      escaped_ = false;
    } else if (quote_ != 0) {
      if (quote_ == '"' && c == '\\') escaped_ = true;
      if (c == quote_) quote_ = 0;
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
}

FrontMatterValue read_flow(std::string_view text, Span at, std::vector<Diagnostic>& diagnostics) {
  return Reader(text, at, diagnostics).read();
}

std::string_view without_comment(std::string_view text) {
  for (std::size_t at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1)) {
    if (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t') return trim(text.substr(0, at));
  }
  return trim(text);
}

}  // namespace milepost::parsing
