#include "milepost/report/handoff.hpp"

#include "milepost/base/text.hpp"
#include "milepost/report/figures.hpp"
#include "milepost/report/runs_elsewhere.hpp"

#include "markdown.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

namespace {

constexpr std::size_t k_title_bytes = 200;

std::string begin_mark(const TaskId& id) {
  return "<!-- milepost: task " + file_name_of(id.value) + " -->\n";
}

std::string end_mark(const TaskId& id) {
  return "<!-- milepost: end of task " + file_name_of(id.value) + " -->\n";
}

/// "M3" as "Milestone 3".
std::string milestone_name(const std::string& id) {
  if (id.size() > 1 && id[0] == 'M' && id[1] >= '0' && id[1] <= '9') return "Milestone " + id.substr(1);
  return id;
}

std::string part(const std::string& heading, const std::string& entries) {
  return entries.empty() ? entries : "\n### " + heading + "\n" + entries;
}

std::string bullets(const std::vector<std::string>& entries) {
  std::string text;
  for (const std::string& entry : entries) text += bullet(entry);
  return text;
}

/// `own`: the hand-off document's file name; that it changed is no news in it.
std::string files_changed(const TaskState& task, const WorkNotes& notes, const std::string& own) {
  std::string text;
  for (const std::string& path : task.paths) {
    if (path == own || path.ends_with("/" + own)) continue;
    const auto note = std::ranges::find(notes.file_notes, path, &FileNote::path);
    text += "- " + code(path) + (note == notes.file_notes.end() ? "" : " - " + tame_line(note->note)) + "\n";
  }
  return text;
}

std::string review_first(const TaskState& task) {
  std::string text;
  for (const std::string& path : task.paths) {
    const std::string_view who = runs_elsewhere(path);
    if (!who.empty()) text += "- " + code(path) + " - run or obeyed by " + std::string(who) + "\n";
  }
  return text;
}

std::string own_changes(const TaskState& task) {
  std::string text;
  for (const std::string& path : task.swept) text += "- " + code(path) + "\n";
  return text;
}

std::string checks_of(const TaskState& task, const std::vector<Override>& overrides) {
  std::string text;
  for (const Evidence& check : apply_overrides(task.attempts.back().evidence, overrides))
    text += "- " + check_line(check) + "\n";
  if (task.attempts.size() > 1) text += "- after " + counted(task.attempts.size(), "attempt") + "\n";
  return text;
}

/// First what the agent says, in the order in which the next one needs it, then what milepost knows.
std::string section(const Plan& plan, const RunState& state, const TaskState& task, const TaskState* next) {
  static const AttemptEnded k_nothing;
  const AttemptEnded& end = task.attempts.empty() ? k_nothing : task.attempts.back().end;
  const Task* planned = plan.find(task.planned.id);
  const std::string title =
      tame_line(utf8_prefix(planned ? planned->title : task.planned.title, k_title_bytes));
  std::string text = "## Task " + tame_line(task.planned.id.value) + " Complete: " + title + "\n";
  const std::string summary = tame(task.summary());
  text += "\n**Summary:** " + (trim(summary).empty() ? "the agent left none.\n" : summary);

  text += part("Implementation Notes", bullets(end.notes.implementation_notes));
  text += part("Decisions", bullets(end.decisions));
  text += part("Gotchas", bullets(end.notes.gotchas));
  text += part("Deviations from the Plan", bullets(end.notes.deviations));
  text += part("Issues", bullets(end.notes.issues));

  text += part("Files Changed", files_changed(task, end.notes, handoff_file_name(plan)));
  text += part("Review First", review_first(task));
  text += part("Also in the Commit, Changed Before the Task", own_changes(task));
  if (!task.commit.empty()) text += "\n### Commit\n" + code(task.commit) + "\n";
  if (!task.attempts.empty()) text += part("Checks", checks_of(task, state.overrides));

  const std::string notes = tame(end.next_task_notes);
  if (!trim(notes).empty())
    text += "\n### Next Task Notes" + (next ? " (" + next->planned.id.value + ")" : "") + "\n" + notes;
  return begin_mark(task.planned.id) + text + end_mark(task.planned.id);
}

/// Where a task's section stands in a document, marks included.
struct Place {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The start of a line that is exactly `mark`, from `from` on.
std::optional<std::size_t> find_line(std::string_view document, std::string_view mark, std::size_t from) {
  for (std::size_t at = document.find(mark, from); at != std::string_view::npos;
       at = document.find(mark, at + 1)) {
    if (at == 0 || document[at - 1] == '\n') return at;
  }
  return std::nullopt;
}

/// Nothing when there is no section, or when its end is gone: then nobody knows what of it is a person's.
std::optional<Place> place_of(std::string_view document, const TaskId& id) {
  const auto begin = find_line(document, begin_mark(id), 0);
  if (!begin) return std::nullopt;
  const auto end = find_line(document, end_mark(id), *begin);
  const auto other = find_line(document, "<!-- milepost: task ", *begin + 1);
  if (!end || (other && *other < *end)) return std::nullopt;
  return Place{*begin, *end + end_mark(id).size()};
}

void ensure_blank_line(std::string& text) {
  if (!text.ends_with('\n')) text += '\n';
  if (!text.ends_with("\n\n")) text += '\n';
}

/// Puts a new section after those of earlier tasks and before those of later ones.
void insert(std::string& document, const RunState& state, std::size_t index, const std::string& text) {
  for (std::size_t before = index; before-- > 0;) {
    if (const auto place = place_of(document, state.tasks[before].planned.id)) {
      document.insert(place->end, "\n---\n\n" + text);
      return;
    }
  }
  for (std::size_t after = index + 1; after < state.tasks.size(); ++after) {
    if (const auto place = place_of(document, state.tasks[after].planned.id)) {
      document.insert(place->begin, text + "\n---\n\n");
      return;
    }
  }
  ensure_blank_line(document);
  document += text;
}

}  // namespace

std::string handoff_document(const Plan& plan, const RunState& state, std::string_view existing) {
  std::string document(existing);
  if (trim(existing).empty()) {
    document = "# " + tame_line(milestone_name(plan.id)) +
               " Handoff: " + tame_line(utf8_prefix(plan.title, k_title_bytes)) + "\n";
  }
  for (std::size_t i = 0; i < state.tasks.size(); ++i) {
    const TaskState& task = state.tasks[i];
    // A step of the run that the plan does not name has nothing to hand on.
    if (task.outcome != Outcome::completed || !plan.find(task.planned.id)) continue;
    const bool last = i + 1 == state.tasks.size() || !plan.find(state.tasks[i + 1].planned.id);
    const TaskState* next = last ? nullptr : &state.tasks[i + 1];
    const std::string text = section(plan, state, task, next);
    if (const auto place = place_of(document, task.planned.id))
      document.replace(place->begin, place->end - place->begin, text);
    else
      insert(document, state, i, text);
  }
  return document;
}

std::string handoff_file_name(const Plan& plan) {
  return "HANDOFF_" + file_name_of(plan.id) + ".md";
}

}  // namespace milepost
