#include "bounded_output.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>

namespace milepost {

namespace {

// Enough for a person, and for an agent that must mend the failure: compilers say the cause first, test
// runners last.
constexpr std::size_t k_head_bytes = 4 * 1024;
constexpr std::size_t k_tail_bytes = 12 * 1024;

}  // namespace

void BoundedOutput::take(std::string_view bytes) {
  total_ += bytes.size();
  hash_.update(bytes);
  const std::string_view first = bytes.substr(0, k_head_bytes - head_.size());
  head_ += first;
  bytes.remove_prefix(first.size());
  bytes.remove_prefix(bytes.size() > k_tail_bytes ? bytes.size() - k_tail_bytes : 0);
  tail_ += bytes;
  // Cut at twice the size only, so that many small writes do not move the tail each time.
  if (tail_.size() > 2 * k_tail_bytes) tail_.erase(0, tail_.size() - k_tail_bytes);
}

std::string BoundedOutput::text() const {
  const std::string_view tail =
      std::string_view(tail_).substr(tail_.size() > k_tail_bytes ? tail_.size() - k_tail_bytes : 0);
  const std::uint64_t missing = total_ - head_.size() - tail.size();
  std::string text = valid_utf8(head_);
  if (missing > 0) text += "\n[… " + std::to_string(missing) + " bytes left out …]\n";
  return text + valid_utf8(tail);
}

}  // namespace milepost
