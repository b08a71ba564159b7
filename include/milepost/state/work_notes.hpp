#pragma once

#include <string>
#include <vector>

namespace milepost {

/// What an agent says of a file that it changed.
struct FileNote {
  std::string path;
  std::string note;
};

/// What an agent reports beside its summary, for the plan's documents (docs/prompt.md). Everything may be
/// empty.
struct WorkNotes {
  std::vector<std::string> implementation_notes;  ///< how it was built, for who comes next
  std::vector<std::string> gotchas;               ///< traps
  std::vector<std::string> deviations;            ///< where it left the plan, and why
  std::vector<std::string> issues;                ///< problems it met
  std::vector<std::string> provides;              ///< what later plans can build on
  std::vector<std::string> affects;               ///< plans or parts that this touches
  std::vector<std::string> patterns;              ///< conventions it set
  std::vector<std::string> tech_added;            ///< libraries and tools
  std::vector<std::string> tags;
  std::vector<FileNote> file_notes;
  std::string subsystem;   ///< the part of the project
  std::string next_phase;  ///< what the next plan or phase should know
};

}  // namespace milepost
