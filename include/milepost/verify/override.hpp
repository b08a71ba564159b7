#pragma once

#include "milepost/verify/evidence.hpp"

#include <string>
#include <vector>

namespace milepost {

/// A person takes a check as met, whatever milepost found.
struct Override {
  std::string check;   ///< Evidence::id
  std::string reason;  ///< never empty
  std::string by;      ///< the login name
  std::string at;      ///< time of the record; may be empty
};

/// The checks with their overrides: one that is named and did not pass becomes `overridden`, and its detail
/// says by whom, why, and what milepost found. A check that passed stays so. Of several overrides of a check
/// the last counts.
std::vector<Evidence> apply_overrides(std::vector<Evidence> evidence, const std::vector<Override>& overrides);

}  // namespace milepost
