#pragma once

#include "front_matter.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace milepost::parsing {

/// What the name of a GSD plan's file says: "18.1-02-PLAN.md" is plan 02 of phase 18.1.
struct GsdName {
  std::string id;         ///< "18.1-02"
  std::string phase;      ///< "18.1"; empty when the name has none ("001-PLAN.md")
  std::string number;     ///< "02", "03b"; may be empty
  bool canonical = true;  ///< "…-PLAN.md" or "PLAN.md"
};

/// "PLAN.md" takes its id from the front matter, else from its directory.
GsdName gsd_name_of(const std::filesystem::path& path, const FrontMatter& front);

/// Whether the file name alone tells a GSD plan: "37-02-PLAN.md", "CK-01-02-PLAN.md".
bool is_gsd_file_name(std::string_view name);

/// The phase at the start of a text: "37" of "37-build-it", "18.1", "12A", "CK-01"; empty when there is none.
std::string_view phase_token(std::string_view text);

/// "02", "03b", "00a".
bool is_plan_token(std::string_view text);

/// Whether two phases or plan numbers are the same but for leading zeros: "1" and "01".
bool same_number(std::string_view a, std::string_view b);

struct GsdDependency {
  enum class Kind { same_phase, other_phase, self, unclear };
  Kind kind = Kind::unclear;
  std::string id;  ///< "37-01"
};

/// What an item of depends_on means for a plan: "01" is plan 01 of its phase; "64-01-set-up" is plan 64-01.
GsdDependency gsd_dependency(std::string_view item, const GsdName& plan);

}  // namespace milepost::parsing
