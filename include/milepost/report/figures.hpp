#pragma once

#include "milepost/base/time.hpp"
#include "milepost/harness/event.hpp"

#include <cstddef>
#include <string>

namespace milepost {

/// "$0.42", "about $0.42" (estimated), "under $0.01", "cost unknown".
std::string cost_text(const Usage& usage);

/// "950 tokens", "15.2k tokens", "1.2M tokens": in and out, cached ones apart; empty when none is known.
std::string token_total(const Usage& usage);

/// "1h 5m", "12min"; at least "1min".
std::string short_duration(Milliseconds duration);

/// "14:05:00", with the date before it when it is not today: a time of utc_text() in this machine's zone. Any
/// other text is given back as it is.
std::string local_time(const std::string& utc);

/// "1 file", "2 files".
std::string counted(std::size_t count, const std::string& thing);

}  // namespace milepost
