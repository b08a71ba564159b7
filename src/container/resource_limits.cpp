#include "resource_limits.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace milepost {

std::vector<std::string> resource_limit_arguments(const ContainerEngine& engine) {
  if (engine.kind() != EngineKind::podman) return {};
  constexpr rlim_t most = 1048576;  // Podman's own default
  std::vector<std::string> words;
  const auto add = [&](const char* name, decltype(RLIMIT_NOFILE) resource) {
    rlimit limit{};
    if (::getrlimit(resource, &limit) != 0) return;
    const std::string hard = std::to_string(std::min(limit.rlim_max, most));
    words.push_back(std::string("--ulimit=") + name + "=" + hard + ":" + hard);
  };
  add("nofile", RLIMIT_NOFILE);
  add("nproc", RLIMIT_NPROC);
  return words;
}

}  // namespace milepost
