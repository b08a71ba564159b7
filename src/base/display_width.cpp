#include "milepost/base/display_width.hpp"

#include "utf8.hpp"

#include <locale.h>
#include <wchar.h>

namespace milepost {

namespace {

constexpr char32_t k_emoji_form = 0xFE0F;  // shows the character before it as a wide picture

/// wcwidth() answers for the thread's locale; C.UTF-8 is built into the C library.
class Utf8Locale {
 public:
  Utf8Locale() {
    static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (utf8 != nullptr) before_ = ::uselocale(utf8);
  }
  ~Utf8Locale() {
    if (before_ != nullptr) ::uselocale(before_);
  }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  locale_t before_ = nullptr;
};

/// `before`: the width of the character before it.
std::size_t width_of(char32_t code, std::size_t before) {
  if (code < 0x7F) return 1;
  if (code == k_emoji_form) return before == 1 ? 1 : 0;
  const int width = ::wcwidth(static_cast<wchar_t>(code));
  if (width >= 0) return static_cast<std::size_t>(width);
  // Newer than the C library: wide in the planes of pictures and ideographs.
  return code >= 0x1F000 && code < 0x40000 ? 2 : 1;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  const Utf8Locale locale;
  std::size_t columns = 0;
  for (std::size_t before = 0; !text.empty();) {
    const Decoded next = decode_utf8(text);
    before = next.valid ? width_of(next.code, before) : 1;
    columns += before;
    text.remove_prefix(next.bytes);
  }
  return columns;
}

std::string fit_width(std::string_view text, std::size_t columns) {
  const Utf8Locale locale;
  std::size_t used = 0, kept = 0;
  std::size_t before = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const Decoded next = decode_utf8(rest);
    before = next.valid ? width_of(next.code, before) : 1;
    used += before;
    if (used > columns) return columns == 0 ? std::string() : std::string(text.substr(0, kept)) + "…";
    rest.remove_prefix(next.bytes);
    if (used < columns) kept = text.size() - rest.size();  // leaves the column that "…" needs
  }
  return std::string(text);
}

}  // namespace milepost
