#include "gsd_markdown.hpp"

#include "milepost/base/text.hpp"

#include "gsd_task.hpp"
#include "gsd_text.hpp"
#include "markdown_line.hpp"
#include "milestone_task.hpp"
#include "tag.hpp"
#include "task_heading.hpp"

#include <algorithm>
#include <array>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_most_tasks = 500;

/// "</tasks>" and the sections that may follow the tasks.
bool ends_tasks(const SourceText& source, std::uint32_t line) {
  const std::string_view text = source.line(line);
  const auto tag = tag_at(source, line, std::min(text.find_first_not_of(" \t"), text.size()));
  if (!tag) return false;
  constexpr std::array<std::string_view, 7> names = {
      "tasks", "verification", "success_criteria", "output", "threat_model", "notes", "objective"};
  return std::find(names.begin(), names.end(), tag->name) != names.end();
}

struct Outline {
  FenceReading fences;
  std::vector<std::uint32_t> lines;  ///< of the task headings
};

/// The heading as a GSD plan writes it ("Task 01-02: Title"), else as a milestone plan does ("3. Task 1:
/// Title").
GsdTitle title_of(const Heading& heading) {
  GsdTitle title = gsd_title_of(without_emphasis(heading.text));
  if (!title.label.empty()) return title;
  const auto marked = match_task_heading(heading.text).heading;
  return marked ? GsdTitle{marked->id, marked->title} : title;
}

bool is_task_heading(const Heading& heading) {
  return heading.level >= 2 && heading.level <= 4 && !title_of(heading).label.empty();
}

/// The task headings outside fences, on the level of the first one.
Outline outline_with(const SourceText& source, std::uint32_t first_line, FenceReading fences) {
  Outline outline{std::move(fences), {}};
  std::uint32_t level = 0;
  for (std::uint32_t i = first_line; i < source.line_count(); ++i) {
    if (const HiddenBlock* block = outline.fences.starting_at(i)) {
      i = block->last;
      continue;
    }
    const auto heading = heading_at(source, i);
    if (!heading || !is_task_heading(*heading) || (level != 0 && heading->level != level)) continue;
    level = heading->level;
    outline.lines.push_back(i);
  }
  return outline;
}

/// Nested fences, unless only the other reading closes them all, or finds more tasks where both leave one
/// open.
Outline best_outline(const SourceText& source, std::uint32_t first_line,
                     std::vector<Diagnostic>& diagnostics) {
  Outline nested = outline_with(source, first_line, read_nested(source, first_line));
  Outline flat = outline_with(source, first_line, read_flat(source, first_line));
  if (nested.lines == flat.lines) return nested;
  const bool take_flat =
      nested.fences.open_at_end && (!flat.fences.open_at_end || flat.lines.size() > nested.lines.size());
  const std::uint32_t line = (nested.lines.empty() ? flat.lines : nested.lines).front() + 1;
  diagnostics.push_back({Severity::warning,
                         "ambiguous-fences",
                         {line, 1, line},
                         "the code blocks can be read in two ways, which give " +
                             std::to_string(nested.lines.size()) + " and " +
                             std::to_string(flat.lines.size()) + " tasks; " +
                             std::to_string((take_flat ? flat : nested).lines.size()) + " are taken",
                         "give an outer block more back quotes than its inner ones"});
  return take_flat ? std::move(flat) : std::move(nested);
}

std::uint32_t last_line_of(const SourceText& source, const Outline& outline, std::uint32_t body,
                           std::uint32_t level, std::uint32_t limit) {
  std::uint32_t last = body - 1;
  for (std::uint32_t i = body; i < limit; ++i) {
    if (const HiddenBlock* block = outline.fences.starting_at(i)) {
      i = block->last;
      last = i;
      continue;
    }
    const auto heading = heading_at(source, i);
    if ((heading && heading->level <= level) || ends_tasks(source, i)) break;
    if (heading) i += heading->lines - 1;
    if (heading || (!source.blank(i) && !is_rule(source.line(i)))) last = i;
  }
  return last;
}

}  // namespace

std::vector<Task> read_gsd_markdown_tasks(const SourceText& source, std::uint32_t first_line,
                                          const std::string& plan_id, std::vector<Diagnostic>& diagnostics) {
  const Outline outline = best_outline(source, first_line, diagnostics);
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < outline.lines.size(); ++i) {
    const std::uint32_t line = outline.lines[i];
    const Heading heading = *heading_at(source, line);
    const GsdTitle title = title_of(heading);
    // Marks of the heading ("COMPLETED", struck out) are read as in a milestone plan; a label such as "01-02"
    // is not known there.
    const auto marked = match_task_heading(heading.text).heading;
    const bool same_label = marked && marked->id == title.label;
    const Span at{line + 1, 1, line + 1};
    if (marked && marked->struck) {
      diagnostics.push_back({Severity::note, "struck-task", at,
                             "task " + title.label + " is struck out and is not part of the plan", ""});
      continue;
    }
    if (tasks.size() == k_most_tasks) {
      diagnostics.push_back({Severity::error, "too-many-tasks", at,
                             "the plan has more than 500 tasks; those from here on are not read",
                             "split it into several plans"});
      break;
    }
    TaskPlace place;
    if (same_label) place.heading = *marked;
    if (!same_label || place.heading.title.empty()) place.heading.title = title.title;
    place.heading.id = gsd_task_id(plan_id, tasks.size() + 1).value;
    place.first = line;
    place.body = line + heading.lines;
    const std::uint32_t limit = i + 1 < outline.lines.size() ? outline.lines[i + 1] : source.line_count();
    place.last = last_line_of(source, outline, place.body, heading.level, limit);
    Task task = read_task(source, outline.fences, place, diagnostics);
    task.label = title.label;
    tasks.push_back(std::move(task));
  }
  return tasks;
}

}  // namespace milepost::parsing
