#pragma once

#include "milepost/verify/evidence.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace milepost {

// Text of an agent or a plan as part of a Markdown document.

/// In back quotes that hold whatever back quotes it has itself; on one line.
std::string code(std::string_view text);

/// An agent's Markdown that can change nothing around it: no heading, rule, comment or open fence. Each line
/// ends with a newline.
std::string tame(std::string_view text);

/// The same on one line, without a newline.
std::string tame_line(std::string_view text);

/// The same as an entry of a list: what has several lines goes on below the mark.
std::string bullet(std::string_view text);

/// A check as a list entry without its mark: "passed: `make test` (3.2 s)".
std::string check_line(const Evidence& check);

}  // namespace milepost
