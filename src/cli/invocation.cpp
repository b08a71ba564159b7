#include "milepost/cli/invocation.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/cli/command.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <boost/smart_ptr/make_shared.hpp>

#include <algorithm>

namespace milepost {

namespace po = boost::program_options;

namespace {

void add_option(po::options_description& description, const OptionInfo& option) {
  const std::string names = option.name + (option.letter ? std::string(",") + option.letter : "");
  if (option.argument.empty()) {
    description.add(boost::make_shared<po::option_description>(names.c_str(), new po::untyped_value(true)));
  } else {
    description.add(boost::make_shared<po::option_description>(names.c_str(), po::value<std::string>()));
  }
}

std::vector<std::string> option_names(std::span<const OptionInfo> own) {
  std::vector<std::string> names;
  for (const OptionInfo& option : own) names.push_back("--" + option.name);
  for (const OptionInfo& option : common_options()) names.push_back("--" + option.name);
  return names;
}

[[noreturn]] void unknown_option(const std::string& shown, const CommandInfo* command) {
  const std::string word = shown.substr(0, shown.find('='));
  const std::vector<std::string> names =
      option_names(command ? command->options : std::span<const OptionInfo>());
  auto near = nearest(word, names);
  for (const std::string& name : names) {
    if (!near && word.size() > 3 && name.starts_with(word)) near = name;
  }
  throw UsageError("unknown option " + one_line(shown, 60) + (near ? "; did you mean " + *near + "?" : ""),
                   command ? "milepost " + command->name + " --help" : "milepost --help");
}

/// Whether this word, which begins with a dash, is a common option whose argument is the next word:
/// `--config`,
/// `-C`, `-vC`.
bool takes_next_word(const std::string& word) {
  for (const OptionInfo& option : common_options()) {
    if (option.argument.empty()) continue;
    if (word == "--" + option.name) return true;
    if (option.letter && !word.starts_with("--") && word.find(option.letter) == word.size() - 1) return true;
  }
  return false;
}

/// The first word that is not an option (nor the argument of a common one) names the command.
const CommandInfo* find_command_in(const std::vector<std::string>& words) {
  bool argument_next = false;
  for (const std::string& word : words) {
    if (word == "--") break;
    if (argument_next) {
      argument_next = false;
      continue;
    }
    if (word.size() > 1 && word.front() == '-') {
      argument_next = takes_next_word(word);
      continue;
    }
    if (const CommandInfo* command = find_command(word)) return command;
    std::vector<std::string> names;
    for (const CommandInfo& known : command_table()) names.push_back(known.name);
    const auto near = nearest(word, names);
    throw UsageError(
        "unknown command '" + one_line(word, 40) + "'" + (near ? "; did you mean '" + *near + "'?" : ""),
        "milepost --help lists the commands");
  }
  return nullptr;
}

void check_argument_count(const CommandInfo& command, const Invocation& invocation) {
  const std::string usage =
      "milepost " + command.name + (command.arguments.empty() ? "" : " " + command.arguments);
  if (invocation.arguments.size() < command.least_arguments) {
    throw UsageError(command.name + ": an argument is missing", "usage: " + usage);
  }
  if (invocation.arguments.size() > command.most_arguments) {
    throw UsageError(command.name + ": surplus argument '" +
                         one_line(invocation.arguments[command.most_arguments], 60) + "'",
                     "usage: " + usage);
  }
  if (!invocation.rest.empty() && !command.takes_rest) {
    throw UsageError(command.name + " takes nothing after --", "usage: " + usage);
  }
}

}  // namespace

std::optional<std::string> Invocation::value(const std::string& name) const {
  const auto found = options.find(name);
  if (found == options.end()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Invocation::values(const std::string& name) const {
  const auto found = options.find(name);
  return found == options.end() ? std::vector<std::string>() : found->second;
}

Invocation parse_command_line(const std::vector<std::string>& words) {
  const auto dashes = std::find(words.begin(), words.end(), "--");
  const std::vector<std::string> before(words.begin(), dashes);
  const CommandInfo* command = find_command_in(before);

  po::options_description known;
  for (const OptionInfo& option : common_options()) add_option(known, option);
  if (command) {
    for (const OptionInfo& option : command->options) add_option(known, option);
  }
  Invocation invocation;
  if (dashes != words.end()) invocation.rest.assign(dashes + 1, words.end());
  try {
    using style = po::command_line_style::style_t;
    const auto parsed = po::command_line_parser(before)
                            .options(known)
                            .style(style::allow_long | style::allow_short | style::short_allow_next |
                                   style::short_allow_adjacent | style::allow_dash_for_short |
                                   style::allow_sticky | style::long_allow_next | style::long_allow_adjacent)
                            .run();
    for (const po::option& option : parsed.options) {
      if (option.position_key >= 0) {
        invocation.arguments.insert(invocation.arguments.end(), option.value.begin(), option.value.end());
        continue;
      }
      std::string name = option.string_key;
      if (name.starts_with('-')) name.erase(0, name.find_first_not_of('-'));
      invocation.options[name].push_back(option.value.empty() ? "yes" : option.value.front());
    }
  } catch (const po::unknown_option& error) {
    unknown_option(error.get_option_name(), command);
  } catch (const po::error& error) {
    throw UsageError(error.what(), command ? "milepost " + command->name + " --help" : "milepost --help");
  }
  if (!command) return invocation;
  invocation.command = command->name;
  invocation.arguments.erase(invocation.arguments.begin());
  if (!invocation.has("help") && !invocation.has("version")) check_argument_count(*command, invocation);
  return invocation;
}

}  // namespace milepost
