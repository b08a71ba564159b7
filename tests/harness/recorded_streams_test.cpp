#include "milepost/base/file.hpp"
#include "milepost/harness/profile.hpp"

#include "harness/mangle.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

// The streams of every harness in tests/harness/data/HARNESS/KIND[-ANYTHING].ndjson, as the real CLIs print
// them. KIND is the kind of result they must be read as, or `no_result`.

using namespace milepost;
using namespace milepost::test;

namespace fs = std::filesystem;

namespace {

struct Recorded {
  std::string name, kind, text;
  const HarnessProfile* profile = nullptr;
};

std::vector<Recorded> recorded_of(const std::string& harness) {
  std::vector<Recorded> all;
  const fs::path directory = fs::path(MILEPOST_TEST_STREAMS) / harness;
  if (!fs::is_directory(directory)) return all;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string stem = entry.path().stem().string();
    all.push_back({harness + "/" + stem, stem.substr(0, stem.find('-')), read_file(entry.path()),
                   &harness_profile(harness)});
  }
  return all;
}

std::vector<Recorded> recorded() {
  std::vector<Recorded> all;
  for (const std::string& harness : harness_names()) {
    for (Recorded& stream : recorded_of(harness)) all.push_back(std::move(stream));
  }
  return all;
}

std::string kind_of(const std::vector<AgentEvent>& events) {
  const auto results = only<ResultEvent>(events);
  return results.empty() ? "no_result" : std::string(to_string(results.back().kind));
}

std::string shown(const std::vector<AgentEvent>& events) {
  std::string text;
  for (const AgentEvent& event : events) {
    const std::string line = live_line(event);
    if (!line.empty()) text += line + "\n";
  }
  return text;
}

std::string without_last_line(const std::string& text) {
  const std::size_t end = text.size() < 2 ? std::string::npos : text.rfind('\n', text.size() - 2);
  return end == std::string::npos ? std::string() : text.substr(0, end + 1);
}

/// A success without its last line is none; a failure stays whole.
std::string failed_form(const Recorded& stream) {
  return stream.kind == "success" ? without_last_line(stream.text) : stream.text;
}

}  // namespace

TEST_CASE("every harness has recorded streams of a success, a failure and an end without a result") {
  for (const std::string& harness : harness_names()) {
    if (harness_profile(harness).capabilities().needs_settings) continue;  // what it prints is a setting
    CAPTURE(harness);
    bool success = false, failure = false, none = false;
    for (const Recorded& stream : recorded_of(harness)) {
      success = success || stream.kind == "success";
      none = none || stream.kind == "no_result";
      failure = failure || (stream.kind != "success" && stream.kind != "no_result");
    }
    CHECK(success);
    CHECK(failure);
    CHECK(none);
  }
}

TEST_CASE("a recorded stream is read as what it was, in pieces of any size") {
  for (const Recorded& stream : recorded()) {
    CAPTURE(stream.name);
    const auto events = collect(*stream.profile->parser(), stream.text);
    CHECK(kind_of(events) == stream.kind);
    CHECK(only<ResultEvent>(events).size() <= 1);
    CHECK(only<BadLine>(events).empty());
    CHECK(only<UnknownEvent>(events).empty());
    for (const ResultEvent& result : only<ResultEvent>(events)) CHECK_FALSE(result.text.empty());
    for (const std::size_t piece : {1u, 3u, 64u}) {
      CAPTURE(piece);
      const auto again = collect(*stream.profile->parser(), stream.text, piece);
      CHECK(kind_of(again) == stream.kind);
      CHECK(shown(again) == shown(events));
    }
  }
}

TEST_CASE("F27: a recorded stream that is cut anywhere is no success") {
  for (const Recorded& stream : recorded()) {
    CAPTURE(stream.name);
    require_no_success_when_cut(*stream.profile, stream.text);
  }
}

TEST_CASE("no flipped bit makes a success of a recorded stream that is none") {
  for (const Recorded& stream : recorded()) {
    CAPTURE(stream.name);
    require_no_success_when_flipped(*stream.profile, failed_form(stream));
  }
}

TEST_CASE("noise between the lines of a recorded stream changes nothing") {
  for (const Recorded& stream : recorded()) {
    CAPTURE(stream.name);
    const auto events = collect(*stream.profile->parser(), with_noise(stream.text));
    CHECK(kind_of(events) == stream.kind);
    CHECK(shown(events) == shown(collect(*stream.profile->parser(), stream.text)));
  }
}

TEST_CASE("F28: noise inside of a line makes no success of a recorded stream that is none") {
  for (const Recorded& stream : recorded()) {
    CAPTURE(stream.name);
    require_no_success_when_torn(*stream.profile, failed_form(stream));
  }
}
