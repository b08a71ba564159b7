#pragma once

#include "milepost/base/exit_code.hpp"
#include "milepost/cli/invocation.hpp"

#include <span>
#include <string>
#include <vector>

namespace milepost {

struct App;

/// One command: its help and its code.
struct CommandInfo {
  std::string name;
  std::string alias;      ///< may be empty
  std::string arguments;  ///< "PLAN TASK_ID"
  std::size_t least_arguments = 0, most_arguments = 0;
  bool takes_rest = false;          ///< "-- CMD..."
  std::string summary;              ///< one line
  std::vector<OptionInfo> options;  ///< its own, beside the common ones
  ExitCode (*run)(App& app, const Invocation& invocation) = nullptr;
};

/// Every command, in the order of the help.
std::span<const CommandInfo> command_table();
/// By name or alias; null when unknown.
const CommandInfo* find_command(std::string_view name);
/// Options that every command takes.
std::span<const OptionInfo> common_options();

/// One screen: commands in groups, common options, exit codes.
std::string general_help();
std::string command_help(const CommandInfo& command);

}  // namespace milepost
