#pragma once

#include <string>
#include <string_view>

namespace milepost::parsing {

/// A quoted string of Graphviz's language.
std::string dot_text(std::string_view text);

/// A quoted label of two lines, each cut for display.
std::string dot_label(std::string_view id, std::string_view title);

}  // namespace milepost::parsing
