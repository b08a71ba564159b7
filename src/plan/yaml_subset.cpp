#include "yaml_subset.hpp"

#include "milepost/base/text.hpp"

#include "yaml_flow.hpp"

#include <algorithm>
#include <unordered_set>

namespace milepost::parsing {

namespace {

constexpr int k_deepest = 16;
constexpr std::size_t k_most_values = 200'000;

struct Line {
  std::size_t indent = 0;  ///< columns before the content
  std::string_view content;
  std::uint32_t index = 0;
};

bool is_comment_or_blank(std::string_view content) {
  return content.empty() || content[0] == '#';
}

bool is_item(std::string_view content) {
  return content == "-" || content.starts_with("- ") || content.starts_with("-\t");
}

/// The offset behind the quoted text at the start of `content`, or npos.
std::size_t quoted_end(std::string_view content) {
  const char quote = content[0];
  for (std::size_t at = 1; at < content.size(); ++at) {
    if (quote == '"' && content[at] == '\\') {
      ++at;
    } else if (content[at] == quote) {
      if (quote == '\'' && at + 1 < content.size() && content[at + 1] == quote)
        ++at;
      else
        return at + 1;
    }
  }
  return std::string_view::npos;
}

/// The offset of the colon that ends a key, or npos: "key: value", "key:", "\"key\": value".
std::size_t key_end(std::string_view content) {
  constexpr std::size_t none = std::string_view::npos;
  if (content.empty() || std::string_view("[{|>#").find(content[0]) != none) return none;
  const bool quoted = content[0] == '"' || content[0] == '\'';
  std::size_t at = quoted ? quoted_end(content) : content.find(':');
  if (quoted) {
    if (at == none) return none;
    at = content.find_first_not_of(" \t", at);
    return at != none && content[at] == ':' &&
                   (at + 1 == content.size() || content[at + 1] == ' ' || content[at + 1] == '\t')
               ? at
               : none;
  }
  const std::size_t comment = std::min(content.find(" #"), content.find("\t#"));
  for (; at < comment && at != none; at = content.find(':', at + 1)) {
    if (at + 1 == content.size() || content[at + 1] == ' ' || content[at + 1] == '\t') return at;
  }
  return none;
}

/// The folded form of a ">" text: lines are joined by spaces, except around blank and further indented ones.
std::string folded(const std::vector<std::string_view>& lines) {
  std::string text;
  std::size_t blanks = 0;
  bool first = true, was_deeper = false;
  for (const std::string_view line : lines) {
    if (trim(line).empty()) {
      ++blanks;
      continue;
    }
    const bool deeper = line[0] == ' ' || line[0] == '\t';
    if (first)
      text.append(blanks, '\n');
    else if (deeper || was_deeper)
      text.append(blanks + 1, '\n');
    else if (blanks > 0)
      text.append(blanks, '\n');
    else
      text += ' ';
    text += line;
    first = false;
    was_deeper = deeper;
    blanks = 0;
  }
  return text;
}

class Reader {
 public:
  Reader(const SourceText& source, std::uint32_t first, std::uint32_t end,
         std::vector<Diagnostic>& diagnostics)
      : source_(source), end_(end), diagnostics_(diagnostics), last_(first) {
    line_.index = first;
    load();
  }

  FrontMatterValue read() {
    skip_blank();
    if (at_end()) {
      FrontMatterValue empty;
      empty.kind = FrontMatterValue::Kind::map;
      return empty;
    }
    if (is_item(line_.content)) fail(line_, 0, "a list stands where \"key: value\" is expected");
    FrontMatterValue value = read_block(line_.indent, 0);
    skip_blank();
    if (!at_end()) fail(line_, 0, "this line is indented less than the ones before");
    return value;
  }

 private:
  bool at_end() const { return line_.index >= end_; }

  void load() {
    if (at_end()) return;
    const std::string_view line = source_.line(line_.index);
    line_.indent = std::min(line.find_first_not_of(" \t"), line.size());
    line_.content = trim(line.substr(line_.indent));
  }

  void next() {
    if (!line_.content.empty()) last_ = line_.index;
    ++line_.index;
    load();
  }

  void count_value() {
    if (++values_ > k_most_values) fail(line_, 0, "there are more than 200,000 values");
  }

  Span place(const Line& line, std::size_t offset) const {
    const auto column = static_cast<std::uint32_t>(line.indent + offset + 1);
    return {line.index + 1, column, line.index + 1};
  }

  [[noreturn]] void fail(const Line& line, std::size_t offset, const std::string& message) const {
    throw YamlFault(place(line, offset), message);
  }

  /// Past a line that belongs to no value.
  void skip() {
    ++line_.index;
    load();
  }

  void skip_blank() {
    while (!at_end() && is_comment_or_blank(line_.content)) skip();
    if (!at_end() && line_.indent > 0 &&
        source_.line(line_.index).substr(0, line_.indent).find('\t') != std::string_view::npos &&
        trim(source_.line(line_.index).substr(0, line_.indent)).empty())
      fail(line_, 0, "a tab is used for indentation");
  }

  FrontMatterValue read_block(std::size_t indent, int depth) {
    if (depth > k_deepest) fail(line_, 0, "the front matter is nested too deeply");
    count_value();
    FrontMatterValue value = is_item(line_.content) ? read_list(indent, depth) : read_map(indent, depth);
    value.at.end_line = last_ + 1;
    return value;
  }

  FrontMatterValue read_list(std::size_t indent, int depth) {
    FrontMatterValue list;
    list.kind = FrontMatterValue::Kind::list;
    list.at = place(line_, 0);
    while (skip_blank(), !at_end() && line_.indent == indent && is_item(line_.content)) {
      Line& line = line_;
      const std::string_view rest = trim(line.content.substr(1));
      if (is_comment_or_blank(rest)) {
        const std::uint32_t index = line.index;
        next();
        list.items.push_back(read_nested_or_empty(indent, /*list_at_same_indent=*/false, index, depth));
        continue;
      }
      // The item's content is read as if it stood alone on the line, further in.
      line.indent += static_cast<std::size_t>(rest.data() - line.content.data());
      line.content = rest;
      if (is_item(rest) || key_end(rest) != std::string_view::npos)
        list.items.push_back(read_block(line.indent, depth + 1));
      else
        list.items.push_back(read_scalar(line.content, 0, indent));
    }
    if (!at_end() && line_.indent > indent) fail(line_, 0, "the indentation fits no list or map above");
    return list;
  }

  FrontMatterValue read_map(std::size_t indent, int depth) {
    FrontMatterValue map;
    map.kind = FrontMatterValue::Kind::map;
    map.at = place(line_, 0);
    std::unordered_set<std::string> seen;
    while (skip_blank(), !at_end() && line_.indent == indent && !is_item(line_.content)) {
      const Line line = line_;
      const std::size_t colon = key_end(line.content);
      if (colon == std::string_view::npos) fail(line, 0, "\"key: value\" is expected here");
      std::string_view key = trim(line.content.substr(0, colon));
      if (key.size() >= 2 && (key.front() == '"' || key.front() == '\'') && key.back() == key.front())
        key = key.substr(1, key.size() - 2);
      if (key == "?" || key.starts_with("? ")) fail(line, 0, "\"? key\" is not read; write \"key: value\"");
      if (key.empty()) fail(line, 0, "a key is missing before the colon");
      if (!seen.insert(std::string(key)).second)
        fail(line, 0, "key '" + one_line(key, 60) + "' appears twice");
      map.keys.emplace_back(key);
      map.key_at.push_back(place(line, 0));
      const std::string_view rest = trim(line.content.substr(colon + 1));
      if (is_comment_or_blank(rest)) {
        next();
        map.items.push_back(read_nested_or_empty(indent, /*list_at_same_indent=*/true, line.index, depth));
      } else {
        map.items.push_back(
            read_scalar(rest, static_cast<std::size_t>(rest.data() - line.content.data()), indent));
      }
    }
    if (!at_end() && line_.indent > indent) fail(line_, 0, "the indentation fits no list or map above");
    return map;
  }

  FrontMatterValue read_nested_or_empty(std::size_t indent, bool list_at_same_indent, std::uint32_t index,
                                        int depth) {
    skip_blank();
    if (!at_end() && (line_.indent > indent ||
                      (list_at_same_indent && line_.indent == indent && is_item(line_.content)))) {
      if (is_item(line_.content) || key_end(line_.content) != std::string_view::npos)
        return read_block(line_.indent, depth + 1);
      return read_scalar(line_.content, 0, indent);
    }
    count_value();
    FrontMatterValue empty;
    empty.plain = true;
    empty.at = {index + 1, 1, index + 1};
    return empty;
  }

  /// A value that begins with `rest`, at `offset` in the current line; may go on over lines indented deeper.
  FrontMatterValue read_scalar(std::string_view rest, std::size_t offset, std::size_t indent) {
    count_value();
    const Line line = line_;
    next();
    FrontMatterValue value;
    if (rest[0] == '|' || rest[0] == '>') {
      value = read_block_scalar(line, offset, rest, indent);
    } else if (std::string_view("&*!%@`").find(rest[0]) != std::string_view::npos) {
      fail(line, offset,
           rest[0] == '&' || rest[0] == '*' || rest[0] == '!'
               ? std::string(k_no_tags)
               : std::string("a value cannot begin with '") + rest[0] + "'; put it in quotes");
    } else if (std::string_view("[{\"'").find(rest[0]) != std::string_view::npos) {
      value = read_flow_scalar(line, offset, rest);
    } else {
      value = read_plain(line, offset, rest, indent);
    }
    value.at.end_line = last_ + 1;
    return value;
  }

  FrontMatterValue read_plain(const Line& line, std::size_t offset, std::string_view rest,
                              std::size_t indent) {
    FrontMatterValue value;
    value.plain = true;
    value.at = place(line, offset);
    value.text = std::string(without_comment(rest));
    std::size_t blanks = 0;
    while (!at_end() && (line_.content.empty() || line_.indent > indent)) {
      if (line_.content.empty()) {
        ++blanks;
        skip();
        continue;
      }
      if (line_.content[0] == '#') break;
      value.text += blanks > 0 ? std::string(blanks, '\n') : " ";
      blanks = 0;
      value.text += without_comment(line_.content);
      next();
    }
    return value;
  }

  FrontMatterValue read_flow_scalar(const Line& line, std::size_t offset, std::string_view rest) {
    const Span at = place(line, offset);
    const bool flow = rest[0] == '[' || rest[0] == '{';
    FlowText text;
    FlowScan scan;
    text.add(rest.substr(0, scan.feed(rest)), at);
    std::size_t blanks = 0;
    bool glue = scan.take_escaped_end();
    if (glue) text.text.pop_back();
    while (!scan.complete() && !at_end()) {
      const Line more = line_;
      next();
      if (more.content.empty()) {
        ++blanks;
        continue;
      }
      if (!scan.in_quotes() && more.content[0] == '#') continue;
      const std::string joint = !scan.in_quotes() ? " "
                                : blanks > 0      ? std::string(blanks, '\n')
                                : glue            ? ""
                                                  : " ";
      if (!scan.in_quotes()) scan.feed(" ");
      text.text += joint;
      blanks = 0;
      text.add(more.content.substr(0, scan.feed(more.content)), place(more, 0));
      glue = scan.take_escaped_end();
      if (glue) text.text.pop_back();
    }
    if (!scan.complete())
      throw YamlFault(at, flow ? "the bracket that opens here is never closed"
                               : "the quote that opens here is never closed");
    FrontMatterValue value = read_flow(text, diagnostics_);
    return value;
  }

  FrontMatterValue read_block_scalar(const Line& line, std::size_t offset, std::string_view rest,
                                     std::size_t indent) {
    const std::string_view header = without_comment(rest);
    if (header.size() > 3 || header.find_first_not_of("|>+-123456789") != std::string_view::npos)
      fail(line, offset, "the text behind '|' or '>' belongs on the next line");
    FrontMatterValue value;
    value.at = place(line, offset);
    const std::size_t digit = header.find_first_of("123456789");
    std::size_t margin =
        digit == std::string_view::npos ? 0 : indent + static_cast<std::size_t>(header[digit] - '0');
    std::vector<std::string_view> lines;
    while (!at_end() && (line_.content.empty() || line_.indent > indent)) {
      if (margin == 0 && !line_.content.empty()) margin = line_.indent;
      if (!line_.content.empty() && line_.indent < margin) break;
      const std::string_view whole = source_.line(line_.index);
      lines.push_back(margin == 0 ? std::string_view() : whole.substr(std::min(margin, whole.size())));
      next();
    }
    if (header[0] == '>') {
      value.text = folded(lines);
    } else {
      while (!lines.empty() && trim(lines.back()).empty()) lines.pop_back();
      for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i > 0) value.text += '\n';
        value.text += lines[i];
      }
    }
    return value;
  }

  const SourceText& source_;
  std::uint32_t end_;
  std::vector<Diagnostic>& diagnostics_;
  Line line_;           ///< the current one; what stands before it on a list's line is cut off
  std::uint32_t last_;  ///< the last line that belonged to a value
  std::size_t values_ = 0;
};

}  // namespace

FrontMatterValue read_yaml_map(const SourceText& source, std::uint32_t first, std::uint32_t end,
                               std::vector<Diagnostic>& diagnostics) {
  return Reader(source, first, end, diagnostics).read();
}

}  // namespace milepost::parsing
