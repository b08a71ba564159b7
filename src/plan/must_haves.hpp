#pragma once

#include "milepost/plan/plan.hpp"

#include "front_matter.hpp"

#include <string>
#include <vector>

namespace milepost::parsing {

/// The texts of a list; a single text is a list of one, an absent value is empty. Anything else is told.
std::vector<std::string> texts_of(const FrontMatterValue& value, std::string_view key,
                                  std::vector<Diagnostic>& diagnostics);

/// The truths, artifacts and key links of `must_haves`; what has another shape is told and left out.
MustHaves read_must_haves(const FrontMatterValue& value, std::vector<Diagnostic>& diagnostics);

}  // namespace milepost::parsing
