#pragma once

#include "milepost/harness/lock.hpp"

#include <string>

namespace milepost {

/// The file in a harness volume that is written last, when everything else is there.
inline constexpr const char* k_marker_name = ".milepost-complete.json";

/// Its contents for a lock. Marker of a harness volume, format 1: JSON with `format` and `manifest`.
std::string marker_text(const HarnessLock& lock);

}  // namespace milepost
