#include "doctor/host_checks.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/configured.hpp"
#include "milepost/process/process.hpp"
#include "milepost/workspace/written_bytes.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace milepost::doctor {

namespace fs = std::filesystem;

namespace {

constexpr std::pair<int, int> k_least_git{2, 34};
constexpr Milliseconds k_user_check_limit = std::chrono::seconds(60);

bool is_set(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  return value && *value;
}

/// The last line with text, for people.
std::string last_line(const std::string& output) {
  std::string last;
  for (const std::string_view line : lines_of(output)) {
    if (!trim(line).empty()) last = one_line(line, 160);
  }
  return last;
}

}  // namespace

CheckResult check_git() {
  constexpr const char* k_install = "install git 2.34 or newer: sudo apt-get install git";
  if (!find_program("git")) return failed("there is no git in PATH", k_install);
  RunLimits limits;
  limits.timeout = std::chrono::seconds(10);
  const RunResult result =
      run_process({.argv = {"git", "--version"}, .environment = {}, .directory = {}}, limits);
  if (!result.success()) return failed("`git --version` fails: " + one_line(result.err, 160), k_install);
  const std::string text = one_line(result.out, 80);
  int major = 0, minor = 0;
  if (std::sscanf(text.c_str(), "git version %d.%d", &major, &minor) != 2) {
    return failed("`git --version` says '" + text + "'", k_install);
  }
  if (std::pair(major, minor) < k_least_git) return failed(text + " is too old", k_install);
  return passed(text);
}

CheckResult check_repository(Environment& environment) {
  CodeFolder folder = find_code_folder(environment.start_directory, environment.state_directory);
  if (::access(folder.root.c_str(), R_OK | W_OK | X_OK) != 0) {
    return failed("the code folder " + folder.root.string() + " is not writable for you",
                  "change its permissions, or use a clone of your own");
  }
  const std::string detail =
      folder.root.string() +
      (folder.dot_git_is_file ? " (its repository is " + folder.common_dir.string() + ")" : "");
  environment.folder = std::move(folder);
  return passed(detail);
}

CheckResult check_state_directory(const Environment& environment) {
  const fs::path& directory = environment.state_directory;
  make_private_directories(directory);
  struct stat info {};
  if (::stat(directory.c_str(), &info) != 0) throw_errno("cannot look at " + directory.string());
  if (info.st_uid != ::geteuid()) {
    return failed(directory.string() + " belongs to another user",
                  "set XDG_STATE_HOME to a directory of your own");
  }
  if ((info.st_mode & 077) != 0) {
    return failed(directory.string() + " is open to other users; it holds what agents wrote and said",
                  "chmod 700 " + shell_quote(directory.string()));
  }
  const fs::path probe = directory / (".probe-" + random_hex(8));
  write_file_atomically(probe, "probe\n");  // syncs the file and the directory
  std::error_code ignored;
  fs::remove(probe, ignored);
  return passed(directory.string());
}

CheckResult check_commits(Environment& environment) {
  const std::string& rule = environment.config.commit;
  if (rule == "none") return passed("none are wanted");
  make_private_directories(environment.shadow_git);
  environment.git = std::make_unique<ShadowGit>(*environment.folder, environment.shadow_git,
                                                ShadowGitOptions{.stop = environment.stop});
  const std::string identity = environment.git->identity();
  if (const auto problem = environment.git->commit_problem())
    return failed(*problem, "or run without commits: --set commit=none");
  if (const auto caution = environment.git->commit_caution())
    return warning(*caution, "keep such files out of the plan's tasks, or commit yourself: --set commit=none");
  return passed("as " + identity);
}

CheckResult check_disk(const Environment& environment) {
  const std::uint64_t least = environment.config.min_free_bytes;
  std::string detail;
  for (const fs::path& path : {environment.folder->root, environment.state_directory}) {
    const std::uint64_t available = free_bytes(path);
    if (available < least) {
      return failed("only " + human_bytes(available) + " are free in " + path.string() + "; " +
                        human_bytes(least) + " are wanted",
                    "free some space, or lower environment.min_free_disk");
    }
    detail += (detail.empty() ? "" : ", ") + human_bytes(available) + " free in " + path.string();
  }
  return passed(detail);
}

CheckResult check_required_files(const Environment& environment) {
  std::vector<std::string> missing;
  for (const std::string& file : environment.config.require_files) {
    std::error_code ignored;
    if (!fs::exists(environment.folder->root / file, ignored)) missing.push_back(file);
  }
  if (!missing.empty()) {
    return failed("missing in " + environment.folder->root.string() + ": " + join(missing, ", "),
                  missing.size() == 1 ? "create the file" : "create the files");
  }
  return passed(join(environment.config.require_files, ", "));
}

CheckResult check_credentials(const Environment& environment) {
  const auto configured = configured_harness(environment.config.harness, environment.config);
  const HarnessProfile& profile = *configured;
  std::string found;
  if (!profile.capabilities().needs_credentials) found = "the harness '" + profile.name() + "' needs none";
  std::string variables;
  for (const CredentialKey& key : profile.credentials()) {
    if (found.empty() && is_set(key.variable)) found = key.variable + " is set";
    variables += (variables.empty() ? "" : " or ") + key.variable;
  }
  for (const std::string& file : profile.credential_files()) {
    std::error_code ignored;
    if (!found.empty() || environment.home.empty()) break;
    // Some write an empty object without any login.
    const bool has_login = fs::is_regular_file(environment.home / file, ignored) &&
                           fs::file_size(environment.home / file, ignored) > std::string_view("{}\n").size();
    if (has_login && !ignored) found = "logged in: " + (environment.home / file).string();
  }
  if (found.empty()) {
    const bool may_log_in = !profile.credential_files().empty();
    const std::string missing = "no credentials for the harness '" + profile.name() + "'";
    const std::string remedy =
        "set " + variables +
        (may_log_in ? ", or log in once: `milepost shell`, then `" + profile.name() + "`" : "");
    return environment.runs_agent ? failed(missing, remedy) : warning(missing, remedy);
  }
  std::vector<std::string> unset;
  for (const std::string& name : environment.config.secrets) {
    if (!is_set(name)) unset.push_back(name);
  }
  if (!unset.empty()) {
    return warning(found + "; not set, though `secrets` names them: " + join(unset, ", "),
                   "set them, or take them out of `secrets`");
  }
  return passed(found);
}

CheckResult check_of_user(const Environment& environment, const EnvironmentCheck& check) {
  RunLimits limits;
  limits.timeout = k_user_check_limit;
  limits.output_bytes = 64u << 10;
  limits.stop = environment.stop;
  const RunResult result = run_process(
      {.argv = {"bash", "-c", check.run}, .environment = {}, .directory = environment.folder->root}, limits);
  const std::string command = "`" + one_line(check.run, 120) + "`";
  if (result.success()) return passed(command);
  const std::string hint = check.hint.empty() ? "make " + command + " succeed" : check.hint;
  if (result.stopped) return failed(command + " was stopped", "");
  if (result.timed_out) {
    return failed(command + " did not end within " + human_duration(k_user_check_limit), hint);
  }
  const std::string words = last_line(result.err.empty() ? result.out : result.err);
  return failed(command + " ended with " + result.status.text() + (words.empty() ? "" : ": " + words), hint);
}

}  // namespace milepost::doctor
