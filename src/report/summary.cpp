#include "milepost/report/summary.hpp"

#include "milepost/base/text.hpp"
#include "milepost/report/figures.hpp"
#include "milepost/report/ledger.hpp"

#include "markdown.hpp"
#include "summary_data.hpp"

#include <algorithm>
#include <filesystem>

namespace milepost {

namespace {

constexpr std::size_t k_title_bytes = 200;
constexpr std::size_t k_one_liner_bytes = 300;

/// "37-build-integration" as "Build Integration".
std::string spelled_out(const std::string& phase) {
  const std::size_t dash = phase.find('-');
  if (dash == std::string::npos) return {};
  std::string text;
  bool start = true;
  for (const char c : phase.substr(dash + 1)) {
    const bool letter = c >= 'a' && c <= 'z';
    text += c == '-' ? ' ' : start && letter ? static_cast<char>(c - 'a' + 'A') : c;
    start = c == '-';
  }
  return text;
}

std::string title(const SummaryData& data) {
  const Plan& plan = data.plan;
  const std::string name = tame_line(utf8_prefix(plan.title, k_title_bytes));
  if (plan.phase.empty()) return "# " + tame_line(plan.id) + ": " + name + " Summary\n";
  const std::string phase = tame_line(spelled_out(data.phase));
  return "# Phase " + tame_line(plan.phase) + " Plan " + tame_line(plan.number) + ": " +
         (phase.empty() ? name : phase) + " Summary\n";
}

/// Up to the first full stop that ends a sentence.
std::string first_sentence(const std::string& text) {
  std::string line = one_line(text, k_one_liner_bytes);
  line.erase(0, std::min(line.find_first_not_of("#> "), line.size()));
  for (std::size_t at = line.find(". "); at != std::string::npos; at = line.find(". ", at + 1)) {
    // "e.g. this" and "1. This" go on.
    if (at > 0 && (line[at - 1] < '0' || line[at - 1] > '9') && at + 2 < line.size() && line[at + 2] >= 'A' &&
        line[at + 2] <= 'Z') {
      line.resize(at);
      break;
    }
  }
  if (line.ends_with('.')) line.pop_back();
  return line;
}

std::string one_liner(const SummaryData& data) {
  std::string line;
  for (const TaskState* task : data.tasks) {
    if (task->outcome != Outcome::completed) continue;
    const std::string sentence = first_sentence(task->summary());
    if (!sentence.empty()) line += (line.empty() ? "" : "; ") + sentence;
  }
  if (line.empty()) line = data.plan.goal.empty() ? data.plan.title : data.plan.goal;
  line = tame_line(one_line(line, k_one_liner_bytes));
  std::erase(line, '*');
  return "**" + line + "**\n";
}

std::size_t changed_files(const SummaryFacts& facts) {
  return facts.created.size() + facts.modified.size() + facts.deleted.size();
}

std::string performance(const SummaryData& data) {
  const auto done = std::ranges::count(data.tasks, Outcome::completed, &TaskState::outcome);
  std::string tasks = std::to_string(done);
  if (static_cast<std::size_t>(done) < data.tasks.size()) tasks += " of " + std::to_string(data.tasks.size());
  std::string duration = short_duration(data.state.time_spent());
  if (duration.ends_with("min")) duration.insert(duration.size() - 3, " ");
  return "\n## Performance\n\n- **Duration:** " + duration + "\n- **Started:** " + data.started +
         "\n- **Completed:** " + data.completed + "\n- **Tasks:** " + tasks + "\n- **Files modified:** " +
         std::to_string(changed_files(data.facts)) + "\n";
}

std::string accomplishments(const SummaryData& data) {
  std::string text = "\n## Accomplishments\n";
  for (const TaskState* task : data.tasks) {
    if (task->outcome != Outcome::completed) continue;
    const std::string summary = task->summary();
    text += bullet(trim(summary).empty() ? task->planned.title : summary);
  }
  return text;
}

/// The "feat" of "feat(37-04): …"; empty for another form.
std::string type_of(const std::string& subject) {
  const std::size_t end = subject.find_first_not_of("abcdefghijklmnopqrstuvwxyz");
  if (end == std::string::npos || end == 0 || (subject[end] != '(' && subject[end] != ':')) return {};
  return subject.substr(0, end);
}

std::string task_commits(const SummaryData& data) {
  std::string text = "\n## Task Commits\n\n";
  std::size_t number = 0;
  for (const TaskState* task : data.tasks) {
    const Task* planned = data.plan.find(task->planned.id);
    const std::string label = planned->label.empty() ? task->planned.id.value : planned->label;
    text += std::to_string(++number) + ". **Task " + tame_line(label) + ": " +
            tame_line(utf8_prefix(planned->title, k_title_bytes)) + "** - ";
    if (task->commit.empty()) {
      text += task->outcome == Outcome::completed ? "no changes to commit\n"
                                                  : std::string(to_string(task->outcome)) + "\n";
      continue;
    }
    text += code(task->commit.substr(0, 7));
    const auto subject = data.facts.subjects.find(task->commit);
    const std::string type = subject == data.facts.subjects.end() ? "" : type_of(subject->second);
    text += (type.empty() ? "" : " (" + type + ")") + "\n";
  }
  return text;
}

std::string note_of(const SummaryData& data, const std::string& path) {
  std::string note;
  for (const TaskState* task : data.tasks) {
    if (task->attempts.empty()) continue;
    for (const FileNote& file : task->attempts.back().end.notes.file_notes) {
      if (file.path == path) note += (note.empty() ? "" : "; ") + file.note;
    }
  }
  return note;
}

std::string files(const SummaryData& data) {
  std::string text = "\n## Files Created/Modified\n";
  const auto add = [&](const std::vector<std::string>& paths, const std::string& what) {
    for (const std::string& path : paths) {
      const std::string note = note_of(data, path);
      text += "- " + code(path) + " - " + (note.empty() ? what : tame_line(note)) + "\n";
    }
  };
  add(data.facts.created, "created");
  add(data.facts.modified, "modified");
  add(data.facts.deleted, "deleted");
  return changed_files(data.facts) == 0 ? text + "None\n" : text;
}

std::string list_or(const std::vector<std::string>& entries, const std::string& nothing) {
  if (entries.empty()) return "\n" + nothing + "\n";
  std::string text;
  for (const std::string& entry : entries) text += bullet(entry);
  return text;
}

/// What the agent met, and what the journal knows of it.
std::vector<std::string> issues(const SummaryData& data) {
  std::vector<std::string> entries = data.all(&WorkNotes::issues);
  for (const TaskState* task : data.tasks) {
    for (const AttemptState& attempt : task->attempts) {
      if (&attempt == &task->attempts.back()) break;
      std::string why;
      for (const Evidence& check : attempt.evidence) {
        if (check.verdict == Verdict::failed || check.verdict == Verdict::infra_error)
          why += (why.empty() ? "" : "; ") + check_line(check);
      }
      if (why.empty() && attempt.end.outcome == Outcome::failed) why = one_line(attempt.end.detail, 300);
      if (!why.empty())
        entries.push_back("Task " + task->planned.id.value + ", attempt " + std::to_string(attempt.number) +
                          ": " + why);
    }
  }
  return entries;
}

std::string readiness(const SummaryData& data) {
  std::string text = tame(data.last(&WorkNotes::next_phase));
  if (trim(text).empty() && !data.tasks.empty() && !data.tasks.back()->attempts.empty())
    text = tame(data.tasks.back()->attempts.back().end.next_task_notes);
  return "\n## Next Phase Readiness\n\n" + (trim(text).empty() ? "Nothing was noted.\n" : text);
}

std::string self_check(const SummaryData& data) {
  const Verdict verdict = overall(data.evidence);
  std::vector<std::string> open;
  for (const TaskState* task : data.tasks) {
    if (task->outcome != Outcome::completed)
      open.push_back("task " + task->planned.id.value + ": " + std::string(to_string(task->outcome)));
  }
  const bool failed = !open.empty() || verdict == Verdict::failed || verdict == Verdict::infra_error;
  const auto overridden =
      static_cast<std::size_t>(std::ranges::count(data.evidence, Verdict::overridden, &Evidence::verdict));
  std::string text = "\n## Self-Check: ";
  text += failed ? "FAILED" : verdict == Verdict::passed ? "PASSED" : "NOT VERIFIED";
  if (overridden > 0) text += " (" + counted(overridden, "check") + " overridden)";
  text += "\n\nChecked by milepost: " + ledger_counts(data.evidence) + ".\n";
  if (!open.empty() || !data.evidence.empty()) text += "\n";
  for (const std::string& task : open) text += bullet(task);
  for (const Evidence& check : data.evidence) text += "- " + check_line(check) + "\n";
  return text;
}

}  // namespace

std::string summary_document(const Plan& plan, const RunState& state, const SummaryFacts& facts) {
  const SummaryData data(plan, state, facts);
  std::string text = summary_front_matter(data) + "\n" + title(data) + "\n" + one_liner(data);
  text += performance(data) + accomplishments(data) + task_commits(data) + files(data);
  text += "\n## Decisions Made\n" + list_or(data.decisions(), "None");
  text += "\n## Deviations from Plan\n" +
          list_or(data.all(&WorkNotes::deviations), "None - the agent reported none.");
  text += "\n## Issues Encountered\n" + list_or(issues(data), "None");
  if (!plan.user_setup.empty()) text += "\n## User Setup Required\n" + list_or(plan.user_setup, "None");
  text += readiness(data) + self_check(data);
  text += "\n---\n*" + std::string(plan.phase.empty() ? "Plan: " : "Phase: ") + tame_line(data.phase) + "*\n";
  if (data.completed.size() >= 10) text += "*Completed: " + data.completed.substr(0, 10) + "*\n";
  return text;
}

std::string summary_file_name(const Plan& plan) {
  const std::string stem = std::filesystem::path(plan.path).stem().string();
  constexpr std::string_view suffix = "PLAN";
  if (plan.format == PlanFormat::gsd && (stem == suffix || stem.ends_with("-PLAN")))
    return stem.substr(0, stem.size() - suffix.size()) + "SUMMARY.md";
  return file_name_of(plan.id) + "-SUMMARY.md";
}

}  // namespace milepost
