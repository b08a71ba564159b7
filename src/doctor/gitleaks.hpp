#pragma once

#include "milepost/workspace/sensitive_files.hpp"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace milepost::doctor {

/// What gitleaks said of a folder.
struct Leaks {
  bool asked = false;                ///< false: there is no gitleaks in PATH, outside of the folder
  std::string problem;               ///< why it gave no answer; empty: it did
  std::vector<SensitiveFile> found;  ///< of high severity, one for each file and rule; no secret
};

/// Asks the program gitleaks (its version 8, `detect --no-git`, JSON report), with its own rules: neither the
/// folder's `.gitleaks.toml` nor `gitleaks:allow` comments count. A `.gitleaksignore` does, which no option
/// turns off; it is told as a problem. `directory`: of milepost, for its configuration. At most a minute.
Leaks ask_gitleaks(const std::filesystem::path& root, const std::vector<std::string>& allow,
                   const std::filesystem::path& directory, std::stop_token stop);

/// The findings of a report, "File" and "RuleID" of each; others are passed over. Throws Error for what is no
/// report.
std::vector<SensitiveFile> read_gitleaks_report(std::string_view json, const std::filesystem::path& root,
                                                const std::vector<std::string>& allow);

}  // namespace milepost::doctor
