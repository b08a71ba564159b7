#include "milepost/cli/invocation.hpp"

#include "milepost/base/error.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

using Words = std::vector<std::string>;

/// Message and next step of the refusal; "" when there is none.
std::string refusal(const Words& words) {
  try {
    static_cast<void>(parse_command_line(words));
  } catch (const UsageError& error) {
    return std::string(error.what()) + " | " + error.next_step();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("options may stand before, between and after a command's words") {
  for (const Words& words : {Words{"-C", "d", "task", "p.md", "3.4", "--retries", "0", "-v"},
                             Words{"task", "-C", "d", "p.md", "--retries=0", "3.4", "-v"},
                             Words{"-v", "task", "p.md", "3.4", "--retries", "0", "-Cd"},
                             Words{"-vC", "d", "task", "--retries", "0", "p.md", "3.4"}}) {
    const Invocation got = parse_command_line(words);
    CHECK(got.command == "task");
    CHECK(got.arguments == Words{"p.md", "3.4"});
    CHECK(got.value("directory") == "d");
    CHECK(got.value("retries") == "0");
    CHECK(got.has("verbose"));
    CHECK_FALSE(got.has("quiet"));
  }
}

TEST_CASE("a repeated option keeps all its values in order") {
  const Invocation got =
      parse_command_line({"run", "--verify", "make test", "p.md", "--verify", "a=b", "--set", "x=1"});
  CHECK(got.values("verify") == Words{"make test", "a=b"});
  CHECK(got.values("set") == Words{"x=1"});
  CHECK(got.values("secret").empty());
}

TEST_CASE("the last value of a scalar option wins") {
  CHECK(parse_command_line({"run", "p.md", "--retries", "1", "--retries", "2"}).value("retries") == "2");
}

TEST_CASE("a value may begin with a dash or look like a command") {
  CHECK(parse_command_line({"task", "p", "1", "--guidance", "-v is fine"}).value("guidance") == "-v is fine");
  CHECK(parse_command_line({"--harness", "run", "status"}).command == "status");
}

TEST_CASE("everything after two dashes belongs to the command that is run") {
  const Invocation got = parse_command_line({"exec", "-v", "--", "ls", "--json", "--", "-x"});
  CHECK(got.rest == Words{"ls", "--json", "--", "-x"});
  CHECK_FALSE(got.has("json"));
}

TEST_CASE("help and version need no arguments, with or without a command") {
  CHECK(parse_command_line({"--help"}).has("help"));
  CHECK(parse_command_line({"-h"}).command.empty());
  CHECK(parse_command_line({"task", "--help"}).command == "task");
  CHECK(parse_command_line({"--help", "task"}).has("help"));
  CHECK(parse_command_line({"--version"}).has("version"));
  CHECK(parse_command_line({"task", "--version"}).has("version"));
  CHECK(parse_command_line({}).command.empty());
}

TEST_CASE("an alias gives the command's own name") {
  CHECK(parse_command_line({"build"}).command == "setup");
  CHECK(parse_command_line({"health"}).command == "doctor");
}

TEST_CASE("F62: a command line that makes no sense is refused with the word, the cause and the next step") {
  struct Row {
    Words words;
    std::string says;
  };
  for (const Row& row : {
           Row{{"runn", "p"}, "unknown command 'runn'; did you mean 'run'? | milepost --help"},
           Row{{"zzzzzz"}, "unknown command 'zzzzzz' |"},
           Row{{"run", "p", "--verfy", "x"},
               "unknown option --verfy; did you mean --verify? | milepost run --help"},
           Row{{"--vers"}, "unknown option --vers; did you mean --version?"},
           Row{{"run", "p", "--verif", "x"}, "unknown option --verif; did you mean --verify?"},
           Row{{"plan", "p", "--retries", "1"}, "unknown option --retries"},
           Row{{"-x"}, "unknown option -x"},
           Row{{"run", "p", "--verify"}, "--verify"},
           Row{{"plan", "p", "--json=yes"}, "--json"},
           Row{{"run", "p", "--verify="}, "--verify"},
           Row{{"run"}, "run: an argument is missing | usage: milepost run PLAN"},
           Row{{"task", "p"}, "task: an argument is missing | usage: milepost task PLAN TASK_ID"},
           Row{{"plan", "a", "b"}, "plan: surplus argument 'b' | usage: milepost plan PLAN"},
           Row{{"exec", "ls"}, "exec: surplus argument 'ls'"},
           Row{{"run", "a", "--", "b"}, "run takes nothing after --"},
       }) {
    CAPTURE(row.says);
    const std::string said = refusal(row.words);
    CAPTURE(said);
    CHECK(contains(said, row.says));
  }
}

TEST_CASE("an unknown word that would act on a terminal is shown harmless") {
  CHECK_FALSE(contains(refusal({"\x1b[31mrun"}), "\x1b"));
  CHECK_FALSE(contains(refusal({"--\x1b[31mrun"}), "\x1b"));
}
