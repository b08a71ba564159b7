#pragma once

#include "process_tree.hpp"

#include <sys/types.h>

#include <cstddef>
#include <vector>

namespace milepost::supervisor {

/// The trees that run now, and how one of them is signalled without touching the others.
class Trees {
 public:
  /// `is_first_process`: we are PID 1 of a container, so that kill(-1) reaches the container and nothing
  /// else.
  Trees(pid_t supervisor, bool is_first_process)
      : supervisor_(supervisor), is_first_process_(is_first_process) {}

  void add(const TreeRoot& root) { roots_.push_back(root); }
  void remove(const TreeRoot& root);
  std::size_t size() const { return roots_.size(); }

  std::size_t living(const TreeRoot& root) const;
  /// Once, to every living process of the tree. SIGKILL has to be repeated until living() is 0.
  void signal(const TreeRoot& root, int number) const;

  /// Kills whatever lives below the supervisor, and reaps it; gives up after two seconds.
  void kill_everything() const;

 private:
  std::vector<TreeRoot> others_than(const TreeRoot& root) const;
  pid_t supervisor_;
  bool is_first_process_;
  std::vector<TreeRoot> roots_;
};

}  // namespace milepost::supervisor
