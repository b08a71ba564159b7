#pragma once

#include "front_matter.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace milepost::parsing {

/// Tells whether a quoted text or a flow list or map ("[a, b]", "{k: v}") is complete, piece by piece.
class FlowScan {
 public:
  /// How much of the piece belongs to the value: all of it, or what stands before a comment.
  std::size_t feed(std::string_view piece);
  bool complete() const { return depth_ <= 0 && quote_ == 0; }
  bool in_quotes() const { return quote_ != 0; }
  /// Whether the last piece ended with a backslash in double quotes, which escapes the line end; forgets it.
  bool take_escaped_end();

 private:
  int depth_ = 0;
  char quote_ = 0;
  bool escaped_ = false;
  char previous_ = ' ';
};

/// The lines of a value on one line, and where each of them stands in the file.
struct FlowText {
  struct Piece {
    std::size_t offset = 0;  ///< in `text`
    Span at;
  };
  std::string text;
  std::vector<Piece> pieces;

  void add(std::string_view more, Span at);
  Span place(std::size_t offset) const;
};

/// Reads a complete quoted text, flow list or flow map. Throws YamlFault.
FrontMatterValue read_flow(const FlowText& text, std::vector<Diagnostic>& diagnostics);

/// A plain value without the comment behind it (" # …").
std::string_view without_comment(std::string_view text);

}  // namespace milepost::parsing
