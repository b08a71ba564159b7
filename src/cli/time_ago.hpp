#pragma once

#include "milepost/base/time.hpp"

#include <string>

namespace milepost {

/// The moment that lies so long ago, in the form of the records' times to the second: they compare as texts.
std::string time_ago(Milliseconds ago);

}  // namespace milepost
