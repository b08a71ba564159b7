#include "milepost/report/summary_markdown.hpp"

#include "milepost/base/text.hpp"
#include "milepost/report/figures.hpp"

#include "report_object.hpp"
#include "task_standing.hpp"

#include <algorithm>

namespace milepost {

namespace {

constexpr std::size_t k_output_bytes = 2000;
constexpr std::size_t k_failures_told = 20;

/// One line that is no Markdown, HTML, link or mention.
std::string plain(std::string_view text, std::size_t columns) {
  std::string out;
  for (const char c : one_line(text, columns)) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '@')
      out += "&#64;";
    else if (std::string_view("\\`*_{}[]()#+!|~>").find(c) != std::string_view::npos)
      out += std::string("\\") + c;
    else
      out += c;
  }
  return out;
}

/// Somebody else's text in a fence that is longer than any in it.
std::string fenced(std::string_view text) {
  const std::string shown = printable(trim(text), /*keep_newlines=*/true);
  std::size_t longest = 2, run = 0;
  for (const char c : shown) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fence + "text\n" + shown + "\n" + fence + "\n";
}

std::string end_of(std::string_view text) {
  if (text.size() <= k_output_bytes) return std::string(text);
  const std::string_view tail = text.substr(text.size() - k_output_bytes);
  const std::size_t line = tail.find('\n');
  return "…\n" + std::string(line == std::string_view::npos ? tail : tail.substr(line + 1));
}

std::string_view sign(Standing standing) {
  switch (standing) {
    case Standing::good:
      return "✅";
    case Standing::failed:
      return "❌";
    case Standing::error:
      return "⚠️";
    case Standing::not_run:
      return "⬜";
    case Standing::running:
      return "▶️";
  }
  return "";
}

std::string checks_text(const TaskState& task) {
  if (task.attempts.empty() || !task.attempts.back().verified) return "–";
  const std::vector<Evidence>& evidence = task.attempts.back().evidence;
  if (evidence.empty()) return "none";
  const auto passed = std::count_if(evidence.begin(), evidence.end(),
                                    [](const Evidence& check) { return check.verdict == Verdict::passed; });
  return std::to_string(passed) + " of " + std::to_string(evidence.size()) + " passed";
}

std::string table_row(const TaskState& task, const RunState& state) {
  const Usage usage = task.usage();
  return "| " + std::string(sign(standing_of(task, state))) + " | **" + plain(task.planned.id.value, 60) +
         "** " + plain(task.planned.title, 100) + " | " + std::string(standing_words(task, state)) + " | " +
         std::to_string(task.attempts.size()) + " | " +
         (task.attempts.empty() ? "–" : human_duration(task.time_spent())) + " | " +
         (usage.cost_usd ? cost_text(usage) : "–") + " | " + checks_text(task) + " |\n";
}

std::string trouble(const TaskState& task, const RunState& state) {
  std::string text = "\n#### " + plain(task.planned.id.value, 60) + " " + plain(task.planned.title, 100) +
                     ": " + std::string(standing_words(task, state)) + "\n\n";
  if (!task.detail.empty()) text += plain(task.detail, 600) + "\n\n";
  if (task.question && task.outcome == Outcome::needs_human) {
    std::string asked = std::string(utf8_prefix(task.question->text, k_output_bytes));
    for (const std::string& option : task.question->options) asked += "\n- " + one_line(option, 300);
    text += fenced(asked) + "\nAnswer with `milepost resume PLAN --answer 'TEXT'`.\n";
  }
  if (task.attempts.empty()) return text;
  for (const Evidence& check : task.attempts.back().evidence) {
    if (check.verdict != Verdict::failed && check.verdict != Verdict::infra_error) continue;
    text += fenced("$ " + one_line(check.command, 500) + "   (" + one_line(check.detail, 200) + ")\n" +
                   end_of(check.output)) +
            "\n";
  }
  return text;
}

}  // namespace

std::string summary_markdown(const RunState& state, std::size_t limit_bytes) {
  const RunStarted& started = state.started;
  const std::string status = status_of(state);
  std::string text = "### " + plain(started.plan_id, 60) + " " + plain(started.plan_title, 200) + ": " +
                     status + "\n\n" + std::to_string(state.count(Outcome::completed)) + " of " +
                     counted(state.tasks.size(), "task") + " done · " + human_duration(state.time_spent()) +
                     " · " + cost_text(state.usage()) + " · " + plain(started.harness, 40) + " · run `" +
                     file_name_of(started.run.value) + "`\n";
  if (state.ended && !state.ended->detail.empty()) text += "\n" + plain(state.ended->detail, 600) + "\n";
  text += "\n| | task | outcome | attempts | time | cost | checks |\n|---|---|---|---|---|---|---|\n";
  for (const TaskState& task : state.tasks) text += table_row(task, state);
  std::size_t told = 0;
  for (const TaskState& task : state.tasks) {
    const Standing standing = standing_of(task, state);
    if ((standing == Standing::failed || standing == Standing::error) && ++told <= k_failures_told)
      text += trouble(task, state);
  }
  for (const std::string& warning : state.warnings) text += "\n> " + plain(warning, 400) + "\n";
  if (text.size() <= limit_bytes) return text;
  constexpr std::string_view k_note = "\n\nThe summary is cut here; the report has everything.\n";
  const std::string_view kept = utf8_prefix(text, limit_bytes - std::min(limit_bytes, k_note.size()));
  // Before a part or a row begins, so that no fence stays open.
  const std::size_t part = kept.rfind("\n#### ");
  return std::string(kept.substr(0, part == std::string_view::npos ? kept.rfind('\n') : part)) +
         std::string(k_note);
}

}  // namespace milepost
