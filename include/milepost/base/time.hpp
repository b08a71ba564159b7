#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace milepost {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;
using SteadyClock = std::chrono::steady_clock;
using WallTime = std::chrono::system_clock::time_point;  ///< of records, for display only

/// The wall clock in UTC as "2026-11-22T09:30:12.345Z". For records only; every timeout uses SteadyClock.
std::string utc_now();
/// Any moment in that form; milliseconds are cut off, not rounded.
std::string utc_text(WallTime moment);
/// Reads that form back; nothing for any other text.
std::optional<WallTime> parse_utc(std::string_view text);

/// Milliseconds since 1970 of a text of utc_now(); 0 for anything else.
std::int64_t unix_milliseconds(std::string_view utc);

/// "90s", "45m", "1.5h", "250ms", "2d" (a unit is required; "0" alone is zero). Throws UsageError naming
/// `what` for anything else, negative values and values over 365 days.
Milliseconds parse_duration(std::string_view text, std::string_view what);

/// "850 ms", "12.3 s", "4 min 05 s", "2 h 03 min".
std::string human_duration(Milliseconds duration);

/// The shortest text that parse_duration reads back: "45m".
std::string duration_text(Milliseconds duration);

}  // namespace milepost
