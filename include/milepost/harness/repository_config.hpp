#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// What a harness may load of the agent configuration that lies in the code folder.
enum class RepositoryConfig {
  trust,         ///< all of it: settings and hooks run programs, and can lead the key elsewhere
  instructions,  ///< texts for the model (CLAUDE.md, AGENTS.md), no settings
  ignore         ///< nothing
};

/// A file or directory of a code folder that a harness reads without being asked.
struct RepositoryFile {
  std::string path;                  ///< relative to the code folder; "DIRECTORY/*": each entry of it
  bool is_instructions = false;      ///< only text for the model; else it can run programs or lead keys
  bool anywhere = false;             ///< `path` is a name that counts in every directory
  bool kept_out_by_options = false;  ///< the harness's own options keep it from being loaded

  bool operator==(const RepositoryFile&) const = default;
};

/// The setting agent_config without "auto": "trust", "instructions", "base-ref" or "ignore". `variable` reads
/// the environment. "auto" is "instructions", but "ignore" where CI builds the change of somebody who may be
/// a stranger: a pull or merge request, or an event that this function does not know to be anything else.
std::string agent_config_in(std::string_view setting,
                            const std::function<std::string(const char*)>& variable);

/// The commit-ish of a pull or merge request's target as CI names it; empty elsewhere.
std::string target_branch_in(const std::function<std::string(const char*)>& variable);

/// What a harness is told by that setting. Under "base-ref" it loads what it finds, which is that of the
/// base.
RepositoryConfig repository_config(std::string_view agent_config);

/// Those of `files` that have to be kept out of the harness's sight under that setting. With `with_options`
/// false the harness is started by somebody who does not pass its options.
std::vector<RepositoryFile> files_to_cover(const std::vector<RepositoryFile>& files,
                                           std::string_view agent_config, bool with_options);

}  // namespace milepost
