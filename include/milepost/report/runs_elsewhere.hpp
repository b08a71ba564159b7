#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// Who executes or obeys a file of a repository without being asked to: "CI", "an editor", "a coding agent",
/// "git hooks", "a shell", "everyone, as its owner"; empty for any other file. `path` is relative to the code
/// folder and compared without regard to case (some file systems do that too); `mode` is st_mode as far as
/// it is known. Build files, which run only when somebody builds, are not meant.
std::string_view runs_elsewhere(std::string_view path, unsigned mode = 0);

struct ChangedFile {
  std::string path;   ///< raw bytes
  unsigned mode = 0;  ///< st_mode; 0: gone or not known
};

/// One warning about a task's changes of such files, at most 20 of them by name; empty when there are none.
std::string runs_elsewhere_warning(std::string_view task, const std::vector<ChangedFile>& changed);

}  // namespace milepost
