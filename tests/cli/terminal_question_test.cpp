#include "cli/terminal_question.hpp"

#include "milepost/base/error.hpp"

#include <unistd.h>

#include <doctest/doctest.h>

using namespace milepost;

namespace {

/// These bytes, then end of file, on standard input while it lives.
class TypedInput {
 public:
  explicit TypedInput(const std::string& text) : saved_(::dup(STDIN_FILENO)) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    REQUIRE(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ::close(ends[1]);
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[0]);
  }
  ~TypedInput() {
    ::dup2(saved_, STDIN_FILENO);
    ::close(saved_);
  }
  TypedInput(const TypedInput&) = delete;
  TypedInput& operator=(const TypedInput&) = delete;

 private:
  int saved_;
};

TaskState asking(std::vector<std::string> options) {
  TaskState task;
  task.planned = {TaskId("1"), "Title", "hash"};
  task.question = Question{"Which?", std::move(options), ""};
  return task;
}

std::optional<std::string> answer(const std::string& typed, const TaskState& task) {
  SignalWatcher signals;
  App app{.directories = {}, .signals = signals, .start_directory = ".", .interactive = true};
  const TypedInput input(typed);
  return terminal_asker(app)(task);
}

}  // namespace

TEST_CASE("a number picks an option, anything else is the answer itself") {
  const TaskState task = asking({"red", "green"});
  CHECK(answer("2\n", task) == "green");
  CHECK(answer(" 1 \n", task) == "red");
  CHECK(answer("blue, please\n", task) == "blue, please");
}

TEST_CASE("a number that is of no option is asked for again") {
  const TaskState task = asking({"red", "green"});
  CHECK(answer("9\n2\n", task) == "green");
  CHECK(answer("0\n3\nport 3\n", task) == "port 3");
  CHECK_FALSE(answer("9\n", task));
  CHECK(answer("8080\n", asking({"80", "8080"})) == "8080");
  CHECK(answer("7\n", asking({"7: rotated files", "8"})) == "7");
}

TEST_CASE("a given number that is of no option is refused with the options") {
  RunState state;
  state.tasks = {asking({"red", "green"})};
  state.tasks[0].outcome = Outcome::needs_human;
  CHECK_NOTHROW(check_answer(state, "2"));
  CHECK_NOTHROW(check_answer(state, "9 of them"));
  std::string refusal;
  try {
    check_answer(state, "9");
  } catch (const UsageError& error) {
    refusal = error.what();
  }
  CHECK(refusal.find("'red', 'green'") != std::string::npos);
  state.tasks[0].question->options.clear();
  CHECK_NOTHROW(check_answer(state, "9"));
}

TEST_CASE("without options a number is an answer") {
  CHECK(answer("2\n", asking({})) == "2");
}

TEST_CASE("an empty line and the end of input stop the run") {
  CHECK_FALSE(answer("\n", asking({"red"})));
  CHECK_FALSE(answer("   \n", asking({"red"})));
  CHECK_FALSE(answer("", asking({"red"})));
  CHECK_FALSE(answer("no line end", asking({"red"})));
}

TEST_CASE("F60: a process that may not ask has no asker") {
  SignalWatcher signals;
  const App app{.directories = {}, .signals = signals, .start_directory = "."};
  CHECK_FALSE(static_cast<bool>(terminal_asker(app)));
}
