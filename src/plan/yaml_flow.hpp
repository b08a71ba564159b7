#pragma once

#include "front_matter.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace milepost::parsing {

/// Tells whether a quoted text or a flow list or map ("[a, b]", "{k: v}") is complete, piece by piece.
class FlowScan {
 public:
  void feed(std::string_view piece);
  bool complete() const { return depth_ <= 0 && quote_ == 0; }
  bool in_quotes() const { return quote_ != 0; }

 private:
  int depth_ = 0;
  char quote_ = 0;
  bool escaped_ = false;
  char previous_ = ' ';
};

/// Reads a complete quoted text, flow list or flow map on one line. Throws YamlFault.
FrontMatterValue read_flow(std::string_view text, Span at, std::vector<Diagnostic>& diagnostics);

/// A plain value without the comment behind it (" # …").
std::string_view without_comment(std::string_view text);

}  // namespace milepost::parsing
