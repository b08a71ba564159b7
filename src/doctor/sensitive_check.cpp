#include "doctor/sensitive_check.hpp"

#include "milepost/base/text.hpp"
#include "milepost/workspace/sensitive_files.hpp"

#include "doctor/gitleaks.hpp"
#include "doctor/host_checks.hpp"

#include <algorithm>
#include <string>

namespace milepost::doctor {

namespace {

constexpr std::size_t k_named = 10;
constexpr const char* k_remedy =
    "move them out of the code folder, or allow what the agent may read: "
    "--set sensitive_files.allow=GLOB";

constexpr const char* k_own_look =
    "run gitleaks by hand to see why; the names of files were looked at all the same";

/// "2 of high severity: a (x), b (y)"; empty without any.
std::string listed(const SensitiveFiles& files, Severity severity, const std::string& name) {
  std::string text;
  std::size_t count = 0;
  for (const SensitiveFile& file : files.found) {
    if (file.severity != severity || ++count > k_named) continue;
    text += (text.empty() ? "" : ", ") + printable(file.path) + " (" + printable(file.what) + ")";
  }
  if (count == 0) return {};
  if (count > k_named) text += " and " + std::to_string(count - k_named) + " more";
  return std::to_string(count) + " of " + name + " severity: " + text;
}

}  // namespace

CheckResult check_sensitive_files(const Environment& environment) {
  const Config& config = environment.config;
  SensitiveFiles files = find_sensitive_files(environment.folder->root, config.sensitive_allow);
  Leaks leaks = ask_gitleaks(environment.folder->root, config.sensitive_allow, environment.state_directory,
                             environment.stop);
  files.found.insert(files.found.end(), std::make_move_iterator(leaks.found.begin()),
                     std::make_move_iterator(leaks.found.end()));
  const std::string by_whom = leaks.problem.empty()
                                  ? (leaks.asked ? "; gitleaks looked too" : "; gitleaks is not installed")
                                  : "; " + leaks.problem;
  const std::string partial = files.complete ? ""
                                             : "; only the first " + std::to_string(files.looked_at) +
                                                   " files and directories were looked at";
  const std::string high = listed(files, Severity::high, "high");
  const std::string medium = listed(files, Severity::medium, "medium");
  if (high.empty() && medium.empty()) {
    const std::string none =
        "none among " + std::to_string(files.looked_at) + " files and directories" + partial + by_whom;
    return leaks.problem.empty() ? passed(none) : warning(none, k_own_look);
  }
  const std::string detail = "the agent could read " + high + (high.empty() || medium.empty() ? "" : "; ") +
                             medium + partial + (leaks.problem.empty() ? "" : by_whom);
  const bool fails =
      config.sensitive_policy == "fail" || (config.sensitive_policy == "auto" && !environment.attended);
  if (high.empty() || !fails) return warning(detail, k_remedy);
  return failed(detail, std::string(k_remedy) + ", or go on with --set sensitive_files.policy=warn");
}

}  // namespace milepost::doctor
