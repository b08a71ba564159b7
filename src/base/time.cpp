#include "milepost/base/time.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <time.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace milepost {

std::string utc_now() {
  return utc_text(std::chrono::system_clock::now());
}

std::string utc_text(WallTime moment) {
  const auto seconds = std::chrono::floor<Seconds>(moment);
  const std::time_t time = std::chrono::system_clock::to_time_t(seconds);
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
  char text[48];
  const auto rest = std::chrono::floor<Milliseconds>(moment - seconds);
  std::snprintf(text, sizeof text, "%s.%03dZ", date, static_cast<int>(rest.count()));
  return text;
}

std::optional<WallTime> parse_utc(std::string_view utc_form) {
  const std::string text(utc_form.substr(0, 64));
  std::tm utc{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &utc);
  unsigned milliseconds = 0;
  int read = 0;
  if (!rest || std::sscanf(rest, ".%3uZ%n", &milliseconds, &read) != 1 || read != 5 || rest[read] != '\0')
    return std::nullopt;
  return std::chrono::system_clock::from_time_t(::timegm(&utc)) + Milliseconds(milliseconds);
}

std::int64_t unix_milliseconds(std::string_view utc) {
  const auto moment = parse_utc(utc);
  return moment ? std::chrono::floor<Milliseconds>(*moment).time_since_epoch().count() : 0;
}

Milliseconds parse_duration(std::string_view text, std::string_view what) {
  const std::string shown = one_line(text, 40);
  const auto bad = [&]() -> UsageError {
    return UsageError(std::string(what) + ": '" + shown + "' is not a duration",
                      "write a number and a unit, such as 90s, 45m or 1.5h");
  };
  text = trim(text);
  if (text == "0") return Milliseconds(0);
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || !(value >= 0)) throw bad();
  const std::string_view unit = trim(text.substr(static_cast<std::size_t>(end - text.data())));
  double milliseconds = 0;
  if (unit == "ms")
    milliseconds = value;
  else if (unit == "s")
    milliseconds = value * 1e3;
  else if (unit == "m" || unit == "min")
    milliseconds = value * 60e3;
  else if (unit == "h")
    milliseconds = value * 3600e3;
  else if (unit == "d")
    milliseconds = value * 86400e3;
  else
    throw bad();
  if (milliseconds > 365.0 * 86400e3) throw bad();
  return Milliseconds(std::llround(milliseconds));
}

std::string human_duration(Milliseconds duration) {
  const auto ms = duration.count();
  char text[64];
  if (ms < 1000)
    std::snprintf(text, sizeof text, "%lld ms", static_cast<long long>(ms));
  else if (ms < 60'000)
    std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(ms / 100) / 10.0);
  else if (ms < 3'600'000)
    std::snprintf(text, sizeof text, "%lld min %02lld s", static_cast<long long>(ms / 60'000),
                  static_cast<long long>(ms / 1000 % 60));
  else
    std::snprintf(text, sizeof text, "%lld h %02lld min", static_cast<long long>(ms / 3'600'000),
                  static_cast<long long>(ms / 60'000 % 60));
  return text;
}

std::string duration_text(Milliseconds duration) {
  const auto ms = duration.count();
  if (ms == 0) return "0";
  if (ms % 3'600'000 == 0) return std::to_string(ms / 3'600'000) + "h";
  if (ms % 60'000 == 0) return std::to_string(ms / 60'000) + "m";
  if (ms % 1000 == 0) return std::to_string(ms / 1000) + "s";
  return std::to_string(ms) + "ms";
}

}  // namespace milepost
