#include "dot_text.hpp"

#include "milepost/base/text.hpp"

namespace milepost::parsing {

std::string dot_text(std::string_view text) {
  std::string word = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') word += '\\';
    word += c;
  }
  return word + "\"";
}

std::string dot_label(std::string_view id, std::string_view title) {
  std::string text = dot_text(one_line(id, 80));
  text.pop_back();
  return text + "\\n" + dot_text(one_line(title, 60)).substr(1);
}

}  // namespace milepost::parsing
