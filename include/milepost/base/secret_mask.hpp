#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// Secrets in every form in which a program may print them: as they are, escaped once or twice in JSON, in a
/// URL, and inside of base64 at each of its three alignments. Not in other forms: a hex dump, a compressed or
/// reversed text. Immutable; may be used by many threads.
class SecretMask {
 public:
  static constexpr std::size_t k_shortest_bytes = 6;  ///< a shorter one would blot out ordinary text
  static constexpr std::string_view k_mask = "***";

  SecretMask() = default;
  /// Texts shorter than k_shortest_bytes are left out; of one with several lines each long line counts too.
  explicit SecretMask(const std::vector<std::string>& secrets);

  bool empty() const { return nodes_.empty(); }
  /// A whole text with every secret replaced by k_mask.
  std::string masked(std::string_view text) const;

 private:
  friend class MaskStream;
  /// A node of an Aho-Corasick automaton: where each byte leads, how many bytes of a form were read, and the
  /// longest form that ends here.
  struct Node {
    std::array<std::uint32_t, 256> next{};
    std::uint32_t depth = 0, match = 0;
  };
  void add(std::string_view form);
  void link();
  bool may_begin(char first, char second) const {
    return pairs_[static_cast<std::size_t>(static_cast<unsigned char>(first)) << 8 |
                  static_cast<unsigned char>(second)];
  }

  std::vector<Node> nodes_;
  std::vector<char> pairs_;  ///< by two bytes: whether a form begins so
};

/// Masks a stream that comes in pieces, across their borders. Holds back only bytes that may begin a secret;
/// so a line that ends in none is delivered with its last byte.
class MaskStream {
 public:
  explicit MaskStream(const SecretMask& mask) : mask_(mask) {}

  /// Calls `out` with what is safe to show, in order.
  void feed(std::string_view bytes, const std::function<void(std::string_view)>& out);
  /// At the end of the stream: the rest.
  void finish(const std::function<void(std::string_view)>& out);

 private:
  struct Range {
    std::size_t begin, end;
  };
  std::size_t pass_plain(std::string_view bytes, const std::function<void(std::string_view)>& out);
  void emit(std::size_t safe, const std::function<void(std::string_view)>& out);

  const SecretMask& mask_;
  std::string held_;            ///< not yet delivered
  std::vector<Range> masked_;   ///< of held_, apart and in order
  bool begins_masked_ = false;  ///< the first range is the rest of one whose mask is delivered
  std::uint32_t state_ = 0;
};

}  // namespace milepost
