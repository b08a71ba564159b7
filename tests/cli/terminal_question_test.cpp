#include "cli/terminal_question.hpp"

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
  CHECK(answer("3\n", task) == "3");
  CHECK(answer("blue, please\n", task) == "blue, please");
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
