#include "milestone_parser.hpp"

#include "milepost/base/text.hpp"

#include "e2e_section.hpp"
#include "markdown_line.hpp"
#include "milestone_header.hpp"
#include "milestone_task.hpp"
#include "near_miss.hpp"
#include "task_outline.hpp"

#include <algorithm>
#include <map>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_most_tasks = 500;
constexpr std::size_t k_most_remarks = 50;  // of one kind, on a file that is no plan

Span line_span(std::uint32_t line) {
  return {line + 1, 1, line + 1};
}

/// The last line of the task at `first`: before the next task or heading of its level or higher, without
/// blank lines and rules at the end.
std::uint32_t end_of_task(const SourceText& source, const TaskOutline& outline, std::uint32_t body,
                          std::uint32_t level, std::uint32_t limit) {
  std::uint32_t last = body - 1;
  for (std::uint32_t i = body; i < limit; ++i) {
    if (const HiddenBlock* block = outline.fences.starting_at(i)) {
      i = block->last;
      last = i;
      continue;
    }
    const auto heading = heading_at(source, i);
    if (heading && heading->level <= level) break;
    if (heading) {
      i += heading->lines - 1;
      last = i;
    } else if (!source.blank(i) && !is_rule(source.line(i))) {
      last = i;
    }
  }
  return last;
}

std::vector<TaskPlace> places_of(const SourceText& source, const TaskOutline& outline,
                                 std::vector<Diagnostic>& diagnostics) {
  std::vector<TaskPlace> places;
  std::size_t struck = 0;
  for (std::size_t i = 0; i < outline.lines.size(); ++i) {
    const std::uint32_t line = outline.lines[i];
    const Heading heading = *heading_at(source, line);
    TaskHeading task = *match_task_heading(heading.text).heading;
    if (task.struck) {
      if (++struck > k_most_remarks) continue;
      diagnostics.push_back({Severity::note, "struck-task", line_span(line),
                             "task " + task.id + " is struck out and is not part of the plan", ""});
      continue;
    }
    if (places.size() == k_most_tasks) {
      diagnostics.push_back({Severity::error, "too-many-tasks", line_span(line),
                             "the plan has more than 500 tasks; those from here on are not read",
                             "split it into several milestones"});
      break;
    }
    if (task.title.empty()) {
      diagnostics.push_back({Severity::warning, "empty-title", line_span(line),
                             "task " + task.id + " has no title", "write one behind the colon"});
    }
    const std::uint32_t limit = i + 1 < outline.lines.size() ? outline.lines[i + 1] : source.line_count();
    TaskPlace place;
    place.heading = std::move(task);
    place.first = line;
    place.body = line + heading.lines;
    place.last = end_of_task(source, outline, place.body, heading.level, limit);
    places.push_back(std::move(place));
  }
  return places;
}

void check_ids(const Plan& plan, std::vector<Diagnostic>& diagnostics) {
  std::map<TaskId, std::uint32_t> seen;
  for (const Task& task : plan.tasks) {
    const auto [at, is_new] = seen.emplace(task.id, task.at.line);
    if (is_new) continue;
    diagnostics.push_back(
        {Severity::error,
         "duplicate-id",
         {task.at.line, 1, task.at.line},
         "task id " + task.id.value + " is already used in line " + std::to_string(at->second),
         "give each task an id of its own"});
  }
}

/// Each task follows the one before; "Depends on:" adds to that.
void connect(const SourceText& source, const TaskOutline& outline, const std::vector<TaskPlace>& places,
             Plan& plan) {
  std::vector<std::string> ids;
  std::map<std::string, std::size_t> position;
  for (const Task& task : plan.tasks) {
    ids.push_back(task.id.value);
    position.emplace(task.id.value, ids.size() - 1);
  }
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    Task& task = plan.tasks[i];
    if (i > 0 && plan.tasks[i - 1].id != task.id) task.depends_on.push_back(plan.tasks[i - 1].id);
    const WrittenDependencies written = written_dependencies(source, outline.fences, places[i]);
    for (const std::string& id : written.ids) {
      const auto at = position.find(id);
      if (at == position.end()) {
        const auto meant = nearest(id, ids);
        plan.diagnostics.push_back(
            {Severity::error, "unknown-dependency", written.at,
             "task " + task.id.value + " depends on unknown task " + id,
             meant ? "did you mean " + *meant + "?"
                   : "name a task of this plan, or the milestone in \"**Builds on:**\""});
      } else if (id == task.id.value) {
        plan.diagnostics.push_back({Severity::error, "self-dependency", written.at,
                                    "task " + id + " depends on itself", "remove it from \"Depends on:\""});
      } else if (at->second > i) {
        plan.diagnostics.push_back({Severity::error, "dependency-cycle", written.at,
                                    "task " + task.id.value + " depends on task " + id +
                                        ", which runs after it: tasks run in file order",
                                    "move task " + id + " before it"});
      } else if (std::find(task.depends_on.begin(), task.depends_on.end(), TaskId(id)) ==
                 task.depends_on.end()) {
        task.depends_on.emplace_back(id);
      }
    }
  }
}

}  // namespace

void read_milestone_plan(const SourceText& source, const FrontMatter& front, Plan& plan) {
  plan.format = PlanFormat::milestone_markdown;
  for (const FrontMatterEntry& entry : front.entries) plan.meta.emplace(entry.key, entry.text);

  const std::uint32_t first = front.line_count;
  const TaskOutline outline = outline_of(source, first, plan.diagnostics);
  const std::uint32_t header_end = outline.lines.empty() ? source.line_count() : outline.lines.front();
  read_milestone_header(source, outline.fences, first, header_end, plan);

  const std::vector<TaskPlace> places = places_of(source, outline, plan.diagnostics);
  for (const TaskPlace& place : places)
    plan.tasks.push_back(read_task(source, outline.fences, place, plan.diagnostics));
  warn_of_near_misses(source, outline, first, plan.diagnostics);
  check_ids(plan, plan.diagnostics);
  connect(source, outline, places, plan);

  std::vector<LineRange> ranges;
  for (const TaskPlace& place : places) ranges.push_back({place.first, place.last});
  plan.e2e = e2e_sections(source, outline.fences, first, ranges);

  if (plan.tasks.empty()) {
    plan.diagnostics.push_back({Severity::error,
                                "no-tasks",
                                {1, 1, 1},
                                "the plan has no tasks",
                                "write each task below a heading such as \"## Task 3.1: Title\""});
  }
}

}  // namespace milepost::parsing
