#pragma once

#include <string_view>

namespace milepost {

/// "0.1.0"
std::string_view version();

}  // namespace milepost
