#include "trees.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include <algorithm>

namespace milepost::supervisor {

void Trees::remove(const TreeRoot& root) {
  std::erase_if(roots_, [&](const TreeRoot& each) { return each.pid == root.pid; });
}

std::vector<TreeRoot> Trees::others_than(const TreeRoot& root) const {
  std::vector<TreeRoot> others = roots_;
  std::erase_if(others, [&](const TreeRoot& each) { return each.pid == root.pid; });
  return others;
}

std::size_t Trees::living(const TreeRoot& root) const {
  return living_tree(process_table(), supervisor_, root, others_than(root)).size();
}

void Trees::signal(const TreeRoot& root, int number) const {
  // kill(-1) is atomic against fork, which a walk is not.
  if (is_first_process_ && roots_.size() == 1 && roots_.front().pid == root.pid) {
    ::kill(-1, number);
    return;
  }
  for (const pid_t pid : living_tree(process_table(), supervisor_, root, others_than(root)))
    ::kill(pid, number);
}

void Trees::kill_everything() const {
  constexpr int k_rounds = 400;
  const timespec round{0, 5'000'000};
  const TreeRoot everything{};
  for (int i = 0; i < k_rounds; ++i) {
    if (is_first_process_)
      ::kill(-1, SIGKILL);
    else
      for (const pid_t pid : living_tree(process_table(), supervisor_, everything, {})) ::kill(pid, SIGKILL);
    pid_t reaped = 0;
    do reaped = ::waitpid(-1, nullptr, WNOHANG);
    while (reaped > 0);
    if (reaped < 0) return;
    ::nanosleep(&round, nullptr);
  }
}

}  // namespace milepost::supervisor
