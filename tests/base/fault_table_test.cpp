#include "milepost/base/text.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

// The faults and attacks of docs/RELIABILITY.md, against the names of the test cases.

using namespace milepost;
namespace fs = std::filesystem;

namespace {

const fs::path k_source = MILEPOST_SOURCE_DIR;
constexpr int k_faults = 68;

std::string id_of(int number) {
  return "F" + std::to_string(number);
}

bool is_id(std::string_view text) {
  return text.size() > 1 && text[0] == 'F' &&
         text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

/// "F1" → {"channel/leash", …}, from the rows whose first cell is an id.
std::map<std::string, std::vector<std::string>> table() {
  std::map<std::string, std::vector<std::string>> rows;
  const std::string text = test::slurp(k_source / "docs/RELIABILITY.md");
  for (const std::string_view line : lines_of(text)) {
    const auto cells = split(line, '|');
    if (cells.size() != 6 || !is_id(trim(cells[1]))) continue;
    const std::string id(trim(cells[1]));
    CHECK_MESSAGE(!rows.contains(id), id);
    for (const std::string_view place : split(cells[4], ',')) rows[id].emplace_back(trim(place));
  }
  return rows;
}

/// The ids at the beginning of the names of a file's test cases.
std::set<std::string> ids_in(const fs::path& file) {
  std::set<std::string> ids;
  const std::string text = test::slurp(file);
  for (std::size_t at = 0; (at = text.find("TEST_CASE", at)) != std::string::npos; ++at) {
    const std::size_t begin = text.find('"', at) + 1;
    const std::string_view name = std::string_view(text).substr(begin, text.find(':', begin) - begin);
    const auto parts = split(name, ',');
    const bool all = std::ranges::all_of(parts, [](std::string_view part) { return is_id(trim(part)); });
    for (const std::string_view part : parts) {
      if (all) ids.insert(std::string(trim(part)));
    }
  }
  return ids;
}

}  // namespace

TEST_CASE("each fault has a row, and each place that the row names has a test of that fault") {
  const auto rows = table();
  CHECK(rows.size() == k_faults);
  for (int number = 1; number <= k_faults; ++number) {
    const std::string id = id_of(number);
    CAPTURE(id);
    REQUIRE(rows.contains(id));
    for (const std::string& place : rows.at(id)) {
      CAPTURE(place);
      CHECK(ids_in(k_source / "tests" / (place + "_test.cpp")).contains(id));
    }
  }
}

TEST_CASE("no test claims a fault that the table does not have") {
  const auto rows = table();
  int claimed = 0;
  for (const auto& entry : fs::recursive_directory_iterator(k_source / "tests")) {
    if (!entry.path().string().ends_with("_test.cpp")) continue;
    for (const std::string& id : ids_in(entry.path())) {
      CAPTURE(entry.path().string());
      CAPTURE(id);
      CHECK(rows.contains(id));
      ++claimed;
    }
  }
  CHECK(claimed > k_faults);
}
