#pragma once

#include <string>
#include <string_view>

namespace milepost {

/// Why a key link's pattern cannot be used as a regular expression.
enum class PatternFault {
  none,
  invalid,  ///< no ECMAScript regular expression
  costly,   ///< may take very long on some text: too long, nested repeats, huge counts
};

struct PatternCheck {
  PatternFault fault = PatternFault::none;
  std::string reason;  ///< in words; empty when there is no fault
};

/// Looks at a pattern without matching anything. Takes a short time for any text.
PatternCheck check_pattern(std::string_view pattern);

}  // namespace milepost
