#include "milepost/base/file.hpp"
#include "milepost/plan/parse.hpp"
#include "milepost/plan/plan_json.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using namespace milepost;

// Each data/NAME.md and data/NAME.yaml has its expected output beside it in data/NAME.json. After a wanted
// change look at the difference of the printed output and store it as the new file.
TEST_CASE("F59: the sample plans give exactly the stored JSON") {
  std::vector<std::filesystem::path> plans;
  for (const auto& entry : std::filesystem::directory_iterator(PLAN_DATA_DIR)) {
    if (entry.path().extension() != ".json") plans.push_back(entry.path());
  }
  std::sort(plans.begin(), plans.end());
  REQUIRE(plans.size() >= 9);
  for (const auto& path : plans) {
    CAPTURE(path.filename().string());
    const std::string json = plan_to_json(parse_plan(read_file(path), path.filename()));
    CHECK(json == read_file(std::filesystem::path(path).replace_extension(".json")));
  }
}
