#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace milepost {

/// The process a container belongs to, so that a sweep can prove it dead: a pid alone can be reused.
struct Owner {
  std::string host;           ///< machine id, or host name without one
  std::string boot_id;        ///< /proc/sys/kernel/random/boot_id
  std::string pid_namespace;  ///< "pid:[4026531836]": a pid means nothing outside its own
  int pid = 0;
  std::uint64_t start_time = 0;  ///< clock ticks since boot, /proc/PID/stat field 22

  static Owner of_this_process();
  std::map<std::string, std::string> to_labels() const;  ///< milepost.owner.*
  /// Nothing when a label is missing or malformed.
  static std::optional<Owner> from_labels(const std::map<std::string, std::string>& labels);
};

enum class OwnerState { alive, dead, unclear };

/// `dead` only when proven: same host, and another boot, or in our pid namespace no such pid, a zombie, or
/// another start time.
OwnerState owner_state(const Owner& owner);

}  // namespace milepost
