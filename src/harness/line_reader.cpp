#include "harness/line_reader.hpp"

#include "milepost/base/text.hpp"

namespace milepost {

void LineReader::feed(std::string_view bytes, const std::function<void(std::string_view)>& on_line,
                      const std::function<void(std::string_view)>& on_bad) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (!skipping_ && pending_.size() + piece.size() > limit_bytes_) {
      pending_.append(piece.substr(0, k_bad_line_bytes));
      on_bad(utf8_prefix(pending_, k_bad_line_bytes));
      std::string().swap(pending_);
      skipping_ = true;
    }
    if (!skipping_ && pending_.empty() && end != std::string_view::npos) {
      const std::string_view text = trim(piece);  // whole as it came: no copy
      if (!text.empty()) on_line(text);
      continue;
    }
    if (!skipping_) pending_ += piece;
    if (end == std::string_view::npos) return;
    if (!skipping_) {
      const std::string line = std::move(pending_);
      pending_.clear();
      const std::string_view text = trim(line);
      if (!text.empty()) on_line(text);
    }
    skipping_ = false;
  }
}

void LineReader::finish(const std::function<void(std::string_view)>& on_bad) {
  const std::string rest = std::move(pending_);
  pending_.clear();
  skipping_ = false;
  const std::string_view text = trim(rest);
  if (!text.empty()) on_bad(utf8_prefix(text, k_bad_line_bytes));
}

}  // namespace milepost
