#include "task_changes.hpp"

#include <set>
#include <string>

namespace milepost {

std::vector<TreeChange> task_changes(const SafeGit& git, const GitPlace& place, const Snapshot& from,
                                     const std::vector<UsersTime>& users, const Snapshot& to) {
  std::vector<TreeChange> all = tree_changes(git, place, from.tree, to.tree);
  if (users.empty() || all.empty()) return all;
  std::set<std::string> by_task;
  const auto add = [&](const std::string& begin, const std::string& end) {
    if (begin == end) return;
    for (TreeChange& change : tree_changes(git, place, begin, end)) by_task.insert(std::move(change.path));
  };
  std::string begin = from.tree;
  for (const UsersTime& time : users) {
    add(begin, time.from.tree);
    begin = time.to.tree;
  }
  add(begin, to.tree);
  std::erase_if(all, [&](const TreeChange& change) { return !by_task.contains(change.path); });
  return all;
}

}  // namespace milepost
