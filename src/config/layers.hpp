#pragma once

#include "config/value.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace milepost::config {

/// One setting as a layer gives it: a known key, a value of any kind, and where it is for people.
struct Assignment {
  std::string key;
  Value value;
  std::string place;
};

// Each reads one layer, in order. They throw UsageError with a place for what cannot be read and for unknown
// keys, with a suggestion.

/// A YAML file with the settings as nested maps (`timeouts: {idle: 5m}`) or by their whole key
/// (`timeouts.idle: 5m`). An empty path and a file that does not exist give nothing.
std::vector<Assignment> read_file_layer(const std::filesystem::path& file);

/// The same of `.milepost/config.yaml` below the code folder; one that is or is reached through a symbolic
/// link is refused.
std::vector<Assignment> read_repository_layer(const std::filesystem::path& code_folder);

/// Variables MILEPOST_… . An empty one counts as not set. A list is split at commas, or is a list of YAML
/// when it starts with '['. A variable that is neither a setting nor near one adds a note.
std::vector<Assignment> read_environment_layer(const std::map<std::string, std::string>& variables,
                                               std::vector<std::string>& notes);

/// Options by key; every value of a list is one item, or a list of YAML for a list of maps.
std::vector<Assignment> read_option_layer(const std::vector<std::pair<std::string, std::string>>& options,
                                          const std::map<std::string, std::string>& names);

}  // namespace milepost::config
