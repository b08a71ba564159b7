#include "milepost/base/text.hpp"
#include "milepost/process/process.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace milepost {

std::optional<std::filesystem::path> find_program(const std::string& name) {
  if (name.empty() || name.find('/') != std::string::npos || name.find('\0') != std::string::npos) return {};
  const char* path = std::getenv("PATH");
  for (const std::string_view directory : split(path ? path : "/usr/local/bin:/usr/bin:/bin", ':')) {
    // A relative entry means the current directory: often the code folder, where an agent may have written.
    if (!directory.starts_with('/')) continue;
    const std::filesystem::path candidate = std::filesystem::path(directory) / name;
    struct stat info;
    if (::stat(candidate.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
        ::access(candidate.c_str(), X_OK) == 0)
      return candidate;
  }
  return {};
}

}  // namespace milepost
