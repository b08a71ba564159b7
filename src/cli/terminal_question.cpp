#include "terminal_question.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/login_name.hpp"
#include "milepost/base/stop_fd.hpp"
#include "milepost/base/text.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>

namespace milepost {

namespace {

/// A number picks an option; anything else is the answer itself.
std::string chosen(const Question& question, const std::string& line) {
  const std::string_view word = trim(line);
  for (std::size_t i = 0; i < question.options.size(); ++i) {
    if (word == std::to_string(i + 1)) return question.options[i];
  }
  return std::string(word);
}

const TaskState* open_question(const RunState& state) {
  for (const TaskState& task : state.tasks) {
    if (task.outcome == Outcome::needs_human) return &task;
  }
  return nullptr;
}

}  // namespace

std::optional<std::string> read_line(const App& app, const std::string& prompt) {
  app.make_way();
  ::tcflush(STDIN_FILENO, TCIFLUSH);  // what was typed before the question is no answer to it
  std::fputs(prompt.c_str(), stderr);
  std::fflush(stderr);
  const StopFd stopped(app.stop());
  std::string line;
  while (true) {
    pollfd ready[] = {{STDIN_FILENO, POLLIN, 0}, {stopped.get(), POLLIN, 0}};
    if (::poll(ready, 2, -1) < 0) continue;
    if (ready[1].revents) return std::nullopt;
    char c = 0;
    const ssize_t got = ::read(STDIN_FILENO, &c, 1);
    if (got == 0) return std::nullopt;
    if (got < 0) continue;
    if (c == '\n') return line;
    line += c;
  }
}

Orchestrator::Ask terminal_asker(const App& app) {
  if (!app.interactive) return {};
  return [&app](const TaskState& task) -> std::optional<std::string> {
    const Question question = task.question.value_or(Question{task.detail, {}, {}});
    const std::string how = question.options.empty() ? "your answer (empty: stop here)"
                                                     : "a number, or your own answer (empty: stop here)";
    const auto line = read_line(app, how + "> ");
    if (!line || trim(*line).empty()) return std::nullopt;
    return chosen(question, *line);
  };
}

void answer_open_question(const App& app, Orchestrator& orchestrator,
                          const std::optional<std::string>& answer, const Plan& plan) {
  const TaskState* task = open_question(orchestrator.state());
  if (!task) {
    if (answer)
      throw UsageError("no question is open in this run",
                       "milepost resume " + shell_quote(plan.path) + " without --answer");
    return;
  }
  const Question question = task->question.value_or(Question{task->detail, {}, {}});
  std::optional<std::string> text;
  if (answer)
    text = chosen(question, *answer);
  else if (const auto ask = terminal_asker(app)) {
    app.say("? " + task->planned.id.value + "  " + printable(question.text, /*keep_newlines=*/true));
    for (std::size_t i = 0; i < question.options.size(); ++i)
      app.say("    " + std::to_string(i + 1) + ". " + printable(question.options[i]));
    text = ask(*task);
  }
  if (!text || trim(*text).empty()) {
    throw Error(ExitCode::needs_human,
                "task " + task->planned.id.value + " waits for an answer: " + one_line(question.text, 300),
                "milepost resume " + shell_quote(plan.path) + " --answer 'TEXT'");
  }
  orchestrator.record(
      QuestionAnswered{task->planned.id, *text, login_name(), answer ? "--answer" : "terminal"});
}

}  // namespace milepost
