#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace milepost {

/// The columns that a printable() text takes on a terminal: East Asian wide characters and emoji take two,
/// combining ones none. Where terminals differ it is the larger number, so that a line that fits does fit.
/// Does not depend on the user's locale.
std::size_t display_width(std::string_view text);

/// The text, or as many of its first characters as `columns` hold together with a "…" at the end.
std::string fit_width(std::string_view text, std::size_t columns);

}  // namespace milepost
