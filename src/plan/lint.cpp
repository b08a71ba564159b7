#include "lint.hpp"

#include "milepost/base/text.hpp"
#include "milepost/plan/pattern.hpp"

#include "file_list.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_most_remarks = 200;  // of one kind

void warn_of_path(Plan& plan, const std::string& path, const std::string& owner, const Span& at) {
  if (!leaves_code_folder(path)) return;
  plan.diagnostics.push_back({Severity::warning, "path-escapes", at,
                              "'" + one_line(path, 200) + "' of " + owner + " lies outside the code folder",
                              "name files relative to the code folder"});
}

void lint_paths(Plan& plan) {
  const bool told_already = plan.format == PlanFormat::milestone_markdown;
  const Span top{1, 1, 1};
  for (const std::string& file : plan.files_modified) warn_of_path(plan, file, "files_modified", top);
  for (const Artifact& artifact : plan.must_haves.artifacts)
    warn_of_path(plan, artifact.path, "an artifact", artifact.at);
  if (told_already) return;
  for (const Task& task : plan.tasks) {
    for (const std::string& file : task.files)
      warn_of_path(plan, file, "task " + task.id.value, {task.at.line, task.at.column, task.at.line});
  }
}

void lint_patterns(Plan& plan) {
  std::size_t left = k_most_remarks;
  for (const KeyLink& link : plan.must_haves.key_links) {
    if (!link.pattern || left == 0) continue;
    const PatternCheck check = check_pattern(*link.pattern);
    if (check.fault == PatternFault::none) continue;
    --left;
    const std::string pattern = "pattern '" + one_line(*link.pattern, 80) + "'";
    if (check.fault == PatternFault::invalid) {
      plan.diagnostics.push_back(
          {Severity::warning, "invalid-pattern", link.at,
           pattern + " is no regular expression (" + check.reason + "); it is looked for as it stands",
           "escape ( ) [ ] { } . * + ? with a backslash where they mean themselves"});
    } else {
      plan.diagnostics.push_back(
          {Severity::warning, "costly-pattern", link.at,
           pattern + " may take very long: " + check.reason + "; it is looked for as it stands",
           "write a simpler one"});
    }
  }
}

void lint_commands(Plan& plan) {
  std::size_t left = k_most_remarks;
  const auto look = [&](const PlanCommand& command, const std::string& owner) {
    const std::string_view reason = why_it_cannot_fail(command.run);
    if (reason.empty() || left == 0) return;
    --left;
    plan.diagnostics.push_back({Severity::warning, "cannot-fail", command.at,
                                "the check of " + owner + " proves nothing: " + std::string(reason),
                                "write a command that fails when the task is not done"});
  };
  for (const Task& task : plan.tasks) {
    for (const PlanCommand& command : task.verify) look(command, "task " + task.id.value);
    for (const PlanCommand& command : task.smoke_commands) look(command, "task " + task.id.value);
  }
  for (const E2E& e2e : plan.e2e) {
    for (const PlanCommand& command : e2e.commands) look(command, "'" + one_line(e2e.heading, 80) + "'");
  }
}

void lint_checkpoints(Plan& plan) {
  if (plan.format != PlanFormat::gsd || !plan.autonomous) return;
  for (const Task& task : plan.tasks) {
    if (!task.checkpoint) continue;
    plan.diagnostics.push_back(
        {Severity::warning,
         "checkpoint-in-autonomous",
         {task.at.line, task.at.column, task.at.line},
         "task " + task.id.value + " waits for a person, but the plan says it is autonomous",
         "set autonomous: false"});
  }
}

/// The last command of a shell text, and what stands before it: ";", "&&", "||", "|", "\n" or nothing.
struct LastCommand {
  std::string_view text;
  std::string_view joint;
};

LastCommand last_command(std::string_view run) {
  LastCommand last{run, {}};
  char quote = 0;
  for (std::size_t i = 0; i < run.size(); ++i) {
    const char c = run[i];
    if (c == '\\' && quote != '\'') {
      ++i;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '#' && (i == 0 || run[i - 1] == ' ' || run[i - 1] == '\n')) {
      while (i + 1 < run.size() && run[i + 1] != '\n') ++i;
    } else if (c == ';' || c == '\n' || c == '|' || (c == '&' && i + 1 < run.size() && run[i + 1] == '&')) {
      const std::size_t length = i + 1 < run.size() && c != ';' && c != '\n' && run[i + 1] == c ? 2 : 1;
      std::string_view rest = run.substr(i + length);
      std::string_view words = trim(rest);
      if (words.starts_with('#') && words.find('\n') == std::string_view::npos) words = {};
      if (!words.empty()) last = {words, run.substr(i, length)};
      i += length - 1;
    }
  }
  last.text = trim(last.text);
  const std::size_t comment = last.text.find(" #");
  last.text = trim(last.text.substr(0, comment));
  while (last.text.ends_with(';')) last.text = trim(last.text.substr(0, last.text.size() - 1));
  return last;
}

bool runs_something(std::string_view run) {
  for (const std::string_view line : lines_of(run)) {
    const std::string_view words = trim(line);
    if (!words.empty() && words[0] != '#') return true;
  }
  return false;
}

}  // namespace

std::string_view why_it_cannot_fail(std::string_view run) {
  if (!runs_something(run)) return "it is empty";
  const LastCommand last = last_command(run);
  const bool succeeds = last.text == "true" || last.text == ":" || last.text == "exit 0";
  if (last.joint == "||" && (succeeds || last.text.starts_with("echo ") || last.text == "echo"))
    return "what stands behind its last '||' hides every failure";
  if (succeeds && last.joint != "&&") return "it ends with a command that always succeeds";
  return {};
}

void lint_cycles(Plan& plan, const std::vector<Span>& at) {
  std::map<TaskId, std::size_t> position;
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) position.emplace(plan.tasks[i].id, i);
  // Tasks leave in rounds when all they depend on has left; what stays lies on a cycle or behind one.
  std::vector<std::size_t> waits(plan.tasks.size(), 0);
  std::vector<std::vector<std::size_t>> followers(plan.tasks.size());
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    for (const TaskId& id : plan.tasks[i].depends_on) {
      const auto before = position.find(id);
      if (before == position.end()) continue;
      ++waits[i];
      followers[before->second].push_back(i);
    }
  }
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < waits.size(); ++i) {
    if (waits[i] == 0) free.push_back(i);
  }
  for (std::size_t next = 0; next < free.size(); ++next) {
    for (const std::size_t follower : followers[free[next]]) {
      if (--waits[follower] == 0) free.push_back(follower);
    }
  }
  const auto stuck = [&](std::size_t i) { return waits[i] > 0; };
  std::vector<bool> told(plan.tasks.size(), false);
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    if (!stuck(i) || told[i]) continue;
    // From any stuck task the way back over stuck ones comes to a cycle.
    std::vector<std::size_t> way;
    std::vector<bool> seen(plan.tasks.size(), false);
    std::size_t now = i;
    while (!seen[now] && !told[now]) {
      seen[now] = true;
      way.push_back(now);
      for (const TaskId& id : plan.tasks[now].depends_on) {
        const auto before = position.find(id);
        if (before == position.end() || !stuck(before->second)) continue;
        now = before->second;
        break;
      }
    }
    const bool new_cycle = seen[now] && !told[now];
    for (const std::size_t task : way) told[task] = true;
    if (!new_cycle) continue;
    std::string names;
    for (auto task = std::find(way.begin(), way.end(), now); task != way.end(); ++task)
      names += plan.tasks[*task].id.value + " -> ";
    names += plan.tasks[now].id.value;
    plan.diagnostics.push_back({Severity::error, "dependency-cycle", at[now],
                                "the tasks depend on each other: " + one_line(names, 400),
                                "remove one of these dependencies"});
  }
}

void lint(Plan& plan) {
  lint_paths(plan);
  lint_patterns(plan);
  lint_commands(plan);
  lint_checkpoints(plan);
}

}  // namespace milepost::parsing
