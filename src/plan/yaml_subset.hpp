#pragma once

#include "front_matter.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace milepost::parsing {

/// Text that the YAML subset cannot read, and where.
struct YamlFault : std::runtime_error {
  YamlFault(Span where, const std::string& message) : std::runtime_error(message), at(where) {}
  Span at;
};

/// Said of a value that begins with '&', '*' or '!'.
inline constexpr std::string_view k_no_tags =
    "a value that begins with '&', '*' or '!' is a YAML anchor, alias or tag; YAML anchors, aliases and tags "
    "are not read: put a text in quotes, as in \"! grep x\"";

/// Reads lines first..end-1 of a text as one map of the YAML subset. Adds warnings to `diagnostics`. Throws
/// YamlFault.
FrontMatterValue read_yaml_map(const SourceText& source, std::uint32_t first, std::uint32_t end,
                               std::vector<Diagnostic>& diagnostics);

}  // namespace milepost::parsing
