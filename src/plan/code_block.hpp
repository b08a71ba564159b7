#pragma once

#include "fences.hpp"

#include <string>

namespace milepost::parsing {

/// A fenced block of a plan.
struct CodeBlock {
  std::string language;  ///< the first word of the info string, in lower case
  std::string text;      ///< without the fence lines and their indent, LF between lines, one at the end
};

/// Reads a hidden block; an HTML comment gives an empty text and the language "comment".
CodeBlock code_block_of(const SourceText& source, const HiddenBlock& block);

/// Whether it is an HTML comment and no code.
bool is_comment(const SourceText& source, const HiddenBlock& block);

/// bash, sh or shell.
bool is_shell(const CodeBlock& block);

/// Whether some line is neither blank nor a comment.
bool runs_something(const std::string& shell_text);

}  // namespace milepost::parsing
