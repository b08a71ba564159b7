#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace milepost::parsing {

/// The milestones that a value of "Builds on:" or "Depends on:" names, in order, each once: "M4 (x) + M5 (y)"
/// gives M4 and M5, "M1-M3" gives M1, M2, M3. Remarks in parentheses and after a dash do not count, nor do
/// the milestones of something else ("Indicator Standardization M1-M6").
std::vector<std::string> milestones_in(std::string_view value);

/// The milestone that a title names ("Milestone 4.5: T", "M5b: T"): its id and the rest; the id is empty when
/// it names none.
struct MilestoneTitle {
  std::string id;
  std::string_view title;
};
MilestoneTitle milestone_title_of(std::string_view heading);

/// The milestone in a file name: "M3_x", "PLAN_M2_x", "PLAN_v2_M3"; empty when there is none.
std::string milestone_of_file_stem(std::string_view stem);

}  // namespace milepost::parsing
