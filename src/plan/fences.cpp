#include "fences.hpp"

#include "milepost/base/text.hpp"

#include "markdown_line.hpp"

#include <algorithm>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_deepest_flat_indent = 3;

/// Finds the ends of HTML comments; every line is searched at most once however many comments there are.
class CommentEnds {
 public:
  explicit CommentEnds(const SourceText& source) : source_(source) {}

  /// The line where a comment that starts at `line` ends; nothing when it never ends (then it is no comment).
  std::optional<std::uint32_t> end_of(std::uint32_t line) {
    const std::string_view text = trim(source_.line(line));
    if (!text.starts_with("<!--") || indent_of(source_.line(line)) > k_deepest_flat_indent) return {};
    if (text.find("-->", 4) != std::string_view::npos) return line;
    for (searched_ = std::max(searched_, line + 1); searched_ < source_.line_count(); ++searched_) {
      if (source_.line(searched_).find("-->") != std::string_view::npos) return searched_;
    }
    return {};
  }

 private:
  const SourceText& source_;
  std::uint32_t searched_ = 0;
};

}  // namespace

bool FenceReading::hides(std::uint32_t line) const {
  const auto after =
      std::upper_bound(blocks.begin(), blocks.end(), line,
                       [](std::uint32_t at, const HiddenBlock& block) { return at < block.first; });
  return after != blocks.begin() && line <= std::prev(after)->last;
}

const HiddenBlock* FenceReading::starting_at(std::uint32_t line) const {
  const auto at = std::lower_bound(blocks.begin(), blocks.end(), line,
                                   [](const HiddenBlock& block, std::uint32_t l) { return block.first < l; });
  return at != blocks.end() && at->first == line ? &*at : nullptr;
}

std::optional<FenceLine> fence_line(std::string_view line) {
  const std::size_t start = line.find_first_not_of(" \t");
  if (start == std::string_view::npos || (line[start] != '`' && line[start] != '~')) return {};
  FenceLine fence;
  fence.mark = line[start];
  const std::size_t end = std::min(line.find_first_not_of(fence.mark, start), line.size());
  if (end - start < 3) return {};
  fence.length = static_cast<std::uint32_t>(end - start);
  fence.indent = indent_of(line);
  fence.info = trim(line.substr(end));
  if (fence.mark == '`' && fence.info.find('`') != std::string_view::npos) return {};
  return fence;
}

std::optional<FenceLine> opening_fence(std::string_view line) {
  if (auto fence = fence_line(line)) return fence;
  const auto bullet = bullet_of(line);
  if (!bullet || bullet->text.empty()) return {};
  auto fence = fence_line(bullet->text);
  if (fence) fence->indent = static_cast<std::size_t>(bullet->text.data() - line.data());
  return fence;
}

FenceReading read_nested(const SourceText& source, std::uint32_t first_line) {
  FenceReading reading;
  CommentEnds comments(source);
  std::vector<std::uint32_t> open;  // lengths of the fences that are open, outermost first
  char mark = 0;
  std::uint32_t first = 0;
  for (std::uint32_t i = first_line; i < source.line_count(); ++i) {
    if (open.empty()) {
      if (const auto end = comments.end_of(i)) {
        reading.blocks.push_back({i, *end});
        i = *end;
      } else if (const auto fence = opening_fence(source.line(i))) {
        open.push_back(fence->length);
        mark = fence->mark;
        first = i;
      }
      continue;
    }
    const auto fence = fence_line(source.line(i));
    if (!fence || fence->mark != mark || fence->length < open.back()) continue;
    if (!fence->info.empty()) {
      open.push_back(fence->length);
    } else {
      open.pop_back();
      if (open.empty()) reading.blocks.push_back({first, i});
    }
  }
  if (!open.empty()) {
    reading.blocks.push_back({first, source.line_count() - 1});
    reading.open_at_end = true;
  }
  return reading;
}

FenceReading read_flat(const SourceText& source, std::uint32_t first_line) {
  FenceReading reading;
  CommentEnds comments(source);
  std::optional<FenceLine> open;
  std::size_t deepest_close = 0;
  std::uint32_t first = 0;
  for (std::uint32_t i = first_line; i < source.line_count(); ++i) {
    const std::string_view line = source.line(i);
    if (!open) {
      if (const auto end = comments.end_of(i)) {
        reading.blocks.push_back({i, *end});
        i = *end;
      } else if (const auto fence = opening_fence(line); fence && indent_of(line) <= k_deepest_flat_indent) {
        open = fence;
        deepest_close = k_deepest_flat_indent + (fence_line(line) ? 0 : fence->indent);
        first = i;
      }
      continue;
    }
    const auto fence = fence_line(line);
    if (!fence || fence->mark != open->mark || fence->length < open->length || !fence->info.empty() ||
        fence->indent > deepest_close)
      continue;
    reading.blocks.push_back({first, i});
    open.reset();
  }
  if (open) {
    reading.blocks.push_back({first, source.line_count() - 1});
    reading.open_at_end = true;
  }
  return reading;
}

}  // namespace milepost::parsing
