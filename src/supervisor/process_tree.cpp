#include "process_tree.hpp"

#include "milepost/base/fd.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace milepost::supervisor {

namespace {

std::optional<ProcessEntry> read_entry(pid_t pid) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%d/stat", static_cast<int>(pid));
  const Fd file(::open(path, O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  char text[1024];
  const ssize_t length = ::read(file.get(), text, sizeof text);
  if (length <= 0) return std::nullopt;
  std::string_view rest(text, static_cast<std::size_t>(length));
  // The second field is the program's name in parentheses, which may itself hold spaces and parentheses.
  const std::size_t name_end = rest.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= rest.size()) return std::nullopt;
  rest.remove_prefix(name_end + 2);
  ProcessEntry entry;
  entry.pid = pid;
  entry.state = rest.front();
  constexpr int state_field = 3, parent_field = 4, session_field = 6, start_field = 22;
  for (int field = state_field; field <= start_field; ++field) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const char* last = rest.data() + end;
    if (field == parent_field) std::from_chars(rest.data(), last, entry.parent);
    if (field == session_field) std::from_chars(rest.data(), last, entry.session);
    if (field == start_field) std::from_chars(rest.data(), last, entry.start_ticks);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return entry;
}

/// What descends from these processes, without themselves; whatever else is in the table is never touched.
std::vector<ProcessEntry> descendants(const std::vector<ProcessEntry>& table, std::vector<pid_t> ancestors) {
  std::vector<ProcessEntry> rest = table;
  std::erase_if(rest, [&](const ProcessEntry& entry) {
    return std::find(ancestors.begin(), ancestors.end(), entry.pid) != ancestors.end();
  });
  std::vector<ProcessEntry> found;
  for (std::size_t next = 0; next < ancestors.size(); ++next) {
    const pid_t parent = ancestors[next];
    const auto children = std::stable_partition(
        rest.begin(), rest.end(), [&](const ProcessEntry& entry) { return entry.parent != parent; });
    for (auto child = children; child != rest.end(); ++child) ancestors.push_back(child->pid);
    found.insert(found.end(), children, rest.end());
    rest.erase(children, rest.end());
  }
  return found;
}

}  // namespace

std::vector<ProcessEntry> process_table() {
  std::vector<ProcessEntry> table;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc"), ::closedir);
  if (!directory) return table;
  while (const dirent* item = ::readdir(directory.get())) {
    const std::string_view name(item->d_name);
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc() || end != name.data() + name.size()) continue;
    if (auto entry = read_entry(pid)) table.push_back(*entry);
  }
  return table;
}

std::uint64_t start_ticks_of(pid_t pid) {
  const auto entry = read_entry(pid);
  return entry ? entry->start_ticks : 0;
}

std::vector<pid_t> living_tree(const std::vector<ProcessEntry>& table, pid_t supervisor, const TreeRoot& root,
                               const std::vector<TreeRoot>& others) {
  const auto is_other = [&](pid_t pid) {
    return std::any_of(others.begin(), others.end(), [&](const TreeRoot& other) { return other.pid == pid; });
  };
  const auto starts_a_branch = [&](const ProcessEntry& entry) {
    if (is_other(entry.pid)) return false;
    if (entry.pid == root.pid) return true;
    if (root.pid > 0 && entry.session == root.pid) return true;
    return entry.parent == supervisor && !is_other(entry.session) && entry.start_ticks >= root.start_ticks;
  };
  const std::vector<ProcessEntry> below = descendants(table, {supervisor});
  std::vector<pid_t> branches;
  std::vector<pid_t> living;
  for (const ProcessEntry& entry : below) {
    if (!starts_a_branch(entry)) continue;
    branches.push_back(entry.pid);
    if (entry.alive()) living.push_back(entry.pid);
  }
  for (const ProcessEntry& entry : descendants(below, branches))
    if (entry.alive()) living.push_back(entry.pid);
  return living;
}

}  // namespace milepost::supervisor
