#include "milepost/workspace/trusted_path.hpp"

#include "milepost/base/beneath.hpp"
#include "milepost/base/text.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <system_error>

extern char** environ;

namespace milepost {

namespace fs = std::filesystem;

namespace {

/// GIT_ variables that say who the user is and how they reach a server. The others choose what git works on.
bool is_of_user(std::string_view name) {
  for (const std::string_view known : {"GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_PROXY_COMMAND"}) {
    if (name == known) return true;
  }
  return name.starts_with("GIT_CONFIG_") || name.starts_with("GIT_SSL_") || name.starts_with("GIT_HTTP_");
}

}  // namespace

std::vector<std::string> trusted_path(const fs::path& code_folder) {
  const char* path = std::getenv("PATH");
  std::vector<std::string> trusted;
  for (const std::string_view part : split(path && *path ? path : "/usr/local/bin:/usr/bin:/bin", ':')) {
    const fs::path directory(part);
    if (!directory.is_absolute()) continue;
    std::error_code error;
    const fs::path real = fs::canonical(directory, error);
    if (!error && real != code_folder && !is_beneath(real, code_folder)) trusted.emplace_back(part);
  }
  return trusted;
}

std::optional<fs::path> find_trusted_program(const std::string& name, const fs::path& code_folder) {
  for (const std::string& directory : trusted_path(code_folder)) {
    const fs::path candidate = fs::path(directory) / name;
    struct stat info {};
    if (::stat(candidate.c_str(), &info) != 0 || !S_ISREG(info.st_mode) ||
        ::access(candidate.c_str(), X_OK) != 0)
      continue;
    std::error_code error;
    const fs::path real = fs::canonical(candidate, error);
    if (!error && !is_beneath(real, code_folder)) return candidate;
  }
  return std::nullopt;
}

std::vector<std::string> trusted_environment(const fs::path& code_folder) {
  std::vector<std::string> environment;
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view entry(*variable);
    const std::string_view name = entry.substr(0, entry.find('='));
    if (name == "PATH" || (name.starts_with("GIT_") && !is_of_user(name))) continue;
    environment.emplace_back(entry);
  }
  environment.push_back("PATH=" + join(trusted_path(code_folder), ":"));
  return environment;
}

}  // namespace milepost
