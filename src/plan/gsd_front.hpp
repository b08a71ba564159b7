#pragma once

#include "milepost/plan/plan.hpp"

#include "front_matter.hpp"
#include "gsd_name.hpp"

namespace milepost::parsing {

/// Takes over what the front matter of a GSD plan says: wave, dependencies, must_haves… Each field converts
/// its own text; keys that milepost does not know go to `meta`. What does not fit is told.
void read_gsd_front(const FrontMatter& front, const GsdName& name, Plan& plan);

}  // namespace milepost::parsing
