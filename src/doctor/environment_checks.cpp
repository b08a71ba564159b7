#include "milepost/doctor/environment_checks.hpp"

#include "doctor/engine_checks.hpp"
#include "doctor/host_checks.hpp"
#include "doctor/sensitive_check.hpp"

namespace milepost {

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
      {"image", {"engine"}, [e] { return doctor::check_image(*e); }},
  };
  if (environment.config.network == "allowlist")
    checks.push_back({"egress-image", {"engine"}, [e] { return doctor::check_egress_image(*e); }});
  // Looking into the volume takes a container of the image; without that both questions are asked at once.
  checks.push_back(
      {"harness-volume",
       thorough ? std::vector<std::string>{"engine", "image"} : std::vector<std::string>{"engine"},
       [e, thorough] { return doctor::check_harness_volume(*e, thorough); }});
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
