#include "milepost/base/text.hpp"
#include "milepost/cli/command.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

using namespace milepost;
namespace fs = std::filesystem;

namespace {

/// Compares with tests/cli/data/NAME.txt; with MILEPOST_WRITE_GOLDEN set it writes the file instead.
void check_golden(const std::string& name, const std::string& text) {
  const fs::path file = fs::path(MILEPOST_TEST_DATA) / (name + ".txt");
  if (std::getenv("MILEPOST_WRITE_GOLDEN")) std::ofstream(file) << text;
  CAPTURE(name);
  REQUIRE(fs::exists(file));
  CHECK(text == test::slurp(file));
}

void check_screen(const std::string& text) {
  CHECK(lines_of(text).size() <= 70);
  for (const std::string_view line : lines_of(text)) {
    CAPTURE(line);
    CHECK(line.size() <= 80);
    CHECK((line.empty() || line.back() != ' '));
  }
}

}  // namespace

TEST_CASE("the general help is one screen and as recorded") {
  check_screen(general_help());
  check_golden("help", general_help());
}

TEST_CASE("the help of every command is one screen and as recorded") {
  for (const CommandInfo& command : command_table()) {
    CAPTURE(command.name);
    check_screen(command_help(command));
    check_golden("help-" + command.name, command_help(command));
  }
}

TEST_CASE("the general help names every command and exit code") {
  const std::string help = general_help();
  for (const CommandInfo& command : command_table())
    CHECK(help.find("\n  " + command.name + " ") != std::string::npos);
  for (const ExitCodeInfo& info : exit_code_table()) {
    CAPTURE(info.name);
    CHECK(help.find(" " + std::to_string(static_cast<int>(info.code)) + "=" + std::string(info.name)) !=
          std::string::npos);
  }
}

TEST_CASE("every example of the help is a command line that is understood") {
  for (const CommandInfo& command : command_table()) {
    CHECK_FALSE(command.examples.empty());
    for (const std::string& example : command.examples) {
      CAPTURE(example);
      std::vector<std::string> words;
      bool quoted = false, open = false;
      for (const char c : example) {
        if (c == '\'') {
          quoted = !quoted;
        } else if (c == ' ' && !quoted) {
          open = false;
        } else {
          if (!open) words.emplace_back();
          open = true;
          words.back() += c;
        }
      }
      REQUIRE(words.size() > 1);
      CHECK(words.front() == "milepost");
      words.erase(words.begin());
      CHECK(parse_command_line(words).command == command.name);
    }
  }
}
