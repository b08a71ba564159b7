#pragma once

#include <string>
#include <string_view>

namespace milepost::script_harness {

/// A JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD; every control character is escaped,
/// so that the text stays on one line.
std::string json_text(std::string_view bytes);

}  // namespace milepost::script_harness
