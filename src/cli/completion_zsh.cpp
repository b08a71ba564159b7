#include "milepost/base/text.hpp"

#include "completion.hpp"

namespace milepost {

namespace {

/// Within '…' of zsh, and within the […] or after a colon of an _arguments specification.
std::string specified(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else if (c == '[' || c == ']' || c == ':' || c == '\\')
      out += std::string("\\") + c;
    else
      out += c;
  }
  return out;
}

std::string action(const ArgumentChoices& choices) {
  // The space keeps _arguments from adding options of its own that _alternative does not know.
  if (!choices.words.empty() && choices.files)
    return " _alternative \"words:word:(" + join(choices.words, " ") + ")\" \"files:file:_files\"";
  if (!choices.words.empty() && choices.words.front().ends_with('='))  // goes on, so no space follows
    return "{compadd -S \"\" -- " + join(choices.words, " ") + "}";
  if (!choices.words.empty()) return "(" + join(choices.words, " ") + ")";
  if (!choices.command.empty()) return "{compadd -- ${(f)\"$(" + choices.command + " 2>/dev/null)\"}}";
  if (choices.directories) return "_files -/";
  return choices.files ? "_files" : "";
}

std::string option_specifications(std::span<const OptionInfo> options) {
  std::string text;
  for (const OptionInfo& option : options) {
    std::string rest = "[" + specified(option.meaning) + "]";
    if (!option.argument.empty()) rest += ":" + specified(option.argument) + ":" + action(choices_of(option));
    const std::string star = option.repeatable ? "*" : "";
    text += " '" + star + "--" + option.name + rest + "'";
    if (option.letter) text += " '" + star + "-" + option.letter + rest + "'";
  }
  return text;
}

std::string argument_specification(const CommandInfo& command) {
  if (command.arguments.empty()) return "";
  return " '*:" + specified(command.arguments) + ":" + action(choices_of(command)) + "'";
}

}  // namespace

std::string zsh_completion() {
  std::string described, branches;
  for (const CommandInfo& command : command_table()) {
    described += "    '" + command.name + ":" + specified(command.summary) + "'\n";
    branches += "        " + command.name + (command.alias.empty() ? "" : "|" + command.alias) +
                ") _arguments -s $common" + option_specifications(command.options) +
                argument_specification(command) + " ;;\n";
  }
  return "#compdef milepost\n"
         "# zsh completion for milepost; made by `milepost completion zsh`\n"
         "_milepost() {\n"
         "  local curcontext=$curcontext state line\n"
         "  local -a commands common\n"
         "  commands=(\n" +
         described +
         "  )\n"
         "  common=(" +
         option_specifications(common_options()) +
         " )\n"
         "  _arguments -s -C $common '1:command:->command' '*::argument:->argument'\n"
         "  case $state in\n"
         "    command) _describe command commands ;;\n"
         "    argument)\n"
         "      case $words[1] in\n" +
         branches +
         "      esac ;;\n"
         "  esac\n"
         "}\n"
         "if [ \"$funcstack[1]\" = _milepost ]; then _milepost \"$@\"; else compdef _milepost milepost; fi\n";
}

}  // namespace milepost
