#include "milestone_names.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace milepost::parsing;

namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

}  // namespace

TEST_CASE("milestones are read from what people write behind Builds on") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"M2", "M2"},
      {"M2, M3", "M2 M3"},
      {"Milestone 3, Milestone 4", "M3 M4"},
      {"Milestone 2 (Paint) and Milestone 4", "M2 M4"},
      {"Milestones 1, 2 and 3", "M1 M2 M3"},
      {"M4 (walls) + M5 (roof)", "M4 M5"},
      {"M1-M4 (core)", "M1 M2 M3 M4"},
      {"M1\xe2\x80\x93M3", "M1 M2 M3"},
      {"M1 - M3", "M1 M2 M3"},
      {"Milestones 1-3", "M1 M2 M3"},
      {"M1 to M3", "M1 M2 M3"},
      {"M4 RoofBuilderV3, M5 DoorCacheV3", "M4 M5"},
      {"M4.5, M5b", "M4.5 M5b"},
      {"Milestone 1 & 2", "M1 M2"},
      {"Milestone 3, 2 workers running", "M3"},
      {"Milestone 1: Big Doors and Milestone 2: Small Doors", "M1 M2"},
      {"Nothing (foundation)", ""},
      {"None (can run beside M1 and M2)", ""},
      {"None, can run beside M1", ""},
      {"Nothing; goes on beside M1", ""},
      {"Nonesuch M1", "M1"},
      {"M2 (base) \xe2\x80\x94 can run beside M3/M4", "M2"},
      {"M2 - can run beside M3", "M2"},
      {"Garden Fence M1-M6 complete", ""},
      {"M2 complete, M2 merged", "M2"},
      {"M5 must be merged", "M5"},
      {"the M2M gateway and HM3", ""},
      {"M1-M99999", "M1 M99999"},
      {"M", ""},
      {"", ""},
  };
  for (const auto& [value, names] : rows) {
    const std::string shown(value);
    CAPTURE(shown);
    CHECK(joined(milestones_in(value)) == names);
  }
}

TEST_CASE("a title gives the milestone and the rest") {
  struct Row {
    std::string heading, id, title;
  };
  const std::vector<Row> rows = {
      {"Milestone 3: Doors", "M3", "Doors"},
      {"M3: Doors", "M3", "Doors"},
      {"Milestone 4.5: Doors", "M4.5", "Doors"},
      {"M5b: Doors", "M5b", "Doors"},
      {"Milestone 3 \xe2\x80\x94 Doors", "M3", "Doors"},
      {"Milestone 3", "M3", ""},
      {"Milestone: Doors", "", "Doors"},
      {"Test Milestone: Doors", "", "Doors"},
      {"Test Plan: Doors", "", "Doors"},
      {"M3GAN: A film", "", "M3GAN: A film"},
      {"Doors", "", "Doors"},
      {"Makefile: Doors", "", "Makefile: Doors"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.heading);
    const MilestoneTitle title = milestone_title_of(row.heading);
    CHECK(title.id == row.id);
    CHECK(title.title == row.title);
  }
}

TEST_CASE("a file name gives the milestone") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"M3_doors", "M3"},
      {"PLAN_M2_doors", "M2"},
      {"PLAN_v2_M3_doors", "M3"},
      {"M4.5_doors", "M4.5"},
      {"M5b_cicd-verification", "M5b"},
      {"M7", "M7"},
      {"M10_doors", "M10"},
      {"doors", ""},
      {"ROOM3_doors", ""},
      {"Main_3", ""},
  };
  for (const auto& [stem, id] : rows) {
    const std::string shown(stem);
    CAPTURE(shown);
    CHECK(milestone_of_file_stem(stem) == id);
  }
}
