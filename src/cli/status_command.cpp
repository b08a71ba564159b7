#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/plan/parse.hpp"
#include "milepost/report/report_json.hpp"

#include "commands.hpp"
#include "run_listing.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace milepost {

namespace {

std::string task_line(const TaskState& task) {
  std::string line = "  " + task.planned.id.value + "  " + std::string(to_string(task.outcome)) + "  " +
                     one_line(task.planned.title, 80);
  if (!task.commit.empty()) line += "  " + task.commit.substr(0, 10);
  if (task.outcome != Outcome::completed && !task.detail.empty())
    line += "\n        " + one_line(task.detail, 300);
  if (task.question && task.outcome == Outcome::needs_human) {
    for (std::size_t i = 0; i < task.question->options.size(); ++i) {
      line += "\n        " + std::to_string(i + 1) + ". " + one_line(task.question->options[i], 200);
    }
    if (!task.question->recommendation.empty())
      line += "\n        recommended: " + one_line(task.question->recommendation, 200);
  }
  return line + "\n";
}

std::string run_text(const RunSummary& run) {
  std::string text = run_line(run) + "\n";
  if (!run.state) return text;
  for (const TaskState& task : run.state->tasks) text += task_line(task);
  text += "  files: " + run.directory.string() + "\n";
  if (!run.live && run.state->count(Outcome::completed) < run.state->tasks.size()) {
    text += "  next: milepost resume " + shell_quote(run.state->started.plan_path) +
            (run.state->count(Outcome::needs_human) > 0 ? " --answer 'TEXT'" : "") + "\n";
  }
  return text;
}

}  // namespace

ExitCode status_command(App& app, const Invocation& invocation) {
  const RunStore store = app.store(app.code_folder());
  std::vector<RunSummary> shown;
  if (invocation.arguments.empty()) {
    std::set<std::string> plans;
    for (RunSummary& run : store.runs()) {
      if (!run.state || plans.insert(run.state->started.plan_path).second) shown.push_back(std::move(run));
    }
  } else if (auto latest = store.latest(invocation.arguments.front())) {
    shown.push_back(std::move(*latest));
  }
  if (shown.empty()) {
    app.say(invocation.arguments.empty() ? "no runs in this repository yet"
                                         : "no run of " + invocation.arguments.front() + " yet");
    if (app.json) app.print("{\"runs\": []}");
    return ExitCode::ok;
  }
  if (app.json) {
    nlohmann::ordered_json runs = nlohmann::ordered_json::array();
    for (const RunSummary& run : shown) {
      if (!run.state)
        runs.push_back({{"run", run.id.value}, {"problem", run.problem}});
      else {
        auto report = nlohmann::ordered_json::parse(report_json(*run.state));
        report["live"] = run.live;
        runs.push_back(std::move(report));
      }
    }
    app.print(nlohmann::ordered_json{{"runs", runs}}.dump(2));
    return ExitCode::ok;
  }
  std::string text;
  for (const RunSummary& run : shown) text += run_text(run);
  app.print(text);
  return ExitCode::ok;
}

}  // namespace milepost
