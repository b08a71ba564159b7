#pragma once

#include "milepost/base/time.hpp"
#include "milepost/channel/channel.hpp"
#include "milepost/state/run_event.hpp"

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// Reads what the egress proxy writes: its log of requests on standard output, in the format of
/// squid_configuration(), and its own words on standard error. Bounded: of many different denied targets the
/// first hundred are kept by name, the others are counted together.
class EgressLog : public OutputSink {
 public:
  void on_stdout(std::string_view bytes) override;
  void on_stderr(std::string_view bytes) override;

  /// Whether the proxy said within the limit that it accepts connections.
  bool wait_until_ready(Milliseconds limit);
  /// The targets refused so far as HOST:PORT, most frequent first.
  std::vector<DeniedTarget> denied() const;
  /// The proxy's last words.
  std::string words() const;
  /// Forgets what was refused until now: the self-test's own requests.
  void clear();

 private:
  void take(std::string_view line);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool ready_ = false;
  std::string line_, words_;
  std::map<std::string, std::uint64_t> denied_;
};

}  // namespace milepost
