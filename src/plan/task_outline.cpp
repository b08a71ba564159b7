#include "task_outline.hpp"

#include "markdown_line.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace milepost::parsing {

namespace {

constexpr std::uint32_t k_highest_level = 2;
constexpr std::uint32_t k_deepest_level = 4;
constexpr std::size_t k_ids_shown = 12;
constexpr int k_most_repairs = 32;  // each reads the rest of the file again

/// Every line that would be a task heading if no fence hid it.
std::vector<std::uint32_t> candidates_of(const SourceText& source, std::uint32_t first_line) {
  std::vector<std::uint32_t> lines;
  for (std::uint32_t i = first_line; i < source.line_count(); ++i) {
    const auto heading = heading_at(source, i);
    if (!heading || heading->level < k_highest_level || heading->level > k_deepest_level) continue;
    if (match_task_heading(heading->text).heading) lines.push_back(i);
  }
  return lines;
}

std::string id_at(const SourceText& source, std::uint32_t line) {
  return match_task_heading(heading_at(source, line)->text).heading->id;
}

struct Tasks {
  std::uint32_t level = 0;
  std::vector<std::uint32_t> lines;
};

/// The first task heading sets the level; deeper ones are text.
Tasks visible_tasks(const SourceText& source, const std::vector<std::uint32_t>& candidates,
                    const FenceReading& fences) {
  Tasks tasks;
  for (const std::uint32_t line : candidates) {
    if (fences.hides(line)) continue;
    const std::uint32_t level = heading_at(source, line)->level;
    if (tasks.level == 0) tasks.level = level;
    if (level <= tasks.level) tasks.lines.push_back(line);
  }
  return tasks;
}

/// The first candidate inside the open block that continues the ids before it.
std::optional<std::uint32_t> continuation(const SourceText& source,
                                          const std::vector<std::uint32_t>& candidates,
                                          const FenceReading& fences) {
  const HiddenBlock& open = fences.blocks.back();
  std::string previous;
  auto at = std::upper_bound(candidates.begin(), candidates.end(), open.first);
  for (auto before = at; before != candidates.begin();) {
    --before;
    if (fences.hides(*before)) continue;
    previous = id_at(source, *before);
    break;
  }
  for (; at != candidates.end(); ++at) {
    if (previous.empty() || continues_ids(previous, id_at(source, *at))) return *at;
  }
  return {};
}

void append(FenceReading& reading, FenceReading rest) {
  reading.blocks.insert(reading.blocks.end(), rest.blocks.begin(), rest.blocks.end());
  reading.open_at_end = rest.open_at_end;
}

Diagnostic unclosed_fence(const FenceReading& reading) {
  const HiddenBlock& open = reading.blocks.back();
  return {Severity::warning,
          "unclosed-fence",
          {open.first + 1, 1, open.last + 1},
          "the code block that starts here is never closed",
          "close it with a line of the same marks"};
}

/// Ends open blocks before the heading that continues the ids, and reads on from there.
void repair(const SourceText& source, const std::vector<std::uint32_t>& candidates, FenceReading& reading,
            std::vector<Diagnostic>& diagnostics) {
  for (int i = 0; i < k_most_repairs && reading.open_at_end; ++i) {
    const auto next = continuation(source, candidates, reading);
    if (!next) return;
    reading.blocks.back().last = *next - 1;
    diagnostics.push_back(unclosed_fence(reading));
    append(reading, read_nested(source, *next));
  }
}

std::string ids_text(const SourceText& source, const std::vector<std::uint32_t>& lines) {
  if (lines.empty()) return "none";
  std::string text;
  for (std::size_t i = 0; i < lines.size() && i < k_ids_shown; ++i)
    text += (i == 0 ? "" : ", ") + id_at(source, lines[i]);
  if (lines.size() > k_ids_shown) text += " and " + std::to_string(lines.size() - k_ids_shown) + " more";
  return text;
}

/// The first line where the readings part: the start of the first block that only one has like this.
std::uint32_t first_difference(const FenceReading& a, const FenceReading& b) {
  std::size_t i = 0;
  while (i < a.blocks.size() && i < b.blocks.size() && a.blocks[i].first == b.blocks[i].first &&
         a.blocks[i].last == b.blocks[i].last)
    ++i;
  const std::uint32_t none = 0xFFFFFFFF;
  const std::uint32_t in_a = i < a.blocks.size() ? a.blocks[i].first : none;
  const std::uint32_t in_b = i < b.blocks.size() ? b.blocks[i].first : none;
  return std::min(in_a, in_b);
}

}  // namespace

TaskOutline outline_of(const SourceText& source, std::uint32_t first_line,
                       std::vector<Diagnostic>& diagnostics) {
  const std::vector<std::uint32_t> candidates = candidates_of(source, first_line);
  FenceReading nested = read_nested(source, first_line);
  FenceReading flat = read_flat(source, first_line);

  const bool take_flat = nested.open_at_end && !flat.open_at_end;
  const bool both_open = nested.open_at_end && flat.open_at_end;
  if (both_open) repair(source, candidates, nested, diagnostics);
  if (!take_flat && nested.open_at_end) diagnostics.push_back(unclosed_fence(nested));

  Tasks of_nested = visible_tasks(source, candidates, nested);
  Tasks of_flat = visible_tasks(source, candidates, flat);
  if (of_nested.lines != of_flat.lines) {
    const std::uint32_t line = first_difference(nested, flat);
    const std::string taken = take_flat ? "one after the other" : "nested";
    diagnostics.push_back(
        {Severity::warning,
         "ambiguous-fences",
         {line + 1, 1, line + 1},
         "the code blocks from here on can be read in two ways; read as nested they leave the tasks " +
             ids_text(source, of_nested.lines) + ", read one after the other " +
             ids_text(source, of_flat.lines) + "; milepost reads them " + taken,
         "use more back quotes for the outer block than for the inner ones"});
  }
  Tasks& chosen = take_flat ? of_flat : of_nested;
  return {take_flat ? std::move(flat) : std::move(nested), chosen.level, std::move(chosen.lines)};
}

}  // namespace milepost::parsing
