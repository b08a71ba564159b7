#pragma once

#include "milepost/cli/command.hpp"

#include <string>
#include <vector>

namespace milepost {

/// What may stand in the place of an argument.
struct ArgumentChoices {
  std::vector<std::string> words;
  bool files = false, directories = false;
  std::string command = {};  ///< a command line whose output's lines are offered; "": none
};

/// Of an option's argument, and of a command's arguments as its table row writes them: "list|prune [FILE]".
ArgumentChoices choices_of(const OptionInfo& option);
ArgumentChoices choices_of(const CommandInfo& command);

/// The completion scripts, made of the command table.
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace milepost
