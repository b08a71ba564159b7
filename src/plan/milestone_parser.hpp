#pragma once

#include "milepost/plan/plan.hpp"

#include "front_matter.hpp"
#include "source_text.hpp"

namespace milepost::parsing {

/// Reads a Markdown milestone plan into `plan`, whose path, sha256 and diagnostics so far are set.
void read_milestone_plan(const SourceText& source, const FrontMatter& front, Plan& plan);

}  // namespace milepost::parsing
