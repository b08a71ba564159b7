#include "milepost/doctor/environment_checks.hpp"

#include "doctor/engine_checks.hpp"
#include "doctor/host_checks.hpp"
#include "doctor/sensitive_check.hpp"

#include <functional>
#include <memory>

namespace milepost {

namespace {

/// A check of what the engine has, which begins to ask before the engine's own check is over.
template <class Run>
Check asked_early(const char* name, std::vector<std::string> needs, const Environment* environment,
                  std::function<bool(const ContainerEngine&)> question, Run run) {
  const auto early = std::make_shared<doctor::EarlyQuestion>(std::move(question));
  return {name, std::move(needs), [early, run] { return run(*early); },
          [early, environment] { early->ask(*environment); }};
}

}  // namespace

std::vector<Check> environment_checks(Environment& environment, bool thorough) {
  Environment* const e = &environment;
  std::vector<Check> checks = {
      {"git", {}, [] { return doctor::check_git(); }},
      {"repository", {}, [e] { return doctor::check_repository(*e); }},
      {"state-directory", {}, [e] { return doctor::check_state_directory(*e); }},
      {"disk", {"repository", "state-directory"}, [e] { return doctor::check_disk(*e); }},
      {"sensitive-files", {"repository"}, [e] { return doctor::check_sensitive_files(*e); }},
      {"credentials", {}, [e] { return doctor::check_credentials(*e); }},
      {"engine", {}, [e] { return doctor::check_engine(*e); }},
  };
  if (environment.commits) {
    checks.push_back(
        {"commits", {"git", "repository", "state-directory"}, [e] { return doctor::check_commits(*e); }});
  }
  const auto add_image = [&](const char* name, const std::string& image, auto check) {
    checks.push_back(asked_early(
        name, {"engine"}, e, [image](const ContainerEngine& engine) { return engine.image_exists(image); },
        [e, check](const doctor::EarlyQuestion& exists) { return check(*e, exists); }));
  };
  add_image("image", environment.config.image, doctor::check_image);
  if (environment.config.network == "allowlist")
    add_image("egress-image", environment.config.proxy_image, doctor::check_egress_image);
  // Looking into the volume takes a container of the image; without that its existence is asked early too.
  if (thorough) {
    checks.push_back(
        {"harness-volume", {"engine", "image"}, [e] { return doctor::check_volume_content(*e); }});
  } else {
    checks.push_back(asked_early(
        "harness-volume", {"engine"}, e,
        [e](const ContainerEngine& engine) {
          const auto volume = volume_name(e->lock);
          return volume && engine.volume_exists(*volume);
        },
        [e](const doctor::EarlyQuestion& exists) { return doctor::check_volume(*e, exists); }));
  }
  if (thorough) {
    checks.push_back({"harness", {"engine", "image"}, [e] { return doctor::check_harness(*e); }});
    checks.push_back(
        {"bind-mounts", {"repository", "engine", "image"}, [e] { return doctor::check_bind_mounts(*e); }});
  }
  if (!environment.config.require_files.empty()) {
    checks.push_back({"required-files", {"repository"}, [e] { return doctor::check_required_files(*e); }});
  }
  for (const EnvironmentCheck& check : environment.config.environment_checks) {
    checks.push_back(
        {"check:" + check.name, {"repository"}, [e, check] { return doctor::check_of_user(*e, check); }});
  }
  return checks;
}

}  // namespace milepost
