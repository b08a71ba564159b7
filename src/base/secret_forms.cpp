#include "secret_forms.hpp"

#include "milepost/base/secret_mask.hpp"
#include "milepost/base/text.hpp"

#include <algorithm>
#include <set>

namespace milepost {

namespace {

constexpr std::string_view k_lower = "0123456789abcdef";
constexpr std::string_view k_upper = "0123456789ABCDEF";
/// A line of a longer secret, such as a PEM file, is known by itself.
constexpr std::size_t k_line_bytes = 16;

/// As RFC 8259 strings are written; `slash`: "/" is escaped too.
std::string json_escaped(std::string_view text, bool slash) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '/':
        out += slash ? "\\/" : "/";
        break;
      default:
        if (byte < 0x20) {
          out += "\\u00";
          out += k_lower[byte >> 4];
          out += k_lower[byte & 15];
        } else {
          out += c;
        }
    }
  }
  return out;
}

/// RFC 3986: everything but unreserved characters; `kept` stays too.
std::string url_encoded(std::string_view text, std::string_view digits, std::string_view kept, bool plus) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos ||
                       kept.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else if (c == ' ' && plus) {
      out += '+';
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

/// The part of RFC 4648 base64 that depends on `text` alone when `offset` other bytes stand before it in its
/// group.
std::string base64_part(std::string_view text, std::size_t offset, std::string_view last_two) {
  const std::string alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + std::string(last_two);
  const std::string bytes = std::string(offset, '\0') + std::string(text);
  std::string out;
  const std::size_t first_bit = offset * 8, end_bit = bytes.size() * 8;
  for (std::size_t bit = 0; bit + 6 <= end_bit; bit += 6) {
    if (bit < first_bit) continue;
    unsigned value = 0;
    for (std::size_t i = bit; i < bit + 6; ++i)
      value = value << 1 | ((static_cast<unsigned char>(bytes[i / 8]) >> (7 - i % 8)) & 1u);
    out += alphabet[value];
  }
  return out;
}

}  // namespace

std::vector<std::string> secret_forms(std::string_view secret) {
  std::set<std::string> forms;
  std::vector<std::string> texts = {std::string(secret)};
  while (!texts.front().empty() && (texts.front().back() == '\n' || texts.front().back() == '\r'))
    texts.front().pop_back();
  if (texts.front().size() < SecretMask::k_shortest_bytes) return {};
  for (const std::string_view line : lines_of(texts.front())) {
    if (line.size() >= k_line_bytes && line.size() < texts.front().size()) texts.emplace_back(line);
  }
  for (const std::string& text : texts) {
    forms.insert(text);
    for (const bool slash : {false, true}) {
      const std::string once = json_escaped(text, slash);
      forms.insert(once);
      forms.insert(json_escaped(once, false));
      forms.insert(json_escaped(once, true));
    }
    for (const std::string_view digits : {k_lower, k_upper}) {
      for (const bool plus : {false, true}) {
        forms.insert(url_encoded(text, digits, "", plus));
        forms.insert(url_encoded(text, digits, "/", plus));
        forms.insert(url_encoded(text, digits, "!*'()", plus));  // encodeURIComponent keeps these
      }
    }
    for (std::size_t offset = 0; offset < 3; ++offset) {
      forms.insert(base64_part(text, offset, "+/"));
      forms.insert(base64_part(text, offset, "-_"));
    }
  }
  std::erase_if(forms, [](const std::string& form) { return form.size() < SecretMask::k_shortest_bytes; });
  return {forms.begin(), forms.end()};
}

}  // namespace milepost
