#include "milepost/base/directories.hpp"

#include "milepost/base/error.hpp"

#include <cstdlib>
#include <system_error>

namespace milepost {

namespace fs = std::filesystem;

namespace {

fs::path from_variable(const char* variable, const char* below_home) {
  const char* value = std::getenv(variable);
  if (value && fs::path(value).is_absolute()) return fs::path(value) / "milepost";
  const char* home = std::getenv("HOME");
  if (!home || !fs::path(home).is_absolute()) {
    throw EnvironmentError(std::string("neither ") + variable + " nor HOME is an absolute path",
                           std::string("set HOME, or ") + variable);
  }
  return fs::path(home) / below_home / "milepost";
}

/// The first of the candidates that holds `marker`.
fs::path first_with(std::initializer_list<fs::path> candidates, const char* marker, const char* variable) {
  std::string looked;
  for (const fs::path& candidate : candidates) {
    if (candidate.empty()) continue;
    std::error_code ignored;
    if (fs::exists(candidate / marker, ignored)) return fs::weakly_canonical(candidate);
    looked += (looked.empty() ? "" : ", ") + candidate.string();
  }
  throw EnvironmentError(std::string("cannot find ") + marker + " (looked in " + looked + ")",
                         std::string("install milepost with `cmake --install`, or set ") + variable);
}

fs::path from_environment_variable(const char* variable) {
  const char* value = std::getenv(variable);
  return value ? fs::path(value) : fs::path();
}

}  // namespace

Directories Directories::from_environment() {
  return {from_variable("XDG_STATE_HOME", ".local/state"), from_variable("XDG_CONFIG_HOME", ".config")};
}

Installation Installation::locate() {
  std::error_code ignored;
  const fs::path bin = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  Installation found;
  found.container_programs =
      first_with({from_environment_variable("MILEPOST_LIBEXEC"), bin / "../lib/milepost",
                  bin / "container_programs", bin / "../container_programs"},
                 "milepost-supervisor", "MILEPOST_LIBEXEC");
  found.deploy = first_with({from_environment_variable("MILEPOST_DEPLOY"), bin / "../share/milepost/deploy",
                             bin / "deploy", bin / "../deploy"},
                            "coding-agent/Dockerfile", "MILEPOST_DEPLOY");
  return found;
}

}  // namespace milepost
