#include "doctor/sensitive_check.hpp"

#include "milepost/base/text.hpp"
#include "milepost/workspace/sensitive_files.hpp"

#include "doctor/host_checks.hpp"

#include <algorithm>
#include <string>

namespace milepost::doctor {

namespace {

constexpr std::size_t k_named = 10;
constexpr const char* k_remedy =
    "move them out of the code folder, or allow what the agent may read: "
    "--set sensitive_files.allow=GLOB";

/// "2 of high severity: a (x), b (y)"; empty without any.
std::string listed(const SensitiveFiles& files, Severity severity, const std::string& name) {
  std::string text;
  std::size_t count = 0;
  for (const SensitiveFile& file : files.found) {
    if (file.severity != severity || ++count > k_named) continue;
    text += (text.empty() ? "" : ", ") + printable(file.path) + " (" + std::string(file.what) + ")";
  }
  if (count == 0) return {};
  if (count > k_named) text += " and " + std::to_string(count - k_named) + " more";
  return std::to_string(count) + " of " + name + " severity: " + text;
}

}  // namespace

CheckResult check_sensitive_files(const Environment& environment) {
  const Config& config = environment.config;
  const SensitiveFiles files = find_sensitive_files(environment.folder->root, config.sensitive_allow);
  const std::string partial = files.complete ? ""
                                             : "; only the first " + std::to_string(files.looked_at) +
                                                   " files and directories were looked at";
  const std::string high = listed(files, Severity::high, "high");
  const std::string medium = listed(files, Severity::medium, "medium");
  if (high.empty() && medium.empty())
    return passed("none among " + std::to_string(files.looked_at) + " files and directories" + partial);
  const std::string detail =
      "the agent could read " + high + (high.empty() || medium.empty() ? "" : "; ") + medium + partial;
  const bool fails =
      config.sensitive_policy == "fail" || (config.sensitive_policy == "auto" && !environment.attended);
  if (high.empty() || !fails) return warning(detail, k_remedy);
  return failed(detail, std::string(k_remedy) + ", or go on with --set sensitive_files.policy=warn");
}

}  // namespace milepost::doctor
