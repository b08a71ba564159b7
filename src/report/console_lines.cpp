#include "console_lines.hpp"

#include "milepost/base/text.hpp"
#include "milepost/report/figures.hpp"
#include "milepost/report/ledger.hpp"

#include "ink.hpp"
#include "run_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace milepost {

namespace {

constexpr std::size_t k_denied_targets = 5;
constexpr std::size_t k_columns = 160;
constexpr std::size_t k_text_lines = 40;    // of an agent's message, with -v
constexpr std::size_t k_result_lines = 8;   // of a tool's result, with -v
constexpr std::size_t k_output_lines = 12;  // of a failed check's output

/// The lines that one event gives on the console.
class Page {
 public:
  Page(const ConsoleOptions& options, const RunState* state) : options_(options), state_(state) {}

  std::string text() && { return std::move(text_); }

  void operator()(const RunStarted& record) {
    if (options_.quiet) return;
    std::string line = milestone(record) + " · " + counted(record.tasks.size(), "task");
    if (!record.harness.empty()) line += " · " + shown(record.harness);
    add(Ink::plain, line + " · run " + shown(record.run.value));
  }
  void operator()(const RunResumed& record) {
    if (options_.quiet) return;
    add(Ink::plain, milestone(state_->started) +
                        fmt::format(" · resumed, {} of {} done · run ", state_->count(Outcome::completed),
                                    state_->tasks.size()) +
                        shown(state_->started.run.value));
    for (const std::string& note : record.notes) add(Ink::attention, "! " + shown(note));
  }
  void operator()(const ContainerStarting& record) {
    if (options_.verbose) add(Ink::faint, "  container " + shown(record.name));
  }
  void operator()(const ContainerStopped& record) {
    if (!record.removed) add(Ink::bad, "! container " + shown(record.name) + " may remain; see milepost gc");
  }
  void operator()(const EgressStarting& record) {
    if (options_.quiet) return;
    if (record.mode == "open")
      add(Ink::faint,
          "  network open: the agent can send anything anywhere (network.mode allowlist limits it)");
    else if (record.mode == "allowlist")
      add(Ink::faint, "  network limited to " + shown(join(record.allowed, ", ")));
    else
      add(Ink::faint, "  no network");
  }
  void operator()(const EgressStopped& record) {
    if (!record.removed) add(Ink::bad, "! a network or its proxy may remain; see milepost gc");
    if (record.denied.empty() || options_.quiet) return;
    std::string line;
    for (std::size_t i = 0; i < record.denied.size() && i < k_denied_targets; ++i) {
      line += (i ? ", " : "") + shown(record.denied[i].target);
      if (record.denied[i].count > 1) line += fmt::format(" ({} times)", record.denied[i].count);
    }
    if (record.denied.size() > k_denied_targets) line += ", …";
    add(Ink::attention, "! the network refused " + line + "; network.allow opens more");
  }
  void operator()(const TaskStarted& record) {
    if (options_.quiet || options_.collapsed) return;
    add(Ink::plain, "▸ " + shown(record.task.value) + "  " + shown(title(record.task)));
  }
  void operator()(const AttemptStarted& record) {
    if (options_.quiet || options_.collapsed || record.reason == AttemptReason::first) return;
    if (record.reason == AttemptReason::check) return;
    std::string line = fmt::format("    attempt {}, {}", record.attempt, why_again(record.reason));
    if (record.reason == AttemptReason::failover) line += ": " + shown(record.harness);
    add(Ink::faint, line);
  }
  void operator()(const TaskWaiting& record) {
    if (options_.quiet) return;
    const std::string who = options_.collapsed ? "… " + shown(record.task.value) + "  " : "    ";
    add(Ink::attention, with_detail(who + "waiting until " + shown(local_time(record.until)), record.detail));
  }
  void operator()(const CheckStarted& record) {
    if (options_.verbose && !options_.quiet)
      add(Ink::faint,
          fmt::format("    … check {} of {}  ", record.number, record.total) + shown(record.command));
  }
  void operator()(const ReviewStarted& record) {
    if (options_.quiet || options_.collapsed) return;
    add(Ink::faint, "    … " + shown(record.harness) + " reviews");
  }
  void operator()(const SessionKnown& record) {
    if (options_.verbose) add(Ink::faint, "    session " + shown(record.session_id));
  }
  void operator()(const AttemptEnded& record) {
    if (options_.quiet) return;
    if (record.scenario) return add_scenario(*record.scenario);
    if (options_.collapsed) return;
    if (record.outcome == Outcome::completed || record.outcome == Outcome::needs_human) return;
    std::string line = fmt::format("    ✗ attempt {} {}", record.attempt, outcome_words(record.outcome));
    add(Ink::bad, with_detail(line, record.detail.empty() ? record.result : record.detail));
  }
  void operator()(const AttemptStopped&) {}
  void operator()(const Verified& record) {
    if (options_.quiet || options_.collapsed) return;
    for (const Evidence& check : record.evidence) add_check(check);
  }
  void operator()(const Committed& record) {
    if (options_.quiet || record.commit.empty()) return;
    if (!options_.collapsed) {
      add(Ink::good, "    ✓ committed  " + shown(record.commit.substr(0, 7)) + "  " +
                         counted(record.paths.size(), "file"));
    }
    if (record.swept.empty()) return;
    add(Ink::attention, "    ! the commit also has your own changes in " + shown(join(record.swept, ", ")));
  }
  void operator()(const TaskFinished& record) {
    const TaskState* task = state_->find(record.task);
    const std::string id = shown(record.task.value);
    if (options_.collapsed && !options_.quiet)
      return add_collapsed(record, task, id + "  " + shown(title(record.task)));
    switch (record.outcome) {
      case Outcome::completed:
        // Without an attempt a person or a policy has settled it.
        if (task && task->attempts.empty())
          return add(Ink::good, with_detail("✓ " + id + "  completed", record.detail));
        return add(Ink::good, "✓ " + id + "  completed" + figures(task));
      case Outcome::needs_human: {
        add(Ink::attention, "? " + id + "  needs a person");
        if (task && task->question) add_question(*task->question);
        return;
      }
      case Outcome::skipped:
        return add(Ink::faint, with_detail("- " + id + "  skipped", record.detail));
      default:
        return add(Ink::bad, with_detail("✗ " + id + "  " + outcome_words(record.outcome), record.detail));
    }
  }
  void operator()(const QuestionAnswered& record) {
    if (!options_.quiet)
      add(Ink::good, "✓ " + shown(record.task.value) + "  answered: " + shown(record.answer));
  }
  void operator()(const CheckOverridden& record) {
    if (options_.quiet) return;
    add(Ink::attention, "! taken as met by " + shown(record.by) + ": " + shown(record.check));
    add(Ink::attention, "      " + shown(record.reason));
  }
  void operator()(const Warned& record) {
    // Mostly sentences of milepost's own, with what to do at their end.
    if (!options_.quiet) add(Ink::attention, "! " + one_line(record.text, 4 * k_columns));
  }
  void operator()(const RunEnded& record) {
    const bool good = record.exit_code == ExitCode::ok;
    const bool waits = record.exit_code == ExitCode::needs_human;
    const std::string name = shown(state_->started.plan_id.empty() ? "run" : state_->started.plan_id);
    if (!options_.quiet) text_ += "\n";
    add(good    ? Ink::good
        : waits ? Ink::attention
                : Ink::bad,
        with_detail((good    ? "✓ "
                     : waits ? "? "
                             : "✗ ") +
                        name + "  " + ending(record.exit_code),
                    good ? "" : record.detail));
    add(Ink::plain,
        fmt::format("  {} of {} tasks done · {} · {}", state_->count(Outcome::completed),
                    state_->tasks.size(), human_duration(state_->time_spent()), cost_text(state_->usage())));
    if (options_.quiet) return;
    if (!options_.runs_directory.empty()) {
      add(Ink::plain, "  files     " +
                          path_text(options_.runs_directory + "/" + file_name_of(state_->started.run.value)));
    }
    if (!options_.handoff.empty() && state_->count(Outcome::completed) > 0)
      add(Ink::plain, "  hand-off  " + path_text(options_.handoff));
    if (!options_.summary.empty() && good) add(Ink::plain, "  summary   " + path_text(options_.summary));
    if (!good) {
      add(Ink::plain, "  next      " + resume_command(waits));
    } else if (!state_->started.base_commit.empty()) {
      add(Ink::plain,
          "  review    git log --stat " + shown(state_->started.base_commit.substr(0, 12)) + "..");
    }
  }

  void agent(const AgentEvent& event) {
    if (options_.quiet) return;
    if (options_.verbose) {
      if (const auto* said = std::get_if<AgentText>(&event))
        return add_block(said->text, "    │ ", k_text_lines, Ink::plain);
      if (const auto* result = std::get_if<ToolResult>(&event))
        return add_block(result->text, "      ", k_result_lines, result->is_error ? Ink::bad : Ink::faint);
    } else if (!std::holds_alternative<ToolCall>(event) && !std::holds_alternative<ApiRetry>(event) &&
               !std::holds_alternative<Notice>(event)) {
      return;
    }
    const std::string live = live_line(event);
    if (!live.empty()) add(Ink::faint, "    " + live);
    const auto* call = std::get_if<ToolCall>(&event);
    if (call && options_.verbose) add_block(call->input, "      ", k_text_lines, Ink::faint);
  }

  void progress(std::string_view line) {
    if (!options_.quiet) add(Ink::faint, "… " + one_line(line, k_columns));
  }

 private:
  void add(Ink ink, const std::string& line) {
    text_ += inked(line, options_.colour ? ink : Ink::plain) + "\n";
  }

  /// Several lines of somebody else's text; the last ones when `from_end`.
  void add_block(std::string_view text, const std::string& margin, std::size_t limit, Ink ink,
                 bool from_end = false) {
    const std::vector<std::string_view> lines = lines_of(trim(text));
    const std::size_t count = std::min(lines.size(), limit);
    const std::size_t left_out = lines.size() - count;
    if (from_end && left_out > 0) add(ink, margin + "… " + counted(left_out, "line") + " before");
    for (std::size_t i = 0; i < count; ++i)
      add(ink, margin + printable(bounded_line(lines[from_end ? left_out + i : i])));
    if (!from_end && left_out > 0) add(ink, margin + "… " + counted(left_out, "more line"));
  }

  static std::string bounded_line(std::string_view line) {
    const std::string_view part = utf8_prefix(line, 4 * k_columns);
    return std::string(part) + (part.size() < line.size() ? "…" : "");
  }

  /// What a reviewer said: nothing to object, a finding, or no verdict.
  void add_review(const Evidence& check) {
    const std::string words = one_line(check.command, 2 * k_columns);
    switch (check.verdict) {
      case Verdict::passed:
        return add(Ink::good, with_detail("    ✓ " + words, check.detail));
      case Verdict::failed:
        return add(Ink::bad, "    ✗ blocking finding  " + words);
      case Verdict::manual:
        return add(Ink::attention, "    ? finding, for a person  " + words);
      default:
        return add(Ink::attention, with_detail("    - " + words, check.detail));
    }
  }

  void add_check(const Evidence& check) {
    if (check.kind == CheckKind::review && check.verdict != Verdict::overridden) return add_review(check);
    const std::string command = shown(check.command) + "  (" + human_duration(check.duration) + ")";
    switch (check.verdict) {
      case Verdict::passed:
        return add(Ink::good, "    ✓ check passed  " + command);
      case Verdict::failed:
        add(Ink::bad, "    ✗ check failed  " + command);
        break;
      case Verdict::infra_error:
        add(Ink::bad, "    ✗ check could not run  " + command);
        break;
      case Verdict::overridden:
        add(Ink::attention, "    ! check overridden  " + shown(check.command));
        return add(Ink::attention, "      " + shown(check.detail));
      case Verdict::manual:
        return add(Ink::attention, "    ? for a person  " + shown(check.command));
      default:
        return add(Ink::attention, with_detail("    - not checked  " + shown(check.command), check.detail));
    }
    if (!check.detail.empty()) add(Ink::bad, "      " + shown(check.detail));
    add_block(check.output, "      │ ", k_output_lines, Ink::faint, /*from_end=*/true);
  }

  void add_scenario(const ScenarioResult& scenario) {
    switch (scenario.status) {
      case ScenarioStatus::passed:
        return add(Ink::good, "    ✓ the agent ran the scenario: passed");
      case ScenarioStatus::failed:
        add(Ink::bad, std::string("    ✗ the agent ran the scenario: failed") +
                          (scenario.fixable ? ", can be mended" : ", cannot be mended in the code"));
        break;
      case ScenarioStatus::unclear:
        add(Ink::attention, "    ? the agent ran the scenario: unclear");
        break;
    }
    add_block(scenario.diagnosis, "      │ ", k_output_lines, Ink::faint);
  }

  void add_question(const Question& question) {
    add_block(question.text, "    ", k_text_lines, Ink::plain);
    for (std::size_t i = 0; i < question.options.size(); ++i)
      add(Ink::plain, fmt::format("      {}. {}", i + 1, shown(question.options[i])));
    if (!question.recommendation.empty())
      add(Ink::plain, "    recommended: " + shown(question.recommendation));
    add(Ink::plain, "    answer with: " + resume_command(/*with_answer=*/true));
  }

  /// A finished task as one line; below it only what a person has to act on.
  void add_collapsed(const TaskFinished& record, const TaskState* task, const std::string& name) {
    const std::string facts = all_figures(task);
    switch (record.outcome) {
      case Outcome::completed:
        add(Ink::good, task && task->attempts.empty()
                           ? with_detail("✓ " + name + " · completed", record.detail)
                           : "✓ " + name + facts);
        break;
      case Outcome::needs_human:
        add(Ink::attention, "? " + name + " · needs a person" + facts);
        if (task && task->question) add_question(*task->question);
        return;
      case Outcome::skipped:
        return add(Ink::faint, with_detail("- " + name + " · skipped", record.detail));
      default:
        add(Ink::bad, "✗ " + name + " · " + outcome_words(record.outcome) + facts);
        if (!trim(record.detail).empty()) add(Ink::bad, "    " + one_line(record.detail, 2 * k_columns));
    }
    if (!task || task->attempts.empty()) return;
    for (const Evidence& check : task->attempts.back().evidence) {
      const bool finding = check.kind == CheckKind::review && check.verdict == Verdict::manual;
      if (finding || check.verdict == Verdict::failed || check.verdict == Verdict::infra_error)
        add_check(check);
    }
  }

  /// " · 4 min 05 s · 2 attempts · 12 turns · 12k in (+180k cached), 3.2k out · $0.42 · checks: 2
  /// passed · 353a395"
  static std::string all_figures(const TaskState* task) {
    if (!task || task->attempts.empty()) return {};
    const Usage usage = task->usage();
    std::string text = " · " + human_duration(task->time_spent());
    if (task->attempts.size() > 1) text += " · " + counted(task->attempts.size(), "attempt");
    if (usage.turns) text += " · " + counted(*usage.turns, "turn");
    if (const std::string tokens = token_text(usage); !tokens.empty()) text += " · " + tokens;
    if (usage.cost_usd) text += " · " + cost_text(usage);
    if (const auto& checks = task->attempts.back().evidence; !checks.empty())
      text += " · checks: " + ledger_counts(checks);
    if (!task->commit.empty()) text += " · " + shown(task->commit.substr(0, 7));
    return text;
  }

  static std::string shown(std::string_view text) { return one_line(text, k_columns); }

  /// Paths and commands are shown whole, so that they can be pasted.
  static std::string path_text(std::string_view path) { return printable(path); }

  static std::string with_detail(std::string line, std::string_view detail) {
    if (!trim(detail).empty()) line += ": " + one_line(detail, 2 * k_columns);
    return line;
  }

  std::string resume_command(bool with_answer) const {
    const std::string& plan =
        options_.plan_argument.empty() ? state_->started.plan_path : options_.plan_argument;
    return "milepost resume " + printable(shell_quote(plan)) + (with_answer ? " --answer TEXT" : "");
  }

  static std::string milestone(const RunStarted& started) {
    return shown(started.plan_id) + "  " + shown(started.plan_title);
  }

  std::string title(const TaskId& id) const {
    const TaskState* task = state_->find(id);
    return task ? task->planned.title : std::string();
  }

  /// " · 4 min 05 s · 12 turns · $0.42"
  static std::string figures(const TaskState* task) {
    if (!task || task->attempts.empty()) return {};
    const Usage usage = task->usage();
    std::string text = " · " + human_duration(task->time_spent());
    if (usage.turns) text += " · " + counted(*usage.turns, "turn");
    if (usage.cost_usd) text += " · " + cost_text(usage);
    return text;
  }

  const ConsoleOptions& options_;
  const RunState* state_;  ///< null only for what is not a run event
  std::string text_;
};

}  // namespace

std::string run_event_lines(const RunRecord& record, const RunState& state, const ConsoleOptions& options) {
  Page page(options, &state);
  std::visit(page, record);
  return std::move(page).text();
}

std::string agent_event_lines(const AgentEvent& event, const ConsoleOptions& options) {
  Page page(options, nullptr);
  page.agent(event);
  return std::move(page).text();
}

std::string progress_lines(std::string_view line, const ConsoleOptions& options) {
  Page page(options, nullptr);
  page.progress(line);
  return std::move(page).text();
}

}  // namespace milepost
