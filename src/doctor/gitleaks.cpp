#include "doctor/gitleaks.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"
#include "milepost/process/process.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace milepost::doctor {

namespace fs = std::filesystem;

namespace {

/// Its own rules, and no others: a configuration that is given is the only one.
constexpr const char* k_configuration = "[extend]\nuseDefault = true\n";

bool is_in(const fs::path& path, const fs::path& folder) {
  const std::string relative = path.lexically_relative(folder).string();
  return !relative.empty() && relative != ".." && !relative.starts_with("../");
}

/// A program that the repository brings along does not count.
std::optional<fs::path> program_outside(const fs::path& root) {
  const auto program = find_program("gitleaks");
  if (!program || !program->is_absolute()) return std::nullopt;
  std::error_code failed;
  const fs::path real = fs::canonical(*program, failed);
  if (failed || is_in(real, root) || is_in(*program, root)) return std::nullopt;
  return program;
}

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

}  // namespace

std::vector<SensitiveFile> read_gitleaks_report(std::string_view json, const fs::path& root,
                                                const std::vector<std::string>& allow) {
  const auto report = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!report.is_array()) throw Error(ExitCode::environment, "its report is not a JSON list");
  std::vector<SensitiveFile> found;
  for (const auto& leak : report) {
    if (!leak.is_object()) continue;
    fs::path file = text_of(leak, "File");
    if (file.empty()) continue;
    if (file.is_absolute()) file = file.lexically_relative(root);
    SensitiveFile finding{file.lexically_normal().string(), Severity::high,
                          "gitleaks: " + text_of(leak, "RuleID")};
    const bool is_known = std::ranges::any_of(found, [&](const SensitiveFile& known) {
      return known.path == finding.path && known.what == finding.what;
    });
    if (!is_known && !is_allowed_sensitive(finding.path, allow)) found.push_back(std::move(finding));
  }
  return found;
}

Leaks ask_gitleaks(const fs::path& root, const std::vector<std::string>& allow, const fs::path& directory,
                   std::stop_token stop) {
  Leaks leaks;
  const auto program = program_outside(root);
  if (!program) return leaks;
  leaks.asked = true;
  try {
    make_private_directories(directory);
    const fs::path configuration = directory / "gitleaks.toml";
    write_file_atomically(configuration, k_configuration);
    // Its report goes where its standard output is; what it logs is on the other stream. --redact keeps the
    // secrets themselves out of both.
    RunLimits limits;
    limits.timeout = std::chrono::minutes(1);
    limits.stop = std::move(stop);
    const RunResult result =
        run_process({.argv = {program->string(), "detect", "--no-git", "--source", root.string(), "--config",
                              configuration.string(), "--report-format", "json", "--report-path",
                              "/dev/stdout", "--exit-code", "0", "--redact", "--no-banner", "--log-level",
                              "error", "--ignore-gitleaks-allow"},
                     .directory = directory},
                    limits);
    if (result.timed_out) throw Error(ExitCode::environment, "it took longer than a minute");
    if (!result.success())
      throw Error(ExitCode::environment, result.status.text() + ": " + one_line(result.err, 200));
    if (result.out_truncated) throw Error(ExitCode::environment, "its report is longer than 16 MB");
    leaks.found = read_gitleaks_report(result.out, root, allow);
  } catch (const Error& error) {
    leaks.problem = std::string("gitleaks gave no answer: ") + error.what();
  }
  std::error_code ignored;
  if (leaks.problem.empty() && fs::exists(fs::symlink_status(root / ".gitleaksignore", ignored)))
    leaks.problem = "gitleaks passes over what the repository's .gitleaksignore names";
  return leaks;
}

}  // namespace milepost::doctor
