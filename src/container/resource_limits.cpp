#include "resource_limits.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace milepost {

std::vector<std::string> resource_limit_arguments(const ContainerEngine& engine) {
  if (engine.kind() != EngineKind::podman) return {};
  std::vector<std::string> words;
  const auto add = [&](const char* name, decltype(RLIMIT_NOFILE) resource, rlim_t most) {
    rlimit limit{};
    if (::getrlimit(resource, &limit) != 0) return;
    const std::string hard = std::to_string(std::min(limit.rlim_max, most));
    words.push_back(std::string("--ulimit=") + name + "=" + hard + ":" + hard);
  };
  // What Podman sets for itself at its start: it cannot give a container more than it has left.
  add("nofile", RLIMIT_NOFILE, 1024 * 1024);
  add("nproc", RLIMIT_NPROC, 32 * 1024);
  return words;
}

}  // namespace milepost
