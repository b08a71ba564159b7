#include "publish_place.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <algorithm>

namespace milepost {

namespace {

constexpr const char* k_new_branch = "git switch -c NAME, then again";

/// A name of a branch that no option of a program can be.
void check_name(const std::string& name) {
  const bool plain = !name.empty() && !name.starts_with('-') &&
                     name.find_first_of(std::string_view(" \t\n~^:?*[\\\0", 10)) == std::string::npos &&
                     name.find("..") == std::string::npos;
  if (!plain) throw UsageError("'" + one_line(name, 60) + "' is not the name of a branch");
}

/// What works on the host for the agent, such as a check, could have written the repository's configuration.
void check_unchanged(const PushTarget& target, const RunStarted& started) {
  if (started.remotes.empty() || target.remote.empty()) return;
  const auto known = std::ranges::find(started.remotes, target.remote, &KnownRemote::name);
  const std::string& now = target.place.display;
  if (known != started.remotes.end() && known->url == now) return;
  const std::string before = known == started.remotes.end() ? "it was not there" : "it was " + known->url;
  throw UsageError("the remote '" + one_line(target.remote, 60) + "' leads to " + now + "; when run " +
                       started.run.value + " began, " + before,
                   "if that is right, name the URL itself: milepost pr " + shell_quote(started.plan_path) +
                       " --remote " + shell_quote(now));
}

}  // namespace

PublishBranch publish_branch(const Publisher& publisher, const PublishWish& wish) {
  const auto name = publisher.branch();
  if (!name) throw UsageError("HEAD is on no branch, so there is none to push", k_new_branch);
  check_name(*name);
  const auto commit = publisher.head();
  if (!commit) throw UsageError("the branch '" + *name + "' has no commit yet", "commit something first");
  PublishBranch branch{*name, *commit, publisher.target(wish.remote, *name)};
  check_unchanged(branch.target, wish.started);
  return branch;
}

std::string base_branch(const Publisher& publisher, const PublishWish& wish, const PublishBranch& branch) {
  std::string base = wish.base;
  if (base.empty() && wish.started.branch != branch.name) base = wish.started.branch;
  if (base.empty()) {
    const auto main = publisher.default_branch(branch.target);
    if (!main)
      throw UsageError("the remote " + branch.target.place.display + " does not say what its main branch is",
                       "name the base: milepost pr PLAN --base BRANCH");
    base = *main;
  }
  check_name(base);
  if (base == branch.name)
    throw UsageError("HEAD is on the base branch '" + base + "' itself: there is nothing to open",
                     k_new_branch);
  return base;
}

}  // namespace milepost
