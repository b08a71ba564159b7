#include "milepost/config/egress_target.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace milepost {

namespace {

[[noreturn]] void refuse(std::string_view text, const std::string& reason) {
  throw UsageError("'" + one_line(text, 60) + "' " + reason +
                   "; write HOST, HOST:PORT or *.HOST, for example registry.npmjs.org:443");
}

std::uint16_t parse_port(std::string_view digits, std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0)
    refuse(text, "has no port between 1 and 65535 after its colon");
  return port;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Whether programs could take the name for an IPv4 address: its last label is a number in any notation.
bool looks_like_address(const std::string& host) {
  const std::string last = host.substr(host.rfind('.') + 1);
  return std::ranges::all_of(last, is_digit) || last.starts_with("0x");
}

void check_name(const std::string& host, std::string_view text) {
  if (host.empty() || host.size() > 253) refuse(text, "names no host");
  const auto may_stand = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_'; };
  for (const std::string_view label : split(host, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || !std::ranges::all_of(label, may_stand))
      refuse(text, "is not a host name (a name with other letters is written in its xn-- form)");
  }
  in_addr address{};
  if (looks_like_address(host) && ::inet_pton(AF_INET, host.c_str(), &address) != 1)
    refuse(text, "is not an IPv4 address of four decimal numbers");
}

}  // namespace

std::string EgressTarget::text() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return (subdomains ? "*." : "") + (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

EgressTarget parse_egress_target(std::string_view text) {
  EgressTarget target;
  std::string_view host = text;
  if (host.find("://") != std::string_view::npos || host.find_first_of("/@?# \t") != std::string_view::npos)
    refuse(text, "is more than a host and a port");
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    in6_addr address{};
    target.host = to_lower_ascii(std::string(host.substr(1, end == std::string_view::npos ? 0 : end - 1)));
    if (::inet_pton(AF_INET6, target.host.c_str(), &address) != 1) refuse(text, "is not an IPv6 address");
    const std::string_view rest = host.substr(end + 1);
    if (rest.starts_with(':'))
      target.port = parse_port(rest.substr(1), text);
    else if (!rest.empty())
      refuse(text, "has something other than a port after its address");
    return target;
  }
  if (const std::size_t colon = host.find(':'); colon != std::string_view::npos) {
    target.port = parse_port(host.substr(colon + 1), text);
    host = host.substr(0, colon);
  }
  if (host.starts_with("*.")) {
    target.subdomains = true;
    host.remove_prefix(2);
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  target.host = to_lower_ascii(std::string(host));
  check_name(target.host, text);
  if (target.subdomains && (looks_like_address(target.host) || target.host.find('.') == std::string::npos))
    refuse(text, "would open a whole top-level domain or an address");
  return target;
}

std::optional<EgressTarget> egress_target_of_url(std::string_view url) {
  const bool plain = url.starts_with("http://");
  if (!plain && !url.starts_with("https://")) return std::nullopt;
  url.remove_prefix(plain ? 7 : 8);
  std::string authority(url.substr(0, url.find_first_of("/?#")));
  if (const std::size_t at = authority.rfind('@'); at != std::string::npos) authority.erase(0, at + 1);
  const std::size_t bracket = authority.rfind(']');
  const bool has_port = authority.find(':', bracket == std::string::npos ? 0 : bracket) != std::string::npos;
  if (!has_port) authority += plain ? ":80" : ":443";
  try {
    return parse_egress_target(authority);
  } catch (const UsageError&) {
    return std::nullopt;
  }
}

}  // namespace milepost
