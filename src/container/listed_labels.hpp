#pragma once

#include <map>
#include <string>
#include <string_view>

namespace milepost {

/// Labels as the engines print them: a JSON object, or null for none.
std::map<std::string, std::string> parse_labels(std::string_view text);

}  // namespace milepost
