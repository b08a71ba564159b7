#pragma once

#include "milepost/base/time.hpp"
#include "milepost/harness/event.hpp"

#include <cstddef>
#include <string>

namespace milepost {

/// "$0.42", "under $0.01", "cost unknown".
std::string cost_text(const Usage& usage);

/// "1h 5m", "12min"; at least "1min".
std::string short_duration(Milliseconds duration);

/// "1 file", "2 files".
std::string counted(std::size_t count, const std::string& thing);

}  // namespace milepost
