#include "milepost/report/handoff.hpp"

#include "milepost/base/text.hpp"
#include "milepost/report/figures.hpp"

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

/// Text in back quotes that hold whatever back quotes it has itself.
std::string code(std::string_view text) {
  const std::string shown = one_line(text, 400);
  std::size_t longest = 0, run = 0;
  for (const char c : shown) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string quotes(longest + 1, '`');
  const std::string space = longest > 0 ? " " : "";
  return quotes + space + shown + space + quotes;
}

/// Whether the line opens or closes a fenced code block.
bool is_fence(std::string_view line) {
  line = trim(line);
  return line.starts_with("```") || line.starts_with("~~~");
}

/// An agent's Markdown that can change nothing around it: no heading, rule, comment or open fence.
std::string tame(std::string_view text) {
  std::string tamed;
  bool in_fence = false;
  const std::string shown = printable(trim(text), /*keep_newlines=*/true);
  for (const std::string_view line : lines_of(shown)) {
    const std::string_view start = trim(line);
    if (is_fence(line)) {
      in_fence = !in_fence;
    } else if (!in_fence &&
               (start.starts_with("#") || start.starts_with("---") || start.starts_with("==="))) {
      tamed += '\\';
    }
    for (std::size_t at = 0; at < line.size(); ++at) {
      if (line.substr(at).starts_with("<!--"))
        tamed += "&lt;";
      else
        tamed += line[at];
    }
    tamed += '\n';
  }
  if (in_fence) tamed += "```\n";
  return tamed;
}

std::string tame_line(std::string_view text) {
  const std::string tamed = tame(one_line(text, 2000));
  return std::string(trim(tamed));
}

std::string bullets(const std::string& heading, const std::vector<std::string>& entries) {
  if (entries.empty()) return {};
  std::string text = "\n### " + heading + "\n";
  for (const std::string& entry : entries) text += "- " + entry + "\n";
  return text;
}

std::string check_line(const Evidence& check) {
  std::string words(to_string(check.verdict));
  std::replace(words.begin(), words.end(), '_', ' ');
  std::string line = words + ": " + code(check.command);
  if (check.verdict == Verdict::passed || check.verdict == Verdict::failed)
    line += " (" + human_duration(check.duration) + ")";
  if (check.verdict != Verdict::passed && !check.detail.empty()) line += ", " + tame_line(check.detail);
  return line;
}

/// The attempt that completed the task.
const AttemptState* last_attempt(const TaskState& task) {
  return task.attempts.empty() ? nullptr : &task.attempts.back();
}

std::string section(const Plan& plan, const TaskState& task, const TaskState* next) {
  const Task* planned = plan.find(task.planned.id);
  const std::string title =
      tame_line(utf8_prefix(planned ? planned->title : task.planned.title, k_title_bytes));
  std::string text = "## Task " + tame_line(task.planned.id.value) + " Complete: " + title + "\n";
  const std::string summary = tame(task.summary());
  text += "\n**Summary:** " + (trim(summary).empty() ? "the agent left none.\n" : summary);

  std::vector<std::string> files;
  for (const std::string& path : task.paths) files.push_back(code(path));
  text += bullets("Files Changed", files);
  if (!task.swept.empty()) {
    std::vector<std::string> swept;
    for (const std::string& path : task.swept) swept.push_back(code(path));
    text += bullets("Also in the Commit, Changed Before the Task", swept);
  }
  if (!task.commit.empty()) text += "\n### Commit\n" + code(task.commit) + "\n";

  if (const AttemptState* attempt = last_attempt(task)) {
    std::vector<std::string> checks, decisions;
    for (const Evidence& check : attempt->evidence) checks.push_back(check_line(check));
    if (task.attempts.size() > 1) checks.push_back("after " + counted(task.attempts.size(), "attempt"));
    text += bullets("Checks", checks);
    for (const std::string& decision : attempt->end.decisions) decisions.push_back(tame_line(decision));
    text += bullets("Decisions", decisions);
    const std::string notes = tame(attempt->end.next_task_notes);
    if (!trim(notes).empty()) {
      text += "\n### Next Task Notes" + (next ? " (" + next->planned.id.value + ")" : "") + "\n" + notes;
    }
  }
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
    if (task.outcome != Outcome::completed) continue;
    const TaskState* next = i + 1 < state.tasks.size() ? &state.tasks[i + 1] : nullptr;
    const std::string text = section(plan, task, next);
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
