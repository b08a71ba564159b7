#include "milepost/cli/command.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace milepost;

namespace {

std::string source(const std::string& name) {
  const std::string text = test::slurp(std::filesystem::path(MILEPOST_TEST_SOURCE) / name);
  REQUIRE_MESSAGE(!text.empty(), name);
  return text;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The part of a document from this heading to the next one of the same depth.
std::string chapter(const std::string& text, const std::string& heading, const std::string& mark) {
  const std::size_t begin = text.find("\n" + heading + "\n");
  REQUIRE_MESSAGE(begin != std::string::npos, heading);
  const std::size_t after = begin + heading.size() + 2;
  const std::size_t end = text.find("\n" + mark, after);
  return text.substr(after, end == std::string::npos ? end : end - after);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::string written(const OptionInfo& option) {
  return "--" + option.name + (option.argument.empty() ? "" : " " + option.argument);
}

/// A text with roff's escapes taken out.
std::string plain(std::string text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == 'f') {
      i += 2;
    } else if (text[i] != '\\') {
      out += text[i];
    }
  }
  return out;
}

std::string exit_row(const ExitCodeInfo& info) {
  return "| " + std::to_string(static_cast<int>(info.code)) + " | " + std::string(info.name) + " | " +
         std::string(info.meaning) + " |";
}

}  // namespace

TEST_CASE("README and docs/commands.md have the table of exit codes") {
  for (const char* name : {"README.md", "docs/commands.md"}) {
    CAPTURE(name);
    const std::string text = source(name);
    for (const ExitCodeInfo& info : exit_code_table()) {
      CAPTURE(info.name);
      CHECK(contains(text, exit_row(info)));
    }
  }
}

TEST_CASE("docs/commands.md has every command with its usage, options and examples") {
  const std::string text = source("docs/commands.md");
  for (const CommandInfo& command : command_table()) {
    CAPTURE(command.name);
    const std::string about = chapter(text, "## " + command.name, "## ");
    CHECK(contains(about, "milepost " + command.name + (command.takes_rest ? " [OPTIONS]" : "") +
                              (command.arguments.empty() ? "" : " " + command.arguments)));
    if (!command.alias.empty()) CHECK(contains(about, "`" + command.alias + "`"));
    for (const OptionInfo& option : command.options) {
      CAPTURE(option.name);
      CHECK(contains(about, "`" + written(option) + "` | " + option.meaning + " |"));
    }
    for (const std::string& example : command.examples) CHECK(contains(about, example));
    for (const ExitCode code : command.exits) CHECK(contains(about, std::to_string(static_cast<int>(code))));
  }
  const std::string common = chapter(text, "## Options of every command", "## ");
  for (const OptionInfo& option : common_options()) {
    CAPTURE(option.name);
    CHECK(contains(common, "`" + written(option) + "` | " + option.meaning + " |"));
  }
}

TEST_CASE("docs/commands.md describes no option that does not exist") {
  const std::string text = source("docs/commands.md");
  for (const CommandInfo& command : command_table()) {
    const std::string about = chapter(text, "## " + command.name, "## ");
    for (std::size_t at = about.find("| `--"); at != std::string::npos; at = about.find("| `--", at + 1)) {
      const std::string name = about.substr(at + 5, about.find_first_of(" `", at + 5) - at - 5);
      bool known = false;
      for (const OptionInfo& option : command.options) known = known || option.name == name;
      CHECK_MESSAGE(known, command.name << " --" << name);
    }
  }
}

TEST_CASE("the manual page has every command, option and exit code") {
  const std::string text = plain(source("docs/milepost.1"));
  for (const CommandInfo& command : command_table()) {
    CAPTURE(command.name);
    const std::string about = chapter(
        text, ".SS " + command.name + (command.arguments.empty() ? "" : " " + command.arguments), ".S");
    for (const OptionInfo& option : command.options) {
      CAPTURE(option.name);
      CHECK(contains(about + "\n", written(option) + "\n" + option.meaning + "\n"));
    }
  }
  for (const OptionInfo& option : common_options()) CHECK(contains(text, written(option) + "\n"));
  for (const ExitCodeInfo& info : exit_code_table())
    CHECK(contains(text, ".B " + std::to_string(static_cast<int>(info.code)) + " " + std::string(info.name) +
                             "\n" + std::string(info.meaning) + "\n"));
}

TEST_CASE("no document has an exit code that does not exist") {
  for (const char* name : {"README.md", "docs/commands.md"}) {
    CAPTURE(name);
    const std::string text = source(name);
    const std::size_t begin = text.find("| exit | name | meaning |");
    REQUIRE(begin != std::string::npos);
    const std::string table = text.substr(begin, text.find("\n\n", begin) - begin);
    CHECK(count(table, "\n| ") == exit_code_table().size());
  }
  CHECK(count(chapter(source("docs/milepost.1"), ".SH EXIT STATUS", ".SH "), "\n.B ") ==
        exit_code_table().size());
}

TEST_CASE("the manual page describes no option that does not exist") {
  const std::string text = plain(source("docs/milepost.1"));
  for (const CommandInfo& command : command_table()) {
    const std::string about = chapter(
        text, ".SS " + command.name + (command.arguments.empty() ? "" : " " + command.arguments), ".S");
    CAPTURE(command.name);
    CHECK(count("\n" + about, "\n.TP\n-") == command.options.size());
  }
}
