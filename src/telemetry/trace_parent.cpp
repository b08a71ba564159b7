#include "milepost/telemetry/trace_parent.hpp"

namespace milepost {

namespace {

constexpr std::size_t k_size = 55;  // of version 00

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_id(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::optional<TraceParent> trace_parent_of(std::string_view text) {
  if (text.size() < k_size || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  const std::string_view version = text.substr(0, 2), trace = text.substr(3, 32), span = text.substr(36, 16),
                         flags = text.substr(53, 2);
  const bool later = version != "00";
  if (!is_hex(version) || version == "ff" || !is_id(trace) || !is_id(span) || !is_hex(flags))
    return std::nullopt;
  if (text.size() > k_size && !(later && text[k_size] == '-')) return std::nullopt;
  // The lowest bit: digits 1, 3, 5, 7, 9, b, d, f.
  const bool sampled = std::string_view("13579bdf").find(flags[1]) != std::string_view::npos;
  return TraceParent{std::string(trace), std::string(span), sampled};
}

}  // namespace milepost
