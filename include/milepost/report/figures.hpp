#pragma once

#include "milepost/base/time.hpp"
#include "milepost/harness/event.hpp"

#include <cstddef>
#include <string>

namespace milepost {

/// "$0.42", "about $0.42" (estimated), "under $0.01", "cost unknown".
std::string cost_text(const Usage& usage);

/// "950", "1.2k", "15k", "1.2M".
std::string short_count(std::uint64_t count);

/// "12k in (+1.8M cached), 950 out": cached ones apart, as they cost a tenth; empty when none is
/// known.
std::string token_text(const Usage& usage);

/// "1h 5m", "12min"; at least "1min".
std::string short_duration(Milliseconds duration);

/// "14:05:00", with the date before it when it is not today: a time of utc_text() in this machine's zone. Any
/// other text is given back as it is.
std::string local_time(const std::string& utc);

/// "1 file", "2 files".
std::string counted(std::size_t count, const std::string& thing);

}  // namespace milepost
