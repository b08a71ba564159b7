#pragma once

#include <string_view>

namespace milepost::test {

/// Whether a text has a shape: 9 stands for a digit, x for a lower-case hex digit, anything else for itself.
inline bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    const bool hex = digit || (text[i] >= 'a' && text[i] <= 'f');
    if (shape[i] == '9' ? !digit : shape[i] == 'x' ? !hex : text[i] != shape[i]) return false;
  }
  return true;
}

}  // namespace milepost::test
