#include "yaml_subset.hpp"

#include "milepost/base/text.hpp"

#include "yaml_flow.hpp"

#include <algorithm>
#include <unordered_set>

namespace milepost::parsing {

namespace {

constexpr int k_deepest = 16;

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

/// The offset of the colon that ends a key, or npos: "key: value", "key:", "\"key\": value".
std::size_t key_end(std::string_view content) {
  if (content.empty() || std::string_view("[{").find(content[0]) != std::string_view::npos)
    return std::string_view::npos;
  std::size_t from = 0;
  if (content[0] == '"' || content[0] == '\'') {
    from = content.find(content[0], 1);
    if (from == std::string_view::npos) return from;
    ++from;
    return from < content.size() && content[from] == ':' &&
                   (from + 1 == content.size() || content[from + 1] == ' ' || content[from + 1] == '\t')
               ? from
               : std::string_view::npos;
  }
  for (std::size_t at = content.find(':', from); at != std::string_view::npos;
       at = content.find(':', at + 1)) {
    if (at + 1 == content.size() || content[at + 1] == ' ' || content[at + 1] == '\t') return at;
  }
  return std::string_view::npos;
}

class Reader {
 public:
  Reader(const SourceText& source, std::uint32_t first, std::uint32_t end,
         std::vector<Diagnostic>& diagnostics)
      : source_(source), diagnostics_(diagnostics) {
    for (std::uint32_t i = first; i < end; ++i) {
      const std::string_view line = source.line(i);
      const std::size_t start = std::min(line.find_first_not_of(" \t"), line.size());
      lines_.push_back({start, trim(line.substr(start)), i});
    }
  }

  FrontMatterValue read() {
    skip_blank();
    if (at_ == lines_.size()) {
      FrontMatterValue empty;
      empty.kind = FrontMatterValue::Kind::map;
      return empty;
    }
    if (is_item(now().content)) fail(now(), 0, "a list stands where \"key: value\" is expected");
    FrontMatterValue value = read_block(now().indent, 0);
    skip_blank();
    if (at_ < lines_.size()) fail(now(), 0, "this line is indented less than the ones before");
    return value;
  }

 private:
  const Line& now() const { return lines_[at_]; }

  Span place(const Line& line, std::size_t offset) const {
    const auto column = static_cast<std::uint32_t>(line.indent + offset + 1);
    return {line.index + 1, column, line.index + 1};
  }

  [[noreturn]] void fail(const Line& line, std::size_t offset, const std::string& message) const {
    throw YamlFault(place(line, offset), message);
  }

  void skip_blank() {
    while (at_ < lines_.size() && is_comment_or_blank(lines_[at_].content)) ++at_;
    if (at_ < lines_.size() &&
        source_.line(now().index).substr(0, now().indent).find('\t') != std::string_view::npos)
      fail(now(), 0, "a tab is used for indentation");
  }

  FrontMatterValue read_block(std::size_t indent, int depth) {
    if (depth > k_deepest) fail(now(), 0, "the front matter is nested too deeply");
    return is_item(now().content) ? read_list(indent, depth) : read_map(indent, depth);
  }

  FrontMatterValue read_list(std::size_t indent, int depth) {
    FrontMatterValue list;
    list.kind = FrontMatterValue::Kind::list;
    list.at = place(now(), 0);
    while (skip_blank(), at_ < lines_.size() && now().indent == indent && is_item(now().content)) {
      Line& line = lines_[at_];
      const std::string_view rest = trim(line.content.substr(1));
      if (is_comment_or_blank(rest)) {
        const std::uint32_t index = line.index;
        ++at_;
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
    if (at_ < lines_.size() && now().indent > indent)
      fail(now(), 0, "the indentation fits no list or map above");
    return list;
  }

  FrontMatterValue read_map(std::size_t indent, int depth) {
    FrontMatterValue map;
    map.kind = FrontMatterValue::Kind::map;
    map.at = place(now(), 0);
    std::unordered_set<std::string> seen;
    while (skip_blank(), at_ < lines_.size() && now().indent == indent && !is_item(now().content)) {
      const Line line = now();
      const std::size_t colon = key_end(line.content);
      if (colon == std::string_view::npos) fail(line, 0, "\"key: value\" is expected here");
      std::string_view key = trim(line.content.substr(0, colon));
      if (key.size() >= 2 && (key.front() == '"' || key.front() == '\'') && key.back() == key.front())
        key = key.substr(1, key.size() - 2);
      if (key.empty()) fail(line, 0, "a key is missing before the colon");
      if (!seen.insert(std::string(key)).second)
        fail(line, 0, "key '" + one_line(key, 60) + "' appears twice");
      map.keys.emplace_back(key);
      const std::string_view rest = trim(line.content.substr(colon + 1));
      if (is_comment_or_blank(rest)) {
        ++at_;
        map.items.push_back(read_nested_or_empty(indent, /*list_at_same_indent=*/true, line.index, depth));
      } else {
        map.items.push_back(
            read_scalar(rest, static_cast<std::size_t>(rest.data() - line.content.data()), indent));
      }
    }
    if (at_ < lines_.size() && now().indent > indent)
      fail(now(), 0, "the indentation fits no list or map above");
    return map;
  }

  FrontMatterValue read_nested_or_empty(std::size_t indent, bool list_at_same_indent, std::uint32_t index,
                                        int depth) {
    skip_blank();
    if (at_ < lines_.size() && (now().indent > indent ||
                                (list_at_same_indent && now().indent == indent && is_item(now().content)))) {
      if (is_item(now().content) || key_end(now().content) != std::string_view::npos)
        return read_block(now().indent, depth + 1);
      return read_scalar(now().content, 0, indent);
    }
    FrontMatterValue empty;
    empty.at = {index + 1, 1, index + 1};
    return empty;
  }

  /// A value that begins with `rest`, at `offset` in the current line; may go on over lines indented deeper.
  FrontMatterValue read_scalar(std::string_view rest, std::size_t offset, std::size_t indent) {
    const Line line = now();
    ++at_;
    if (rest[0] == '|' || rest[0] == '>') return read_block_scalar(line, offset, rest, indent);
    if (std::string_view("&*!%@`").find(rest[0]) != std::string_view::npos) {
      fail(line, offset,
           rest[0] == '&' || rest[0] == '*' || rest[0] == '!'
               ? "YAML anchors, aliases and tags are not read; put the value in quotes if it is text"
               : std::string("a value cannot begin with '") + rest[0] + "'; put it in quotes");
    }
    std::string text(rest);
    const bool flow = rest[0] == '[' || rest[0] == '{';
    const bool quoted = rest[0] == '"' || rest[0] == '\'';
    const Span at = place(line, offset);
    if (!flow && !quoted) {
      text = std::string(without_comment(text));
      while (at_ < lines_.size() && now().indent > indent && !is_comment_or_blank(now().content)) {
        text += ' ';
        text += without_comment(now().content);
        ++at_;
      }
      FrontMatterValue value;
      value.text = std::move(text);
      value.at = at;
      return value;
    }
    FlowScan scan;
    scan.feed(text);
    while (!scan.complete() && at_ < lines_.size()) {
      const std::string_view more = now().content;
      ++at_;
      if (!scan.in_quotes() && is_comment_or_blank(more)) continue;
      const std::string next = " " + std::string(scan.in_quotes() ? more : without_comment(more));
      scan.feed(next);
      text += next;
    }
    if (!scan.complete())
      throw YamlFault(at, flow ? "the bracket that opens here is never closed"
                               : "the quote that opens here is never closed");
    return read_flow(text, at, diagnostics_);
  }

  FrontMatterValue read_block_scalar(const Line& line, std::size_t offset, std::string_view rest,
                                     std::size_t indent) {
    const std::string_view header = without_comment(rest);
    if (header.size() > 3 || header.find_first_not_of("|>+-123456789") != std::string_view::npos)
      fail(line, offset, "the text behind '|' or '>' belongs on the next line");
    FrontMatterValue value;
    value.at = place(line, offset);
    std::size_t margin = 0;
    std::string text;
    bool glued = true;  // no line end is due before the next line
    for (; at_ < lines_.size(); ++at_) {
      const Line& next = lines_[at_];
      if (!next.content.empty() && next.indent <= indent) break;
      if (margin == 0 && !next.content.empty()) margin = next.indent;
      const std::string_view whole = source_.line(next.index);
      const std::string_view content = whole.substr(std::min(margin, whole.size()));
      if (!glued && (header[0] == '|' || content.empty()))
        text += '\n';
      else if (!glued && !text.ends_with('\n'))
        text += ' ';
      text += content;
      glued = false;
    }
    value.text = std::string(trim(text));
    return value;
  }

  const SourceText& source_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<Line> lines_;
  std::size_t at_ = 0;
};

}  // namespace

FrontMatterValue read_yaml_map(const SourceText& source, std::uint32_t first, std::uint32_t end,
                               std::vector<Diagnostic>& diagnostics) {
  return Reader(source, first, end, diagnostics).read();
}

}  // namespace milepost::parsing
