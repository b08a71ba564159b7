#pragma once

#include "milepost/base/exit_code.hpp"
#include "milepost/cli/invocation.hpp"

#include <span>
#include <string>
#include <vector>

namespace milepost {

struct App;

/// What a command is for; the general help has a part for each.
enum class CommandGroup { run, look, set_up, clean };

/// One command: its help and its code.
struct CommandInfo {
  std::string name;
  std::string alias = {};  ///< may be empty
  CommandGroup group = CommandGroup::run;
  std::string arguments = {};  ///< "PLAN TASK_ID"
  std::size_t least_arguments = 0, most_arguments = 0;
  bool takes_rest = false;                 ///< "-- CMD..."
  std::string summary = {};                ///< one line
  std::string details = {};                ///< what the options do not say; a paragraph, may be empty
  std::vector<OptionInfo> options = {};    ///< its own, beside the common ones
  std::vector<std::string> examples = {};  ///< command lines
  std::vector<ExitCode> exits = {};  ///< the exit codes that say something special here, beside ok and usage
  ExitCode (*run)(App& app, const Invocation& invocation) = nullptr;
};

/// Every command, in the order of the help.
std::span<const CommandInfo> command_table();
/// By name or alias; null when unknown.
const CommandInfo* find_command(std::string_view name);
/// Options that every command takes.
std::span<const OptionInfo> common_options();

/// One screen of at most 80 columns: commands in groups, common options, exit codes.
std::string general_help();
/// One screen of at most 80 columns about a command.
std::string command_help(const CommandInfo& command);

}  // namespace milepost
