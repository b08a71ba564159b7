#include "milepost/workspace/shadow_git.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/lock_file.hpp"
#include "milepost/base/text.hpp"
#include "milepost/workspace/remote_url.hpp"
#include "milepost/workspace/safe_file.hpp"

#include "commit_maker.hpp"
#include "exported_tree.hpp"
#include "safe_git.hpp"
#include "shadow_layout.hpp"
#include "task_changes.hpp"
#include "user_config.hpp"
#include "user_index.hpp"
#include "user_repository.hpp"
#include "work_tree_recorder.hpp"

#include <unistd.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <thread>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view k_kept = "before-restore-";
constexpr Milliseconds k_lock_patience{2000};

/// Whether a lock of git is there for longer than a command of the user's takes.
bool stays(const fs::path& lock) {
  std::error_code ignored;
  const auto given_up = SteadyClock::now() + k_lock_patience;
  while (fs::exists(lock, ignored)) {
    if (SteadyClock::now() >= given_up) return true;
    std::this_thread::sleep_for(Milliseconds(50));
  }
  return false;
}

}  // namespace

struct ShadowGit::State {
  State(CodeFolder folder_to_use, fs::path directory_to_use, const ShadowGitOptions& options)
      : folder(std::move(folder_to_use)),
        directory(std::move(directory_to_use)),
        stop(options.stop),
        git(folder.root, directory, options.patience, options.stop),
        config(folder, git),
        layout(make_layout()),
        user(folder, git),
        recorder(folder, git, user, layout.snapshots, config.excludes_file()),
        maker(git, config, user, layout.commits, layout.snapshots, recorder) {
    const LockFile held = lock();
    UserIndex::recover(maker.index_journal(), user.head(), user.head_locks());
  }

  LockFile lock() const { return lock_shadow(directory, stop); }

  ShadowLayout make_layout() const {
    const LockFile held = lock();
    return make_shadow_layout(folder, directory, config);
  }

  std::vector<std::string> log(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"log", "-z", "--no-color", "--no-decorate", "--no-mailmap"});
    return split_nul(git.output(layout.snapshots, arguments));
  }

  CodeFolder folder;
  fs::path directory;
  std::stop_token stop;
  SafeGit git;
  UserConfig config;
  ShadowLayout layout;
  UserRepository user;
  WorkTreeRecorder recorder;
  CommitMaker maker;
};

ShadowGit::ShadowGit(CodeFolder folder, fs::path directory, ShadowGitOptions options)
    : state_(std::make_unique<State>(std::move(folder), fs::absolute(directory), options)) {}

ShadowGit::~ShadowGit() = default;
ShadowGit::ShadowGit(ShadowGit&&) noexcept = default;

const CodeFolder& ShadowGit::folder() const {
  return state_->folder;
}

std::optional<std::string> ShadowGit::head() const {
  return state_->user.head();
}

std::optional<std::string> ShadowGit::branch() const {
  return state_->user.branch();
}

std::optional<std::string> ShadowGit::commit_of(const std::string& name) const {
  return state_->user.commit_of(name);
}

std::vector<std::string> ShadowGit::export_paths(const std::string& commit,
                                                 const std::vector<std::string>& paths,
                                                 const fs::path& target) const {
  return export_tree(state_->git, state_->layout.snapshots, commit, paths, target);
}

std::map<std::string, std::string> ShadowGit::remotes() const {
  std::map<std::string, std::string> urls = state_->config.push_urls();
  for (auto& [name, url] : urls) url = shown_url(url);
  return urls;
}

std::string ShadowGit::identity() const {
  const UserConfig::Person author = state_->config.author();
  return author.name + " <" + author.mail + ">";
}

std::optional<std::string> ShadowGit::commit_problem() const {
  if (const auto operation = state_->user.operation_under_way()) {
    return *operation + " is under way in " + state_->folder.root.string() +
           "; finish or abort it first (git status says how)";
  }
  for (const fs::path& lock : state_->user.locks()) {
    if (!stays(lock)) continue;
    return "another git works in " + state_->folder.root.string() + ", or was killed there: it left " +
           lock.string() + "; when no git runs any more: rm " + shell_quote(lock.native());
  }
  return std::nullopt;
}

std::optional<std::string> ShadowGit::commit_caution() const {
  const auto found = state_->maker.filtered(state_->user.tracked_matching({":(top)"}));
  if (!found) return std::nullopt;
  return "this repository converts files with a program, for example " + *found +
         "; milepost never runs it on what an agent wrote, so a task that changes such a file cannot be "
         "committed";
}

Snapshot ShadowGit::snapshot(const std::string& name) {
  const LockFile held = state_->lock();
  const Snapshot snapshot = state_->recorder.record();
  state_->recorder.name(snapshot, name);
  return snapshot;
}

std::optional<Snapshot> ShadowGit::find_snapshot(const std::string& name) const {
  return state_->recorder.find(name);
}

std::vector<std::string> ShadowGit::snapshots() const {
  return state_->recorder.names();
}

std::vector<KeptSnapshot> ShadowGit::kept_snapshots() const {
  std::vector<KeptSnapshot> kept;
  for (const std::string& name : snapshots()) {
    if (!name.starts_with(k_kept)) continue;
    std::string time = start_time_of(RunId(name.substr(k_kept.size())));
    if (!time.empty()) kept.push_back({name, std::move(time)});
  }
  return kept;
}

std::vector<ForeignRepository> ShadowGit::foreign_repositories() const {
  std::vector<ForeignRepository> found;
  const fs::path& root = state_->folder.root;
  for (const std::string& path : state_->recorder.gitlinks())
    found.push_back({path, /*is_submodule=*/true, state_of_repository(root, path)});
  for (const std::string& path : state_->recorder.nested())
    found.push_back({path, /*is_submodule=*/false, state_of_repository(root, path)});
  return found;
}

const std::vector<std::string>& ShadowGit::set_aside() const {
  return state_->recorder.set_aside();
}

std::vector<std::string> ShadowGit::uncommitted() {
  const LockFile held = state_->lock();
  const auto head = state_->user.head();
  const fs::path own_head = state_->layout.commits.git_dir / "HEAD";
  replace_file(own_head, head ? *head + "\n" : "ref: refs/heads/none\n");
  const GitPlace place = with_users_index(state_->layout.commits, state_->user.index());
  std::vector<std::string> paths;
  std::set<std::string> seen;
  for (const std::string& entry :
       split_nul(state_->git.output(place, {"status", "--porcelain=v1", "-z", "--untracked-files=all",
                                            "--no-renames", "--ignore-submodules=all"}))) {
    // One that was taken out of the index and stayed on disk comes twice.
    if (entry.size() > 3 && !entry.ends_with('/') && seen.insert(entry.substr(3)).second)
      paths.push_back(entry.substr(3));
  }
  return paths;
}

std::vector<ChangedPath> ShadowGit::changes(const Snapshot& from, const Snapshot& to,
                                            const std::vector<UsersTime>& users) const {
  std::vector<ChangedPath> paths;
  for (const TreeChange& change : task_changes(state_->git, state_->layout.snapshots, from, users, to)) {
    paths.push_back({change.status, change.path});
  }
  return paths;
}

std::string ShadowGit::diff(const Snapshot& from, const Snapshot& to, std::size_t limit_bytes) const {
  if (from.tree == to.tree) return {};
  SafeGit::Options options;
  options.output_bytes = limit_bytes;
  const std::vector<std::string> arguments{"diff-tree",      "-r",         "--stat",        "--patch",
                                           "--find-renames", "--no-color", "--no-ext-diff", "--no-textconv",
                                           from.tree,        to.tree};
  const RunResult result = state_->git.run(state_->layout.snapshots, arguments, {}, options);
  if (!result.success()) state_->git.fail(arguments, result);
  return std::string(result.out_truncated ? utf8_prefix(result.out, limit_bytes ? limit_bytes - 1 : 0)
                                          : result.out);
}

CommitResult ShadowGit::commit(const CommitRequest& request) {
  const LockFile held = state_->lock();
  return state_->maker.make(request);
}

std::optional<std::string> ShadowGit::find_commit_with_line(const std::string& line) const {
  const auto head = state_->user.head();
  if (!head) return std::nullopt;
  for (const std::string& entry : state_->log({"--max-count=1000", "--format=%H%n%B", *head})) {
    const auto lines = lines_of(entry);
    if (lines.size() > 1 && std::find(lines.begin() + 1, lines.end(), line) != lines.end())
      return std::string(lines[0]);
  }
  return std::nullopt;
}

std::vector<std::string> ShadowGit::paths_of(const std::string& commit) const {
  return split_nul(state_->git.output(
      state_->layout.snapshots,
      {"diff-tree", "--no-commit-id", "--root", "-r", "-z", "--name-only", "--no-renames", commit}));
}

std::vector<std::string> ShadowGit::not_in_head(const std::vector<std::string>& commits) const {
  const auto head = state_->user.head();
  std::vector<std::string> missing;
  for (const std::string& commit : commits) {
    const std::vector<std::string> arguments{"merge-base", "--is-ancestor", commit, head.value_or(commit)};
    if (!head || !state_->git.run(state_->layout.snapshots, arguments, {}, {}).success())
      missing.push_back(commit);
  }
  return missing;
}

std::vector<std::string> ShadowGit::commits_since(const std::string& base) const {
  const auto head = state_->user.head();
  if (!head || *head == base) return {};
  return state_->log({"--reverse", "--format=%h %s", *head, "^" + base, "--"});
}

std::vector<std::string> ShadowGit::commits_naming(const std::string& text) const {
  const auto head = state_->user.head();
  if (!head) return {};
  std::vector<std::string> found;
  for (std::string& line : state_->log({"--max-count=1000", "--format=%h %s", *head, "--"})) {
    if (found.size() < 20 && line.find(text, line.find(' ')) != std::string::npos)
      found.push_back(std::move(line));
  }
  return found;
}

std::string ShadowGit::restore(const Snapshot& snapshot) {
  const LockFile held = state_->lock();
  const RunId stamp = new_run_id();
  const std::string name = std::string(k_kept) + stamp.value;
  const Snapshot kept = state_->recorder.record();
  state_->recorder.name(kept, name);
  state_->recorder.put_back(snapshot);
  // Git tells a file that it could not replace or remove on standard error alone. What only the rules of the
  // snapshot no longer ignore is as it was.
  const auto differing = [&](const std::string& from, const std::string& to) {
    std::set<std::string> paths;
    for (TreeChange& change : tree_changes(state_->git, state_->layout.snapshots, from, to))
      paths.insert(std::move(change.path));
    return paths;
  };
  std::set<std::string> left = differing(snapshot.tree, state_->recorder.record().tree);
  const std::set<std::string> wanted = differing(kept.tree, snapshot.tree);
  std::erase_if(left, [&](const std::string& path) { return !wanted.contains(path); });
  if (!left.empty()) {
    const std::string others = left.size() > 1 ? " and " + std::to_string(left.size() - 1) + " more" : "";
    throw InfraError(
        printable(*left.begin()) + others + " could not be put back; what was there is kept as " + name,
        "see that its directory can be written to, then restore again");
  }
  return name;
}

}  // namespace milepost
