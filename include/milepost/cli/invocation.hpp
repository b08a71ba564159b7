#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// One option of the command line; the table of them makes the parser, the help and the docs.
struct OptionInfo {
  std::string name;          ///< without dashes: "verify"
  char letter = 0;           ///< 'v' for -v; 0: none
  std::string argument;      ///< "CMD"; empty: a switch
  std::string meaning;       ///< one line, with the default and the unit
  std::string setting = {};  ///< the configuration key it sets; empty: none
  bool repeatable = false;
};

/// A command line after parsing.
struct Invocation {
  std::string command;
  std::vector<std::string> arguments;                       ///< positional ones after the command
  std::vector<std::string> rest;                            ///< everything after `--`
  std::map<std::string, std::vector<std::string>> options;  ///< by long name; a switch has the value "yes"

  bool has(const std::string& name) const { return options.contains(name); }
  std::optional<std::string> value(const std::string& name) const;  ///< the last one
  std::vector<std::string> values(const std::string& name) const;
};

struct CommandInfo;

/// Parses the words after the program's name. Throws UsageError for an unknown command or option (with a
/// suggestion), a missing or surplus argument. No abbreviations. `--help` and `--version` are options like
/// others.
Invocation parse_command_line(const std::vector<std::string>& words);

}  // namespace milepost
