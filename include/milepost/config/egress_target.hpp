#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace milepost {

/// A place that the egress proxy lets through: a host and one port of it.
struct EgressTarget {
  std::string host;  ///< lower case, without a trailing dot; an IPv6 address without brackets
  std::uint16_t port = 443;
  bool subdomains = false;  ///< the names below `host` too: written "*.host"

  bool operator==(const EgressTarget&) const = default;
  std::string text() const;  ///< as parse_egress_target() reads it, always with the port
};

/// Reads "host", "host:port", "*.host[:port]", an IPv4 address or "[IPv6][:port]". Throws UsageError for
/// anything else: a scheme or a path, a name that is not ASCII, an address in a form that programs read
/// differently (decimal, hexadecimal, octal, shortened).
EgressTarget parse_egress_target(std::string_view text);

/// The target of an http or https URL, its path ignored; nothing when it is none.
std::optional<EgressTarget> egress_target_of_url(std::string_view url);

}  // namespace milepost
