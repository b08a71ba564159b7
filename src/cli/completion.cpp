#include "completion.hpp"

#include "milepost/base/text.hpp"
#include "milepost/config/config.hpp"
#include "milepost/harness/profile.hpp"

#include <algorithm>

namespace milepost {

namespace {

constexpr const char* k_run_ids = "milepost completion run-ids";

std::string options_of(std::span<const OptionInfo> options) {
  std::vector<std::string> words;
  for (const OptionInfo& option : options) {
    words.push_back("--" + option.name);
    if (option.letter) words.push_back(std::string("-") + option.letter);
  }
  return join(words, " ");
}

/// "--directory|-C", for a `case`.
std::string pattern_of(const OptionInfo& option) {
  return "--" + option.name + (option.letter ? std::string("|-") + option.letter : "");
}

std::string reply(const ArgumentChoices& choices) {
  std::string commands;
  if (!choices.words.empty()) commands += "compgen -W '" + join(choices.words, " ") + "' -- \"$current\"; ";
  if (choices.files) commands += "compgen -f -- \"$current\"; ";
  if (choices.directories) commands += "compgen -d -- \"$current\"; ";
  if (!choices.command.empty())
    commands += "compgen -W \"$(" + choices.command + " 2>/dev/null)\" -- \"$current\"; ";
  if (commands.empty()) return ":";
  const bool goes_on = !choices.words.empty() && choices.words.front().ends_with('=');
  return std::string(choices.files || choices.directories ? "compopt -o filenames; " : "") +
         (goes_on ? "compopt -o nospace; " : "") + "mapfile -t COMPREPLY < <(" + commands + ")";
}

/// A `case` branch for every option with an argument; one that two commands have comes from the first.
std::string argument_branches() {
  std::string text;
  std::vector<std::string> seen;
  const auto add = [&](std::span<const OptionInfo> options) {
    for (const OptionInfo& option : options) {
      // Without a choice to offer the branch keeps files from being offered.
      if (option.argument.empty() || std::find(seen.begin(), seen.end(), option.name) != seen.end()) continue;
      seen.push_back(option.name);
      text += "    " + pattern_of(option) + ") " + reply(choices_of(option)) + "; return ;;\n";
    }
  };
  add(common_options());
  for (const CommandInfo& command : command_table()) add(command.options);
  return text;
}

}  // namespace

ArgumentChoices choices_of(const OptionInfo& option) {
  ArgumentChoices choices;
  if (option.setting == "harness" || option.argument.starts_with("NAME[="))
    choices.words = harness_names();
  else if (option.setting == "engine")
    choices.words = {"docker", "podman"};
  else if (option.setting == "checkpoints")
    choices.words = {"stop", "approve-verify", "first-option"};
  else if (option.name == "by")
    choices.words = {"milestone", "task", "harness", "model", "day"};
  else if (option.argument == "RUN_ID")
    choices.command = k_run_ids;
  else if (option.argument == "KEY=VALUE")
    for (const SettingInfo& setting : setting_table()) choices.words.push_back(setting.key + "=");
  choices.files = option.argument.find("FILE") != std::string::npos;
  choices.directories = option.argument == "DIR";
  return choices;
}

ArgumentChoices choices_of(const CommandInfo& command) {
  ArgumentChoices choices;
  const std::vector<std::string_view> words = split(command.arguments, ' ');
  if (words.front().find('|') != std::string_view::npos) {
    for (const std::string_view word : split(words.front(), '|')) {
      const bool is_itself = word == to_lower_ascii(word);  // "PLAN" stands for something
      if (is_itself) choices.words.emplace_back(word);
    }
  }
  if (command.arguments.starts_with("[RUN]")) choices.command = k_run_ids;
  if (command.arguments == "[NAME...]") choices.words = harness_names();
  choices.files = command.takes_rest || command.arguments.find("PLAN") != std::string::npos ||
                  command.arguments.find("FILE") != std::string::npos;
  return choices;
}

std::string bash_completion() {
  std::string names, with_argument, own, arguments;
  for (const OptionInfo& option : common_options()) {
    if (!option.argument.empty()) with_argument += (with_argument.empty() ? "" : "|") + pattern_of(option);
  }
  for (const CommandInfo& command : command_table()) {
    const std::string pattern = command.name + (command.alias.empty() ? "" : "|" + command.alias);
    names += (names.empty() ? "" : " ") + command.name;
    own += "      " + pattern + ") own='" + options_of(command.options) + "' ;;\n";
    arguments += "    " + pattern + ") " + reply(choices_of(command)) + " ;;\n";
  }
  return "# bash completion for milepost; made by `milepost completion bash`\n"
         "_milepost() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= own= i\n"
         "  COMPREPLY=()\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case ${COMP_WORDS[i]} in\n"
         "      --) compopt -o default; return ;;\n"
         "      " +
         with_argument +
         ") ((i++)) ;;\n"
         "      -*) ;;\n"
         "      *) command=${COMP_WORDS[i]}; break ;;\n"
         "    esac\n"
         "  done\n"
         "  case $previous in\n" +
         argument_branches() +
         "  esac\n"
         "  if [[ $current == -* ]]; then\n"
         "    case $command in\n" +
         own +
         "    esac\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"$own " +
         options_of(common_options()) +
         "\" -- \"$current\")\n"
         "    return\n"
         "  fi\n"
         "  case $command in\n"
         "    '') mapfile -t COMPREPLY < <(compgen -W '" +
         names + "' -- \"$current\") ;;\n" + arguments +
         "  esac\n"
         "}\n"
         "complete -F _milepost milepost\n";
}

}  // namespace milepost
