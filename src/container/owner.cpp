#include "milepost/container/owner.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <climits>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace milepost {

namespace {

constexpr const char* k_host = "milepost.owner.host";
constexpr const char* k_boot_id = "milepost.owner.boot_id";
constexpr const char* k_pid_namespace = "milepost.owner.pid_namespace";
constexpr const char* k_pid = "milepost.owner.pid";
constexpr const char* k_start_time = "milepost.owner.start_time";

std::string first_line(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return std::string(trim(line));
}

std::string this_host() {
  const std::string machine_id = first_line("/etc/machine-id");
  if (!machine_id.empty()) return machine_id;
  char name[HOST_NAME_MAX + 1] = {};
  ::gethostname(name, sizeof name - 1);
  return name;
}

std::string this_pid_namespace() {
  std::error_code failed;
  return std::filesystem::read_symlink("/proc/self/ns/pid", failed).string();
}

/// State and start time of /proc/PID/stat: fields 3 and 22. The name in field 2 may hold blanks and brackets.
struct ProcessStat {
  char state = 0;
  std::uint64_t start_time = 0;
};

std::optional<ProcessStat> stat_of(int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::ostringstream text;
  text << in.rdbuf();
  const std::string line = text.str();
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream fields(line.substr(name_end + 1));
  ProcessStat stat;
  std::string skipped;
  fields >> stat.state;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  fields >> stat.start_time;
  if (!fields) return {};
  return stat;
}

template <class Number>
std::optional<Number> number(const std::string& text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

}  // namespace

Owner Owner::of_this_process() {
  const auto stat = stat_of(::getpid());
  if (!stat) throw EnvironmentError("cannot read /proc/self/stat", "mount /proc");
  return {this_host(), first_line("/proc/sys/kernel/random/boot_id"), this_pid_namespace(), ::getpid(),
          stat->start_time};
}

std::map<std::string, std::string> Owner::to_labels() const {
  return {{k_host, host},
          {k_boot_id, boot_id},
          {k_pid_namespace, pid_namespace},
          {k_pid, std::to_string(pid)},
          {k_start_time, std::to_string(start_time)}};
}

std::optional<Owner> Owner::from_labels(const std::map<std::string, std::string>& labels) {
  const auto text = [&](const char* name) {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string() : found->second;
  };
  const auto pid = number<int>(text(k_pid));
  const auto start_time = number<std::uint64_t>(text(k_start_time));
  const Owner owner{text(k_host), text(k_boot_id), text(k_pid_namespace), pid.value_or(0),
                    start_time.value_or(0)};
  if (owner.host.empty() || owner.boot_id.empty() || owner.pid_namespace.empty() || owner.pid <= 0 ||
      !start_time)
    return {};
  return owner;
}

OwnerState owner_state(const Owner& owner) {
  if (owner.host != this_host()) return OwnerState::unclear;
  const std::string boot_id = first_line("/proc/sys/kernel/random/boot_id");
  if (boot_id.empty()) return OwnerState::unclear;
  if (owner.boot_id != boot_id) return OwnerState::dead;
  if (owner.pid_namespace != this_pid_namespace()) return OwnerState::unclear;
  // Not from /proc alone: it may be mounted so that it hides other users' processes.
  if (::kill(owner.pid, 0) != 0 && errno == ESRCH) return OwnerState::dead;
  const auto stat = stat_of(owner.pid);
  if (!stat) return ::kill(owner.pid, 0) != 0 && errno == ESRCH ? OwnerState::dead : OwnerState::unclear;
  if (stat->start_time != owner.start_time || stat->state == 'Z' || stat->state == 'X')
    return OwnerState::dead;
  return OwnerState::alive;
}

}  // namespace milepost
