#include "source_text.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>

namespace milepost::parsing {

namespace {

constexpr std::string_view k_bom = "\xef\xbb\xbf";
constexpr std::string_view k_replacement = "\xef\xbf\xbd";

std::string without_nul(std::string_view text) {
  std::string clean;
  clean.reserve(text.size() + 2 * static_cast<std::size_t>(std::count(text.begin(), text.end(), '\0')));
  for (const char c : text) {
    if (c == '\0')
      clean += k_replacement;
    else
      clean += c;
  }
  return clean;
}

/// The offset after the line end at `at`, which holds CR or LF.
std::size_t after_line_end(std::string_view text, std::size_t at) {
  return at + (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1);
}

/// Calls `visit(start)` for each line.
template <class Visit>
void each_line_start(std::string_view text, Visit visit) {
  std::size_t start = 0;
  while (start < text.size()) {
    visit(start);
    const std::size_t end = text.find_first_of("\r\n", start);
    if (end == std::string_view::npos) return;
    start = after_line_end(text, end);
  }
}

}  // namespace

SourceText::SourceText(std::string_view bytes, std::vector<Diagnostic>& diagnostics) {
  if (bytes.starts_with(k_bom)) bytes.remove_prefix(k_bom.size());
  text_ = valid_utf8(bytes);
  const auto [in_file, repaired] = std::mismatch(bytes.begin(), bytes.end(), text_.begin(), text_.end());
  const bool invalid = in_file != bytes.end() || repaired != text_.end();
  const auto invalid_at = static_cast<std::size_t>(repaired - text_.begin());
  const std::size_t nul_at = text_.find('\0');
  const bool replace_nul = nul_at != std::string::npos;

  // Counted first: a vector that grows would need the memory of the index twice.
  std::size_t count = 0;
  each_line_start(text_, [&](std::size_t) { ++count; });
  starts_.reserve(count);
  each_line_start(text_, [&](std::size_t start) { starts_.push_back(static_cast<std::uint32_t>(start)); });

  if (invalid) {
    diagnostics.push_back({Severity::warning, "invalid-utf8", span_at(invalid_at),
                           "the plan is not valid UTF-8 here; such bytes are read as U+FFFD",
                           "save the file as UTF-8"});
  }
  if (replace_nul) {
    diagnostics.push_back({Severity::warning, "nul-byte", span_at(nul_at),
                           "the plan holds a NUL byte here; such bytes are read as U+FFFD", "remove it"});
    text_ = without_nul(text_);
    starts_.clear();
    each_line_start(text_, [&](std::size_t start) { starts_.push_back(static_cast<std::uint32_t>(start)); });
  }
}

std::string_view SourceText::line(std::uint32_t index) const {
  const std::size_t start = starts_[index];
  std::size_t end = index + 1 < starts_.size() ? starts_[index + 1] : text_.size();
  if (end > start && text_[end - 1] == '\n') --end;
  if (end > start && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(start, end - start);
}

std::string_view SourceText::bytes(std::uint32_t first, std::uint32_t last) const {
  const std::string_view last_line = line(last);
  const char* begin = text_.data() + starts_[first];
  return {begin, static_cast<std::size_t>(last_line.data() + last_line.size() - begin)};
}

std::string SourceText::text(std::uint32_t first, std::uint32_t last) const {
  return first > last ? std::string() : with_lf(bytes(first, last));
}

bool SourceText::blank(std::uint32_t index) const {
  return trim(line(index)).empty();
}

Span SourceText::span_at(std::size_t offset) const {
  if (starts_.empty()) return {1, 1, 1};
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const auto index = static_cast<std::uint32_t>(next - starts_.begin() - 1);
  const auto column = static_cast<std::uint32_t>(offset - starts_[index] + 1);
  return {index + 1, column, index + 1};
}

std::string with_lf(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  std::size_t start = 0;
  while (true) {
    const std::size_t end = bytes.find('\r', start);
    text += bytes.substr(start, end - start);
    if (end == std::string_view::npos) return text;
    text += '\n';
    start = after_line_end(bytes, end);
  }
}

}  // namespace milepost::parsing
