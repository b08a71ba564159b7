#include "fenced_blocks.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace milepost {

namespace {

/// A line that opens or closes a fenced code block.
struct Fence {
  char mark = 0;
  std::size_t length = 0;
  std::string_view info;

  bool closes(const Fence& open) const { return mark == open.mark && length >= open.length && info.empty(); }
};

std::optional<Fence> fence_of(std::string_view line) {
  line = trim(line);
  if (line.empty() || (line[0] != '`' && line[0] != '~')) return std::nullopt;
  const std::size_t length = std::min(line.find_first_not_of(line[0]), line.size());
  if (length < 3) return std::nullopt;
  const std::string_view info = trim(line.substr(length));
  if (line[0] == '`' && info.find('`') != std::string_view::npos) return std::nullopt;  // inline code
  return Fence{line[0], length, info};
}

bool opens_result(const Fence& fence) {
  return split(fence.info, ' ').front() == "milepost";
}

struct FenceLine {
  std::size_t line = 0;
  Fence fence;
};

constexpr std::size_t k_never = std::string_view::npos;

/// The line before which the fence `open` of the list ends; k_never when nothing closes it.
std::size_t end_of(const std::vector<FenceLine>& fences, std::size_t open) {
  const Fence& opened = fences[open].fence;
  for (std::size_t at = open + 1; at < fences.size(); ++at) {
    const Fence& fence = fences[at].fence;
    if (fence.closes(opened)) return fences[at].line;
    // An agent that wraps its answer in a fence of the same length means the inner one.
    if (!opens_result(opened) && opens_result(fence) && fence.mark == opened.mark &&
        fence.length >= opened.length) {
      return fences[at].line;
    }
  }
  return k_never;
}

}  // namespace

bool is_fence(std::string_view line) {
  return fence_of(line).has_value();
}

std::vector<std::string> milepost_blocks(const std::vector<std::string_view>& lines) {
  std::vector<FenceLine> fences;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (const auto fence = fence_of(lines[i])) fences.push_back({i, *fence});
  }
  std::vector<std::string> blocks;
  std::size_t next_line = 0;
  // What is not closed from here on is not closed further down either; without this the time is quadratic.
  std::array<std::size_t, 2> unclosed_length = {k_never, k_never};
  for (std::size_t i = 0; i < fences.size(); ++i) {
    const auto& [line, fence] = fences[i];
    std::size_t& unclosed = unclosed_length[fence.mark == '~' ? 1 : 0];
    const bool is_result = opens_result(fence);
    if (line < next_line || (!is_result && fence.length >= unclosed)) continue;
    const std::size_t end = end_of(fences, i);
    if (is_result) {
      std::string text;
      for (std::size_t at = line + 1; at < std::min(end, lines.size()); ++at) (text += lines[at]) += '\n';
      blocks.push_back(std::move(text));
    }
    if (end == k_never) {
      if (is_result) break;
      unclosed = fence.length;
      continue;
    }
    const auto closing = std::find_if(fences.begin() + static_cast<std::ptrdiff_t>(i), fences.end(),
                                      [&](const FenceLine& other) { return other.line == end; });
    next_line = closing->fence.closes(fence) ? end + 1 : end;
  }
  return blocks;
}

}  // namespace milepost
