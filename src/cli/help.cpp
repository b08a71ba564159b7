#include "milepost/base/text.hpp"
#include "milepost/cli/command.hpp"

namespace milepost {

namespace {

constexpr std::size_t k_columns = 80;

/// The words in lines of at most 80 columns, each begun at `indent`; `first` stands in front of the first.
std::string wrapped(std::string first, std::size_t indent, std::string_view words) {
  if (!first.empty() && first.size() + 1 > indent)
    first += "\n" + std::string(indent, ' ');
  else
    first.append(indent - first.size(), ' ');
  std::string text = std::move(first);
  std::size_t column = indent;
  for (const std::string_view word : split(words, ' ')) {
    if (column > indent && column + 1 + word.size() > k_columns) {
      text += "\n" + std::string(indent, ' ');
      column = indent;
    }
    if (column > indent) {
      text += ' ';
      ++column;
    }
    text += word;
    column += word.size();
  }
  return text + "\n";
}

std::string option_line(const OptionInfo& option) {
  std::string left = option.letter ? std::string("  -") + option.letter + ", " : "      ";
  left += "--" + option.name + (option.argument.empty() ? "" : " " + option.argument);
  return wrapped(std::move(left), 29, option.meaning);
}

std::string common_option_lines() {
  std::string text = "\noptions of every command:\n";
  for (const OptionInfo& option : common_options()) text += option_line(option);
  return text;
}

std::string exit_line(const ExitCodeInfo& info) {
  std::string left = "  " + std::to_string(static_cast<int>(info.code));
  left.append(left.size() < 6 ? 6 - left.size() : 0, ' ');
  return wrapped(left + std::string(info.name), 22, info.meaning);
}

std::string usage_of(const CommandInfo& command) {
  return command.name + (command.arguments.empty() ? "" : " " + command.arguments);
}

std::string group_lines(CommandGroup group, const char* title) {
  std::string text = "\n" + std::string(title) + ":\n";
  for (const CommandInfo& command : command_table()) {
    if (command.group == group) text += wrapped("  " + usage_of(command), 26, command.summary);
  }
  return text;
}

}  // namespace

std::string general_help() {
  std::string text =
      "milepost runs a milestone plan with a coding agent and proves what was done.\n\n"
      "usage: milepost COMMAND [ARGUMENTS] [OPTIONS]      more: milepost COMMAND --help\n";
  text += group_lines(CommandGroup::run, "run");
  text += group_lines(CommandGroup::look, "look and undo");
  text += group_lines(CommandGroup::set_up, "set up");
  text += group_lines(CommandGroup::clean, "clean");
  text += common_option_lines() + "\nexit codes:\n";
  std::string codes;
  for (const ExitCodeInfo& info : exit_code_table())
    codes += (codes.empty() ? "" : ", ") + std::to_string(static_cast<int>(info.code)) + "=" +
             std::string(info.name);
  text += wrapped("", 2, codes);
  return text + "\n`milepost COMMAND --help` tells more about a command and its exit codes.\n";
}

std::string command_help(const CommandInfo& command) {
  std::string text = "usage: milepost " + usage_of(command) + " [OPTIONS]\n";
  if (command.takes_rest) text = "usage: milepost " + command.name + " [OPTIONS] " + command.arguments + "\n";
  text += "\n" +
          wrapped("", 0, command.summary + (command.alias.empty() ? "" : " (alias: " + command.alias + ")"));
  if (!command.details.empty()) text += "\n" + wrapped("", 0, command.details);
  if (!command.options.empty()) {
    text += "\noptions:\n";
    for (const OptionInfo& option : command.options) text += option_line(option);
  }
  text += common_option_lines();
  if (!command.exits.empty()) {
    text += "\nexit codes beside 0 and 2:\n";
    for (const ExitCodeInfo& info : exit_code_table()) {
      for (const ExitCode code : command.exits) {
        if (info.code == code) text += exit_line(info);
      }
    }
  }
  if (!command.examples.empty()) {
    text += "\nexamples:\n";
    for (const std::string& example : command.examples) text += "  " + example + "\n";
  }
  return text;
}

}  // namespace milepost
