#include "milepost/workspace/publisher.hpp"

#include "milepost/base/beneath.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"

#include "safe_git.hpp"
#include "shadow_layout.hpp"
#include "user_config.hpp"
#include "user_repository.hpp"

#include <algorithm>
#include <utility>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr Milliseconds k_ask = std::chrono::minutes(2);
constexpr Milliseconds k_push = std::chrono::minutes(15);
constexpr std::string_view k_heads = "refs/heads/";

/// A remote that is given by its URL, not by its name.
bool is_url(const std::string& remote) {
  return remote.find(':') != std::string::npos || remote.starts_with('/');
}

/// A shallow repository's list of commits without parents; without it git looks for them.
void copy_shallow(const fs::path& from, const fs::path& to) {
  std::error_code ignored;
  std::string kept;
  if (fs::is_regular_file(fs::symlink_status(from, ignored))) {
    const std::string text = read_file_if_exists(from, 1u << 20).value_or("");
    for (const std::string_view line : lines_of(text)) {
      if (!line.empty() && line.find_first_not_of("0123456789abcdef") == std::string_view::npos)
        kept += std::string(line) + "\n";
    }
  }
  if (kept.empty())
    fs::remove(to, ignored);
  else
    replace_file(to, kept);
}

}  // namespace

struct Publisher::State {
  State(CodeFolder folder_to_use, const fs::path& shadow, fs::path state_to_avoid, std::stop_token stop)
      : folder(std::move(folder_to_use)),
        state_directory(std::move(state_to_avoid)),
        git(folder.root, shadow, std::chrono::seconds(60), stop),
        config(folder, git),
        layout(make_layout(shadow, std::move(stop))),
        user(folder, git) {}
  ShadowLayout make_layout(const fs::path& shadow, std::stop_token stop) const {
    const LockFile held = lock_shadow(shadow, std::move(stop));
    ShadowLayout made = make_shadow_layout(folder, shadow, config);
    copy_shallow(folder.common_dir / "shallow", made.snapshots.git_dir / "shallow");
    return made;
  }
  CodeFolder folder;
  fs::path state_directory;
  SafeGit git;
  UserConfig config;
  ShadowLayout layout;
  UserRepository user;

  /// git's words may hold the URL, and that a login.
  std::string as_user(const PushTarget& target, const std::vector<std::string>& arguments,
                      Milliseconds limit) const {
    try {
      return git.output_as_user(layout.snapshots.git_dir, arguments, limit);
    } catch (const InfraError& error) {
      std::string words = error.what();
      for (std::size_t at = words.find(target.url); at != std::string::npos;
           at = words.find(target.url, at + target.place.display.size()))
        words.replace(at, target.url.size(), target.place.display);
      throw InfraError(without_logins(words), error.next_step());
    }
  }

  void push(const PushTarget& target, const std::string& commit, const std::string& branch,
            const std::vector<std::string>& options, Milliseconds limit) const {
    std::vector<std::string> arguments{"push", "--no-progress", "--no-verify", "--recurse-submodules=no",
                                       "--no-follow-tags"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.insert(arguments.end(), {"--", target.url, commit + ":" + std::string(k_heads) + branch});
    static_cast<void>(as_user(target, arguments, limit));
  }

  /// A repository on this machine runs its own hooks when it is pushed to.
  void refuse_reachable(const RemoteUrl& place) const {
    std::error_code error;
    const fs::path path = fs::weakly_canonical(folder.root / place.path, error);
    for (const fs::path& reach : {folder.root, folder.common_dir, state_directory}) {
      const fs::path real = fs::weakly_canonical(reach, error);
      if (error || path == real || is_beneath(path, real))
        throw UsageError("the remote " + place.display + " is where an agent can write",
                         "push to a repository elsewhere");
    }
  }
};

Publisher::Publisher(CodeFolder folder, fs::path shadow, fs::path state_directory, std::stop_token stop)
    : state_(std::make_unique<State>(std::move(folder), fs::absolute(shadow), std::move(state_directory),
                                     std::move(stop))) {}
Publisher::~Publisher() = default;

std::optional<std::string> Publisher::branch() const {
  return state_->user.branch();
}

std::optional<std::string> Publisher::head() const {
  return state_->user.head();
}

bool Publisher::reaches(const std::string& commit) const {
  const auto tip = head();
  return tip &&
         state_->git.run(state_->layout.snapshots, {"merge-base", "--is-ancestor", commit, *tip}, {}, {})
             .success();
}

PushTarget Publisher::target(const std::string& remote, const std::string& branch) const {
  PushTarget target{remote, "", {}};
  if (target.remote.empty())
    target.remote = state_->config.get("branch." + branch + ".remote").value_or("origin");
  const auto urls = state_->config.push_urls();
  const auto known = urls.find(target.remote);
  // A URL counts only as the caller's word, not as the configuration's.
  const std::string url = known != urls.end() ? known->second
                          : is_url(remote)    ? std::exchange(target.remote, "")
                                              : "";
  if (url.empty())
    throw UsageError("there is no remote '" + one_line(target.remote, 60) + "' to push to",
                     "git remote add origin URL, or --remote NAME");
  target.place = parse_remote_url(url);
  if (target.place.local) state_->refuse_reachable(target.place);
  const bool relative = target.place.local && !target.place.path.starts_with('/');
  target.url = relative ? (state_->folder.root / target.place.path).string() : url;
  return target;
}

std::optional<std::string> Publisher::default_branch(const PushTarget& target) const {
  const std::string answer =
      state_->as_user(target, {"ls-remote", "--symref", "--", target.url, "HEAD"}, k_ask);
  for (const std::string_view line : lines_of(answer)) {
    const std::string_view name = line.substr(0, line.find('\t'));
    const std::string prefix = "ref: " + std::string(k_heads);
    if (name.starts_with(prefix)) return std::string(name.substr(prefix.size()));
  }
  return std::nullopt;
}

void Publisher::try_push(const PushTarget& target, const std::string& commit,
                         const std::string& branch) const {
  state_->push(target, commit, branch, {"--dry-run"}, k_ask);
}

void Publisher::push(const PushTarget& target, const std::string& commit, const std::string& branch) const {
  state_->push(target, commit, branch, {}, k_push);
}

}  // namespace milepost
