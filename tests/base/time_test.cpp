#include "milepost/base/time.hpp"

#include "milepost/base/error.hpp"

#include "shape.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace milepost;

TEST_CASE("durations are a number and a unit") {
  const std::pair<const char*, long long> cases[] = {
      {"0", 0},
      {"0s", 0},
      {"90s", 90'000},
      {"45m", 2'700'000},
      {"45min", 2'700'000},
      {"1.5h", 5'400'000},
      {"250ms", 250},
      {"2d", 172'800'000},
      {" 90 s ", 90'000},
      {"0.5s", 500},
      {"4.35s", 4350},
      {"0.29h", 1'044'000},
      {"365d", 31'536'000'000},
  };
  for (const auto& c : cases) {
    CAPTURE(c.first);
    CHECK(parse_duration(c.first, "timeouts.idle").count() == c.second);
  }
}

TEST_CASE("F62: what is not a duration is refused with its name, its text and an example") {
  for (const std::string text : {"", "90", "s", "-5s", "+5s", "5 parsecs", "1e3s", "inf s", "nan", "366d",
                                 "1,5h", "5s5", "0x10s", "5S", "99999999999999999999d"}) {
    CAPTURE(text);
    try {
      parse_duration(text, "timeouts.idle");
      FAIL_CHECK("accepted");
    } catch (const UsageError& error) {
      CHECK(std::string(error.what()).find("timeouts.idle: '" + text + "'") == 0);
      CHECK(error.next_step().find("90s") != std::string::npos);
    }
  }
}

TEST_CASE("a duration's shortest text reads back as the same duration") {
  for (const long long ms :
       {0LL, 1LL, 250LL, 1000LL, 90'000LL, 60'000LL, 2'700'000LL, 5'400'000LL, 86'400'000LL}) {
    CAPTURE(ms);
    CHECK(parse_duration(duration_text(Milliseconds(ms)), "x").count() == ms);
  }
  CHECK(duration_text(std::chrono::minutes(45)) == "45m");
  CHECK(duration_text(std::chrono::hours(24)) == "24h");
  CHECK(duration_text(Milliseconds(90'000)) == "90s");
}

TEST_CASE("durations for people") {
  CHECK(human_duration(Milliseconds(850)) == "850 ms");
  CHECK(human_duration(Milliseconds(12'345)) == "12.3 s");
  CHECK(human_duration(Milliseconds(59'999)) == "59.9 s");
  CHECK(human_duration(Milliseconds(245'000)) == "4 min 05 s");
  CHECK(human_duration(Milliseconds(7'380'000)) == "2 h 03 min");
}

TEST_CASE("the wall clock is written in UTC with milliseconds") {
  CHECK(test::has_shape(utc_now(), "9999-99-99T99:99:99.999Z"));
}

TEST_CASE("a moment reads back from its text to the millisecond") {
  using TimePoint = std::chrono::system_clock::time_point;
  for (const long long ms : {0LL, 1LL, 999LL, 1'800'000'000'123LL, 951'782'400'000LL}) {
    const TimePoint moment{Milliseconds(ms)};
    CAPTURE(utc_text(moment));
    CHECK(parse_utc(utc_text(moment)) == moment);
  }
  CHECK(utc_text(TimePoint{}) == "1970-01-01T00:00:00.000Z");
  for (const char* text : {"", "soon", "2026-01-02", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Zx"})
    CHECK_FALSE(parse_utc(text));
}

TEST_CASE("a recorded time reads back as milliseconds since 1970") {
  CHECK(unix_milliseconds("1970-01-01T00:00:01.002Z") == 1002);
  CHECK(unix_milliseconds("2026-11-22T09:30:12.345Z") == 1'795'339'812'345);
  CHECK(unix_milliseconds("yesterday") == 0);
}
