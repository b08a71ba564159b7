#pragma once

#include "config/value.hpp"

#include <string>
#include <string_view>

namespace milepost::config {

/// Reads one YAML document into a Value; an empty one gives Kind::none. Throws UsageError
/// "<name>:<line>:<column>: …" for what is not YAML, and for the parts of YAML that configuration does not
/// use: tags, anchors and aliases, a second document, keys that are not text, a key that comes twice.
Value parse_yaml(std::string_view text, const std::string& name);

}  // namespace milepost::config
