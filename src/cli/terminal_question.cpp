#include "terminal_question.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
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

/// A number that is neither of an option nor an option itself: a slip of the finger more likely than an
/// answer.
bool misses(const Question& question, std::string_view answer) {
  const std::string word(trim(answer));
  if (question.options.empty() || word.empty() || word.find_first_not_of("0123456789") != std::string::npos)
    return false;
  for (std::size_t i = 0; i < question.options.size(); ++i) {
    const std::string& option = question.options[i];
    const bool is_its_id =
        option == word || option.starts_with(word + ":") || option.starts_with(word + " (");
    if (is_its_id || word == std::to_string(i + 1)) return false;
  }
  return true;
}

const TaskState* open_question(const RunState& state) {
  for (const TaskState& task : state.tasks) {
    if (task.outcome == Outcome::needs_human) return &task;
  }
  return nullptr;
}

Question question_of(const TaskState& task) {
  return task.question.value_or(Question{task.detail, {}, {}});
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
    const Question question = question_of(task);
    const std::string how = question.options.empty() ? "your answer (empty: stop here)"
                                                     : "a number, or your own answer (empty: stop here)";
    while (true) {
      const auto line = read_line(app, how + "> ");
      if (!line || trim(*line).empty()) return std::nullopt;
      if (!misses(question, *line)) return chosen(question, *line);
      app.complain("there is no option " + one_line(trim(*line), 40) + ", only 1 to " +
                   std::to_string(question.options.size()) + "; an answer of your own needs a word");
    }
  };
}

std::optional<std::string> given_answer(const Invocation& invocation) {
  auto answer = invocation.value("answer");
  if (!answer) return std::nullopt;
  const std::string next = "--answer TEXT, or --answer @FILE";
  if (*answer == "@") throw UsageError("--answer @: the name of a file is missing", next);
  const std::string source = answer->starts_with('@') ? one_line(*answer, 300) + " is empty" : "it is empty";
  if (answer->starts_with('@')) answer = read_file(answer->substr(1));
  if (trim(*answer).empty()) throw UsageError("--answer: " + source, next);
  return answer;
}

void check_answer(const RunState& state, const std::string& answer) {
  const TaskState* task = open_question(state);
  if (!task)
    throw UsageError("no question is open in this run",
                     "milepost resume " + shell_quote(state.started.plan_path) + " without --answer");
  if (!misses(question_of(*task), answer)) return;
  std::string options;
  for (const std::string& option : question_of(*task).options)
    options += (options.empty() ? "" : ", ") + ("'" + one_line(option, 60) + "'");
  throw UsageError("--answer " + one_line(trim(answer), 40) + ": the question of task " +
                       task->planned.id.value + " has no such option, only " + options,
                   "give the option's number, counted from 1, or an answer of your own with a word in it");
}

void answer_open_question(const App& app, Orchestrator& orchestrator,
                          const std::optional<std::string>& answer, const Plan& plan) {
  const TaskState* task = open_question(orchestrator.state());
  if (!task) return;
  const Question question = question_of(*task);
  std::optional<std::string> text;
  if (answer) {
    check_answer(orchestrator.state(), *answer);
    text = chosen(question, *answer);
  } else if (const auto ask = terminal_asker(app)) {
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
