#include "safe_git.hpp"

#include "milepost/base/beneath.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/workspace/trusted_path.hpp"

#include <cstdlib>
#include <optional>
#include <system_error>

extern char** environ;

namespace milepost {

namespace fs = std::filesystem;

namespace {

fs::path find_git(const fs::path& root) {
  if (auto program = find_trusted_program("git", root)) return *program;
  throw EnvironmentError("git is not installed (no git in PATH outside of the code folder)",
                         "install it: sudo apt-get install git");
}

/// A rules file of git that is a FIFO; git opens it and waits for a writer.
std::optional<fs::path> planted_fifo(const fs::path& root) {
  std::error_code error;
  auto entry = fs::recursive_directory_iterator(root, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const fs::path name = entry->path().filename();
    std::error_code ignored;
    if ((name == ".gitignore" || name == ".gitattributes") && fs::is_fifo(entry->symlink_status(ignored)))
      return entry->path();
  }
  return std::nullopt;
}

void copy_variable(std::vector<std::string>& environment, const char* name) {
  if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
}

}  // namespace

SafeGit::SafeGit(fs::path root, fs::path home, Milliseconds patience, std::stop_token stop)
    : root_(std::move(root)), home_(std::move(home)), patience_(patience), stop_(std::move(stop)) {
  search_path_ = join(trusted_path(root_), ":");
  program_ = find_git(root_);
}

RunResult SafeGit::start(std::vector<std::string> argv, std::vector<std::string> environment,
                         std::string_view input, const Options& options) const {
  environment.push_back("PATH=" + search_path_);
  environment.push_back("LC_ALL=C");
  environment.push_back("GIT_TERMINAL_PROMPT=0");
  environment.push_back("GIT_PAGER=cat");
  copy_variable(environment, "TZ");  // a commit's time zone is the user's
  HostCommand command;
  command.argv = std::move(argv);
  command.environment = std::move(environment);
  command.directory = root_;
  RunLimits limits;
  limits.timeout = options.timeout;
  limits.output_bytes = options.output_bytes;
  limits.stop = stop_;
  return run_process(command, limits, input);
}

RunResult SafeGit::run(const GitPlace& place, const std::vector<std::string>& arguments,
                       std::string_view input, const Options& options) const {
  std::vector<std::string> argv{program_.string()};
  for (const char* setting :
       {"core.hooksPath=/dev/null", "core.fsmonitor=false", "submodule.recurse=false", "protocol.allow=never",
        "core.pager=cat", "gc.auto=0", "maintenance.auto=false"}) {
    argv.insert(argv.end(), {"-c", setting});
  }
  argv.insert(argv.end(),
              {"-c", place.keep_untracked_cache ? "core.untrackedCache=keep" : "core.untrackedCache=false"});
  argv.insert(argv.end(), arguments.begin(), arguments.end());

  std::vector<std::string> environment = options.environment;
  environment.push_back("HOME=" + home_.string());
  for (const char* fixed : {"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
                            "GIT_CONFIG_SYSTEM=/dev/null", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1",
                            "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none", "GIT_ADVICE=0"}) {
    environment.emplace_back(fixed);
  }
  environment.push_back("GIT_DIR=" + place.git_dir.string());
  if (!place.work_tree.empty()) environment.push_back("GIT_WORK_TREE=" + place.work_tree.string());
  if (!place.object_directory.empty())
    environment.push_back("GIT_OBJECT_DIRECTORY=" + place.object_directory.string());
  if (!place.index.empty()) environment.push_back("GIT_INDEX_FILE=" + place.index.string());
  if (place.work_tree.empty() || options.timeout <= patience_)
    return start(argv, environment, input, options);
  if (has_met_fifo_) refuse_fifo();

  Options first = options;
  first.timeout = patience_;
  RunResult result = start(argv, environment, input, first);
  if (!result.timed_out) return result;
  refuse_fifo();
  const fs::path index = place.index.empty() ? place.git_dir / "index" : place.index;
  if (is_beneath(index, home_)) fs::remove(index.string() + ".lock");
  return start(std::move(argv), std::move(environment), input, options);
}

void SafeGit::refuse_fifo() const {
  const auto fifo = planted_fifo(root_);
  has_met_fifo_ = fifo.has_value();
  if (!fifo) return;
  throw TamperedError(printable(fifo->native()) + " is a FIFO: git on the host would wait for it for ever",
                      "remove it: rm " + shell_quote(fifo->native()));
}

std::string SafeGit::output(const GitPlace& place, const std::vector<std::string>& arguments,
                            std::string_view input) const {
  return output(place, arguments, input, Options{});
}

std::string SafeGit::output(const GitPlace& place, const std::vector<std::string>& arguments,
                            std::string_view input, const Options& options) const {
  RunResult result = run(place, arguments, input, options);
  if (!result.success()) fail(arguments, result);
  if (result.out_truncated) {
    throw InfraError("git " + arguments.front() + " printed more than " + human_bytes(options.output_bytes));
  }
  return std::move(result.out);
}

std::string SafeGit::user_configuration(const fs::path& git_dir) const {
  std::vector<std::string> environment{"GIT_DIR=" + git_dir.string()};
  copy_variable(environment, "HOME");
  copy_variable(environment, "XDG_CONFIG_HOME");
  for (char** variable = environ; *variable; ++variable) {
    if (std::string_view(*variable).starts_with("GIT_CONFIG_")) environment.emplace_back(*variable);
  }
  Options options;
  // An include that became a FIFO must not hold a run for long.
  options.timeout = std::chrono::seconds(20);
  const std::vector<std::string> arguments{"config", "--list", "-z", "--includes"};
  std::vector<std::string> argv{program_.string()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  RunResult result = start(std::move(argv), std::move(environment), {}, options);
  if (!result.success()) fail(arguments, result);
  return std::move(result.out);
}

std::string SafeGit::output_as_user(const fs::path& git_dir, const std::vector<std::string>& arguments,
                                    Milliseconds timeout) const {
  HostCommand command;
  command.argv = {program_.string(), "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c",
                  "gc.auto=0"};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  std::vector<std::string> environment = trusted_environment(root_);
  for (const char* fixed : {"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_ALLOW_PROTOCOL=https:http:ssh:file",
                            "GIT_NO_REPLACE_OBJECTS=1", "GIT_NO_LAZY_FETCH=1"})
    environment.emplace_back(fixed);
  environment.push_back("GIT_DIR=" + git_dir.string());
  command.environment = std::move(environment);
  command.directory = git_dir;  // not the code folder: a helper may look into where it is started
  RunLimits limits;
  limits.timeout = timeout;
  limits.output_bytes = 1u << 20;
  limits.stop = stop_;
  RunResult result = run_process(command, limits);
  if (!result.success()) fail(arguments, result);
  return std::move(result.out);
}

void SafeGit::fail(const std::vector<std::string>& arguments, const RunResult& result) const {
  const std::string what = "git " + arguments.front() + " in " + root_.string();
  if (result.stopped) throw InfraError(what + " was stopped");
  if (result.timed_out) throw InfraError(what + " did not end within " + human_duration(result.duration));
  const std::string words = printable(trim(utf8_prefix(result.err, 2000)), /*keep_newlines=*/true);
  throw InfraError(what + " failed (" + result.status.text() +
                   "): " + (words.empty() ? "it said nothing" : words));
}

std::vector<std::string> split_nul(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\0', at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::string join_nul(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) {
    text += path;
    text += '\0';
  }
  return text;
}

}  // namespace milepost
