#include "commit_maker.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "ignored_paths.hpp"
#include "task_changes.hpp"
#include "user_index.hpp"

#include <algorithm>
#include <set>

namespace milepost {

namespace fs = std::filesystem;

namespace {

SafeGit::Options as_people(const UserConfig& config) {
  const UserConfig::Person author = config.author();
  const UserConfig::Person committer = config.committer();
  SafeGit::Options options;
  options.environment = {"GIT_AUTHOR_NAME=" + author.name, "GIT_AUTHOR_EMAIL=" + author.mail,
                         "GIT_COMMITTER_NAME=" + committer.name, "GIT_COMMITTER_EMAIL=" + committer.mail};
  return options;
}

std::string message_for_git(std::string_view text) {
  std::string message(trim(text));
  std::replace(message.begin(), message.end(), '\0', ' ');
  return message + "\n";
}

}  // namespace

CommitMaker::CommitMaker(const SafeGit& git, const UserConfig& config, const UserRepository& user,
                         GitPlace commits, GitPlace snapshots, WorkTreeRecorder& recorder)
    : git_(git),
      config_(config),
      user_(user),
      commits_(std::move(commits)),
      snapshots_(std::move(snapshots)),
      recorder_(recorder) {}

CommitResult CommitMaker::make(const CommitRequest& request) {
  const SafeGit::Options people = as_people(config_);
  if (const auto operation = user_.operation_under_way()) {
    throw EnvironmentError(
        *operation + " is under way in this repository; a commit now would become part of it",
        "finish or abort it (git status says how), then: milepost resume");
  }
  const std::optional<std::string> head = user_.head();
  const Snapshot now = recorder_.record();
  auto changes = task_changes(git_, snapshots_, request.before, request.users, now);
  // What was recorded before the user ignored it stays in the records, and out of commits.
  std::erase_if(changes, [ignored = ignored_now(changes)](const TreeChange& change) {
    return ignored.contains(change.path);
  });
  CommitResult result;
  std::vector<std::string> present;
  std::vector<std::string> absent;
  for (const TreeChange& change : changes) {
    result.changed.push_back({change.status, change.path});
    (change.new_mode == k_absent_mode ? absent : present).push_back(change.path);
  }
  if (changes.empty()) return result;
  if (const auto found = filtered(present)) {
    throw EnvironmentError(
        "cannot commit " + *found + ": milepost never runs the program of a filter on what an agent wrote",
        "commit it yourself, and set `commit: none`, or keep such files out of the plan's tasks");
  }

  const std::string tree = build_tree(head, present, absent);
  const std::string base = head ? *head : empty_tree();
  const auto committed = tree_changes(git_, commits_, base, tree);
  if (committed.empty()) return result;

  std::vector<std::string> arguments{"commit-tree", tree, "-F", "-"};
  if (head) arguments.insert(arguments.end(), {"-p", *head});
  const std::string message = message_for_git(request.message);
  const std::string commit(trim(git_.output(commits_, arguments, message, people)));

  UserIndex index(git_, commits_, user_.index(), index_journal());
  const bool only_ours_changes = recorder_.knows_users_state();
  std::set<std::string> touched;
  for (const TreeChange& change : committed) touched.insert(change.path);
  std::set<std::string> swept = held_users_work(committed, request, base);
  for (const std::string& path : index.staged(head)) {
    if (touched.contains(path)) swept.insert(path);
  }
  result.swept.assign(swept.begin(), swept.end());
  index.update(committed);
  index.prepare(commit);
  const std::string reflog = "milepost: " + one_line(lines_of(message).front(), 200);
  if (!user_.move_head(head, commit, reflog, people.environment)) {
    throw InfraError("HEAD moved from " + head.value_or("an unborn branch") + " to " +
                         user_.head().value_or("an unborn branch") +
                         " while milepost made a commit; nothing was overwritten",
                     "go on with: milepost resume");
  }
  index.publish();
  if (only_ours_changes) recorder_.accept_users_state();
  result.commit = commit;
  return result;
}

std::string CommitMaker::build_tree(const std::optional<std::string>& head,
                                    const std::vector<std::string>& present,
                                    const std::vector<std::string>& absent) const {
  GitPlace place = commits_;
  place.index = commits_.git_dir / "index";
  fs::remove(place.index);
  if (head) git_.output(place, {"read-tree", *head});
  if (!absent.empty())
    git_.output(place, {"update-index", "--force-remove", "-z", "--stdin"}, join_nul(absent));
  if (!present.empty()) {
    git_.output(place, {"update-index", "--add", "--remove", "--replace", "-z", "--stdin"},
                join_nul(present));
  }
  // Missing objects are those that a partial clone has not fetched.
  return std::string(trim(git_.output(place, {"write-tree", "--missing-ok"})));
}

std::string CommitMaker::empty_tree() const {
  return std::string(trim(git_.output(commits_, {"hash-object", "-t", "tree", "--stdin"})));
}

/// Those that a rule ignores and the user does not track.
std::set<std::string> CommitMaker::ignored_now(const std::vector<TreeChange>& changes) const {
  if (changes.empty()) return {};
  std::vector<std::string> paths;
  for (const TreeChange& change : changes) paths.push_back(change.path);
  return ignored_paths(git_, with_users_index(commits_, user_.index()), paths, /*but_tracked=*/true);
}

std::optional<std::string> CommitMaker::filtered(const std::vector<std::string>& paths) const {
  if (paths.empty()) return std::nullopt;
  const std::vector<std::string> drivers = config_.filter_drivers();
  const auto fields =
      split_nul(git_.output(commits_, {"check-attr", "-z", "--stdin", "filter"}, join_nul(paths)));
  for (std::size_t i = 0; i + 2 < fields.size(); i += 3) {
    if (std::find(drivers.begin(), drivers.end(), fields[i + 2]) != drivers.end()) {
      return printable(fields[i]) + " (filter '" + printable(fields[i + 2]) + "')";
    }
  }
  return std::nullopt;
}

std::set<std::string> CommitMaker::held_users_work(const std::vector<TreeChange>& committed,
                                                   const CommitRequest& request,
                                                   const std::string& base) const {
  std::set<std::string> touched;
  for (const TreeChange& change : committed) touched.insert(change.path);
  // What a sparse checkout keeps off the disk nobody has deleted.
  const bool is_sparse = config_.get("core.sparsecheckout").value_or("false") == "true";
  const std::set<std::string> off_disk = is_sparse ? user_.not_checked_out() : std::set<std::string>();
  std::set<std::string> held;
  const auto look_at = [&](const Snapshot& then, const std::set<std::string>& paths) {
    for (const TreeChange& change : tree_changes(git_, snapshots_, base, then.tree)) {
      if (!paths.contains(change.path) || same_after_conversion(change)) continue;
      if (change.new_mode != k_absent_mode || !off_disk.contains(change.path)) held.insert(change.path);
    }
  };
  look_at(request.before, touched);
  for (const UsersTime& time : request.users) {
    std::set<std::string> by_user;
    for (const TreeChange& change : tree_changes(git_, snapshots_, time.from.tree, time.to.tree)) {
      if (touched.contains(change.path)) by_user.insert(change.path);
    }
    if (!by_user.empty()) look_at(time.to, by_user);
  }
  return held;
}

/// Whether a file's bytes on disk are what HEAD has, once the text conversions are done.
bool CommitMaker::same_after_conversion(const TreeChange& change) const {
  const auto is_file = [](const std::string& mode) { return mode.starts_with("100"); };
  if (!is_file(change.old_mode) || !is_file(change.new_mode)) return false;
  const bool modes_count = config_.get("core.filemode").value_or("true") != "false";
  if (change.old_mode != change.new_mode && modes_count) return false;
  if (change.old_id == change.new_id) return true;
  const std::string bytes = git_.output(snapshots_, {"cat-file", "blob", change.new_id});
  return trim(git_.output(commits_, {"hash-object", "--stdin", "--path=" + change.path}, bytes)) ==
         change.old_id;
}

}  // namespace milepost
