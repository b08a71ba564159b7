#include "time_ago.hpp"

#include <ctime>

namespace milepost {

std::string time_ago(Milliseconds ago) {
  const std::time_t then = std::time(nullptr) - std::chrono::duration_cast<Seconds>(ago).count();
  std::tm utc{};
  ::gmtime_r(&then, &utc);
  char shown[32];
  std::strftime(shown, sizeof shown, "%Y-%m-%dT%H:%M:%S", &utc);
  return shown;
}

}  // namespace milepost
