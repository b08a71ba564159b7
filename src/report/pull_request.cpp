#include "milepost/report/pull_request.hpp"

#include "milepost/base/text.hpp"
#include "milepost/report/summary_markdown.hpp"

#include "markdown.hpp"

namespace milepost {

namespace {

constexpr std::size_t k_body_bytes = 60'000;  // GitHub takes 65,536 characters
constexpr std::size_t k_table_bytes = 30'000;
constexpr std::size_t k_summary_bytes = 2000;
constexpr std::size_t k_checks = 30;  // of one task

/// The agent's account of a task, without mentions.
std::string done_part(const TaskState& task) {
  const std::string summary(utf8_prefix(task.summary(), k_summary_bytes));
  std::string text;
  for (const char c : "**" + code(task.planned.id.value) + "** " +
                          (trim(summary).empty() ? tame_line(task.planned.title) : summary)) {
    if (c == '@')
      text += "&#64;";
    else
      text += c;
  }
  return bullet(text);
}

std::string verification_part(const TaskState& task) {
  if (task.attempts.empty() || !task.attempts.back().verified) return {};
  std::string text;
  std::size_t shown = 0;
  for (const Evidence& check : task.attempts.back().evidence) {
    if (++shown > k_checks) break;
    text += "  - " + check_line(check) + "\n";
  }
  if (shown > k_checks)
    text += "  - and " + std::to_string(task.attempts.back().evidence.size() - k_checks) + " more\n";
  return text.empty() ? text : "- " + code(task.planned.id.value) + "\n" + text;
}

}  // namespace

PullRequestText pull_request_text(const RunState& state) {
  const RunStarted& started = state.started;
  PullRequestText text;
  text.title = one_line(started.plan_id.empty()      ? started.plan_title
                        : started.plan_title.empty() ? started.plan_id
                                                     : started.plan_id + ": " + started.plan_title,
                        200);
  text.body = summary_markdown(state, k_table_bytes);
  std::string done, verified;
  for (const TaskState& task : state.tasks) {
    if (task.outcome == Outcome::completed) done += done_part(task);
    verified += verification_part(task);
  }
  if (!done.empty()) text.body += "\n### What was done\n\n" + done;
  text.body += "\n### Verification\n\n" + (verified.empty() ? "No check was run.\n" : verified);
  if (text.body.size() > k_body_bytes) {
    const std::string_view kept = utf8_prefix(text.body, k_body_bytes - 100);
    text.body =
        std::string(kept.substr(0, kept.rfind('\n'))) + "\n\nCut here; `milepost report` has everything.\n";
  }
  return text;
}

}  // namespace milepost
