#pragma once

#include "milepost/doctor/environment_checks.hpp"

// The checks that look at this machine alone. Each may throw Error.

namespace milepost::doctor {

CheckResult check_git();
CheckResult check_repository(Environment& environment);
CheckResult check_state_directory(const Environment& environment);
/// Whether milepost can commit here: an identity, no merge under way, no filter program. Sets `git`.
CheckResult check_commits(Environment& environment);
CheckResult check_disk(const Environment& environment);
CheckResult check_required_files(const Environment& environment);
CheckResult check_credentials(const Environment& environment);
CheckResult check_of_user(const Environment& environment, const EnvironmentCheck& check);

inline CheckResult passed(std::string detail) {
  return {.name = {}, .verdict = CheckVerdict::passed, .detail = std::move(detail), .remedy = {}};
}
inline CheckResult warning(std::string detail, std::string remedy) {
  return {
      .name = {}, .verdict = CheckVerdict::warning, .detail = std::move(detail), .remedy = std::move(remedy)};
}
inline CheckResult failed(std::string detail, std::string remedy) {
  return {
      .name = {}, .verdict = CheckVerdict::failed, .detail = std::move(detail), .remedy = std::move(remedy)};
}

}  // namespace milepost::doctor
