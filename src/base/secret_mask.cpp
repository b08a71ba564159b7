#include "milepost/base/secret_mask.hpp"

#include "secret_forms.hpp"

#include <algorithm>
#include <deque>

namespace milepost {

SecretMask::SecretMask(const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    for (const std::string& form : secret_forms(secret)) add(form);
  }
  if (!nodes_.empty()) link();
}

void SecretMask::add(std::string_view form) {
  if (form.size() < k_shortest_bytes) return;
  if (nodes_.empty()) {
    nodes_.emplace_back();
    pairs_.assign(std::size_t{1} << 16, 0);
  }
  pairs_[static_cast<std::size_t>(static_cast<unsigned char>(form[0])) << 8 |
         static_cast<unsigned char>(form[1])] = 1;
  std::uint32_t at = 0;
  for (const char c : form) {
    const auto byte = static_cast<unsigned char>(c);
    if (nodes_[at].next[byte] == 0) {
      const auto made = static_cast<std::uint32_t>(nodes_.size());
      const std::uint32_t depth = nodes_[at].depth + 1;
      nodes_.emplace_back().depth = depth;
      nodes_[at].next[byte] = made;
    }
    at = nodes_[at].next[byte];
  }
  nodes_[at].match = nodes_[at].depth;
}

/// Breadth first: a node's missing steps are those of the longest shorter text that is also a beginning.
void SecretMask::link() {
  std::vector<std::uint32_t> fallback(nodes_.size(), 0);
  std::deque<std::uint32_t> queue;
  for (const std::uint32_t child : nodes_[0].next) {
    if (child != 0) queue.push_back(child);
  }
  while (!queue.empty()) {
    const std::uint32_t at = queue.front();
    queue.pop_front();
    const Node& shorter = nodes_[fallback[at]];
    nodes_[at].match = std::max(nodes_[at].match, shorter.match);
    for (std::size_t byte = 0; byte < 256; ++byte) {
      std::uint32_t& next = nodes_[at].next[byte];
      if (next == 0) {
        next = shorter.next[byte];
      } else {
        fallback[next] = shorter.next[byte];
        queue.push_back(next);
      }
    }
  }
}

std::string SecretMask::masked(std::string_view text) const {
  std::string result;
  MaskStream stream(*this);
  const auto append = [&](std::string_view piece) { result += piece; };
  stream.feed(text, append);
  stream.finish(append);
  return result;
}

/// Delivers what is before the first secret without a copy, and returns its length. Without a secret it is
/// everything but a possible beginning, of which state_ knows.
std::size_t MaskStream::pass_plain(std::string_view bytes, const std::function<void(std::string_view)>& out) {
  const std::vector<SecretMask::Node>& nodes = mask_.nodes_;
  const std::size_t size = bytes.size();
  std::uint32_t state = 0;
  std::size_t at = 0;
  bool found = false;
  while (at < size && !found) {
    if (state == 0) {
      while (at + 1 < size && !mask_.may_begin(bytes[at], bytes[at + 1])) ++at;
    }
    state = nodes[state].next[static_cast<unsigned char>(bytes[at])];
    ++at;
    found = nodes[state].match > 0;
  }
  const std::size_t plain = at - nodes[state].depth;
  if (plain > 0) out(bytes.substr(0, plain));
  if (!found) state_ = state;
  return plain;
}

void MaskStream::feed(std::string_view bytes, const std::function<void(std::string_view)>& out) {
  if (bytes.empty()) return;
  if (mask_.empty()) return out(bytes);
  const std::vector<SecretMask::Node>& nodes = mask_.nodes_;
  std::size_t before = held_.size();
  if (before == 0) {
    bytes.remove_prefix(pass_plain(bytes, out));
    if (state_ != 0) before = bytes.size();  // read already
  }
  held_ += bytes;
  for (std::size_t at = before; at < held_.size(); ++at) {
    state_ = nodes[state_].next[static_cast<unsigned char>(held_[at])];
    const std::size_t match = nodes[state_].match;
    if (match == 0) continue;
    Range found{at + 1 - std::min(match, at + 1), at + 1};
    while (!masked_.empty() && masked_.back().end > found.begin) {
      found.begin = std::min(found.begin, masked_.back().begin);
      masked_.pop_back();
    }
    masked_.push_back(found);
  }
  emit(held_.size() - std::min<std::size_t>(nodes[state_].depth, held_.size()), out);
}

void MaskStream::finish(const std::function<void(std::string_view)>& out) {
  emit(held_.size(), out);
  state_ = 0;
}

void MaskStream::emit(std::size_t safe, const std::function<void(std::string_view)>& out) {
  const std::string_view held = held_;
  std::size_t done = 0;
  std::vector<Range> left;
  bool rest_begins_masked = false;
  for (std::size_t i = 0; i < masked_.size(); ++i) {
    const Range& range = masked_[i];
    const bool is_told = i == 0 && range.begin == 0 && begins_masked_;
    if (range.begin >= safe && !is_told) {
      left.push_back({range.begin - safe, range.end - safe});
      continue;
    }
    if (range.begin > done) out(held.substr(done, range.begin - done));
    if (!is_told) out(SecretMask::k_mask);
    done = std::min(range.end, safe);
    if (range.end > safe || (is_told && safe == 0)) {
      left.push_back({0, range.end - safe});
      rest_begins_masked = true;
    }
  }
  if (done < safe) out(held.substr(done, safe - done));
  held_.erase(0, safe);
  masked_ = std::move(left);
  begins_masked_ = rest_begins_masked;
}

}  // namespace milepost
