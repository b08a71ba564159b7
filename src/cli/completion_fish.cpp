#include "milepost/base/text.hpp"

#include "completion.hpp"

namespace milepost {

namespace {

/// Within '…' of fish.
std::string quoted_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string choice_words(const ArgumentChoices& choices) {
  std::string words;
  if (choices.directories) words += " -x -a '(__fish_complete_directories)'";
  if (choices.files) words += " -r -F";
  if (!choices.command.empty()) words += " -x -a '(" + choices.command + " 2>/dev/null)'";
  if (!choices.words.empty())
    words += std::string(choices.files ? "" : " -x") + " -a " + quoted_text(join(choices.words, " "));
  return words;
}

std::string option_line(const std::string& condition, const OptionInfo& option) {
  std::string line = "complete -c milepost" + condition + " -l " + option.name;
  if (option.letter) line += std::string(" -s ") + option.letter;
  if (!option.argument.empty()) {
    const std::string choices = choice_words(choices_of(option));
    line += choices.empty() ? " -x" : choices;
  }
  return line + " -d " + quoted_text(option.meaning) + "\n";
}

}  // namespace

std::string fish_completion() {
  std::string text =
      "# fish completion for milepost; made by `milepost completion fish`\n"
      "complete -c milepost -f\n";
  for (const OptionInfo& option : common_options()) text += option_line("", option);
  for (const CommandInfo& command : command_table()) {
    text += "complete -c milepost -n __fish_use_subcommand -a " + command.name + " -d " +
            quoted_text(command.summary) + "\n";
    const std::string seen = " -n '__fish_seen_subcommand_from " + command.name +
                             (command.alias.empty() ? "" : " " + command.alias) + "'";
    for (const OptionInfo& option : command.options) text += option_line(seen, option);
    const ArgumentChoices choices = choices_of(command);
    if (!choices.command.empty())
      text += "complete -c milepost" + seen + " -a '(" + choices.command + " 2>/dev/null)'\n";
    if (choices.files) text += "complete -c milepost" + seen + " -F\n";
    if (!choices.words.empty())
      text += "complete -c milepost" + seen + " -a " + quoted_text(join(choices.words, " ")) + "\n";
  }
  return text;
}

}  // namespace milepost
