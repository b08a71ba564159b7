#include "near_miss.hpp"

#include "milepost/base/text.hpp"

#include "markdown_line.hpp"
#include "task_heading.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_most_remarks = 50;  // of one kind, on a file that is no plan
constexpr std::uint32_t k_deepest_task_level = 4;

/// What headings of prose put between "Task" and a colon.
constexpr std::string_view k_prose[] = {
    "allocation",    "analysis",     "assignment", "assignments", "board",        "breakdown",
    "budget",        "categories",   "category",   "checklist",   "commits",      "completion",
    "context",       "count",        "definition", "definitions", "dependencies", "dependency",
    "description",   "descriptions", "details",    "estimate",    "estimates",    "execution",
    "flow",          "format",       "goal",       "goals",       "graph",        "groups",
    "history",       "id",           "ids",        "index",       "instructions", "list",
    "lists",         "log",          "management", "matrix",      "name",         "names",
    "notes",         "numbering",    "objective",  "order",       "ordering",     "overview",
    "plan",          "planning",     "priorities", "priority",    "progress",     "queue",
    "requirements",  "results",      "schedule",   "scope",       "sequence",     "sizing",
    "specification", "status",       "structure",  "summaries",   "summary",      "table",
    "template",      "templates",    "timeline",   "title",       "tracker",      "tracking",
    "type",          "types"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The text of "##Task 1.2: T", which Markdown takes for a paragraph; nothing for another line.
std::optional<std::string_view> unspaced_heading(std::string_view line) {
  if (indent_of(line) > 3) return {};
  line = trim(line);
  const std::size_t level = std::min(line.find_first_not_of('#'), line.size());
  if (level < 2 || level > k_deepest_task_level || level == line.size()) return {};
  const std::string_view text = line.substr(level);
  if (text[0] == ' ' || text[0] == '\t') return {};
  return text;
}

/// "1.1.2" and "1.1b" are parts of task 1.1, 1.10 is not.
bool is_part_of(std::string_view id, std::string_view whole) {
  if (!id.starts_with(whole) || id.size() == whole.size()) return false;
  return id[whole.size()] == '.' || is_letter(id[whole.size()]);
}

/// Why a heading is no task though it looks like one; "" for any other heading. `within`: the id of the task
/// that it stands in.
std::string cause_of(const Heading& heading, const TaskOutline& outline, std::string_view within) {
  const TaskHeadingMatch match = match_task_heading(heading.text);
  if (match.miss == TaskHeadingMiss::range) return "names a range of tasks";
  if (match.miss == TaskHeadingMiss::id_too_long) return "has an id of more than 64 characters";
  if (match.miss == TaskHeadingMiss::no_separator)
    return heading.level <= k_deepest_task_level ? "has no \":\" behind its id" : "";
  if (!match.heading) {
    const bool may_be = heading.level > 1 && heading.level <= k_deepest_task_level;
    return may_be && lacks_task_id(heading.text) ? "has no id such as 3.1 behind \"Task\"" : "";
  }
  const std::string level = "is of level " + std::to_string(heading.level);
  if (heading.level == 1 || (outline.level == 0 && heading.level > k_deepest_task_level)) return level;
  if (outline.level != 0 && heading.level > outline.level && !match.heading->struck &&
      !is_part_of(match.heading->id, within))
    return level + ", below the tasks of level " + std::to_string(outline.level) + ",";
  return "";
}

}  // namespace

bool lacks_task_id(std::string_view text) {
  text.remove_prefix(
      static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_letter) - text.begin()));
  if (text.size() < 5 || to_lower_ascii(text.substr(0, 4)) != "task") return false;
  text.remove_prefix(4);
  constexpr std::string_view between = " \t*_~`";
  if (text[0] != ':' && between.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(std::min(text.find_first_not_of(between), text.size()));
  if (text.starts_with(':') || text.starts_with('#')) return true;
  const std::size_t end = text.find_first_of(" \t:");
  if (end == std::string_view::npos || text[end] != ':') return false;
  std::string_view word = text.substr(0, end);
  while (!word.empty() && between.find(word.back()) != std::string_view::npos) word.remove_suffix(1);
  if (word.size() > 40) return true;
  return std::ranges::find(k_prose, to_lower_ascii(word)) == std::end(k_prose);
}

void warn_of_near_misses(const SourceText& source, const TaskOutline& outline, std::uint32_t first,
                         std::vector<Diagnostic>& diagnostics) {
  std::size_t left = k_most_remarks;
  std::string within;
  auto next_task = outline.lines.begin();
  for (std::uint32_t i = first; i < source.line_count() && left > 0; ++i) {
    if (const HiddenBlock* block = outline.fences.starting_at(i)) {
      i = block->last;
      continue;
    }
    const auto heading = heading_at(source, i);
    std::string_view text;
    std::string cause;
    if (next_task != outline.lines.end() && i == *next_task) {
      within = match_task_heading(heading->text).heading->id;
      ++next_task;
      continue;
    }
    if (heading) {
      text = heading->text;
      cause = cause_of(*heading, outline, within);
    } else if (const auto unspaced = unspaced_heading(source.line(i))) {
      text = *unspaced;
      const TaskHeadingMatch match = match_task_heading(text);
      if (match.heading || match.miss != TaskHeadingMiss::none || lacks_task_id(text))
        cause = "has no space behind its \"#\"";
    }
    if (cause.empty()) continue;
    --left;
    diagnostics.push_back(
        {Severity::warning,
         "not-a-task",
         {i + 1, 1, i + 1},
         "the heading '" + one_line(text, 80) + "' " + cause + " and is not read as a task",
         "write \"" + std::string(outline.level > 2 ? outline.level : 2, '#') + " Task 3.1: Title\""});
  }
}

}  // namespace milepost::parsing
