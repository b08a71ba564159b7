#include "named_place.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>

namespace milepost {

namespace {

constexpr std::size_t k_path_bytes = 300;

bool is_path(std::string_view text) {
  if (text.empty() || text.size() > k_path_bytes || text.front() == '/' ||
      text.find("..") != std::string_view::npos)
    return false;
  // With neither a slash nor a dot it is rather a word: "error:12".
  if (text.find('/') == std::string_view::npos && text.find('.') == std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("\"'`<>|*?()[]{}$;:\\").find(c) == std::string_view::npos;
  });
}

}  // namespace

std::optional<NamedPlace> named_place(std::string_view output) {
  for (const std::string_view whole : lines_of(output)) {
    const std::string_view line = trim(whole);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view path = line.substr(0, colon);
    if (path.starts_with("./")) path.remove_prefix(2);
    const std::string_view rest = line.substr(colon + 1);
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    const bool ends = digits == rest.size() || rest[digits] == ':';
    if (digits > 0 && digits < 8 && ends && is_path(path))
      return NamedPlace{std::string(path), std::string(rest.substr(0, digits))};
  }
  return std::nullopt;
}

}  // namespace milepost
