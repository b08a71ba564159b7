#include "code_block.hpp"

#include "milepost/base/text.hpp"

#include "markdown_line.hpp"

#include <algorithm>

namespace milepost::parsing {

namespace {

std::string_view without_indent(std::string_view line, std::size_t columns) {
  std::size_t at = 0;
  std::size_t column = 0;
  while (at < line.size() && column < columns && (line[at] == ' ' || line[at] == '\t')) {
    column += line[at] == '\t' ? 4 - column % 4 : 1;
    ++at;
  }
  return line.substr(at);
}

}  // namespace

CodeBlock code_block_of(const SourceText& source, const HiddenBlock& block) {
  const auto opening = opening_fence(source.line(block.first));
  if (!opening) return {"comment", {}};
  CodeBlock code;
  const std::size_t word = std::min(opening->info.find_first_of(" \t,{:"), opening->info.size());
  code.language = to_lower_ascii(opening->info.substr(0, word));
  const auto closing = fence_line(source.line(block.last));
  const bool closed =
      block.last > block.first && closing && closing->mark == opening->mark && closing->info.empty();
  const std::uint32_t end = closed ? block.last : block.last + 1;
  for (std::uint32_t i = block.first + 1; i < end; ++i) {
    code.text += without_indent(source.line(i), opening->indent);
    code.text += '\n';
  }
  return code;
}

bool is_comment(const SourceText& source, const HiddenBlock& block) {
  return !opening_fence(source.line(block.first));
}

bool is_shell(const CodeBlock& block) {
  return block.language == "bash" || block.language == "sh" || block.language == "shell";
}

bool runs_something(const std::string& shell_text) {
  std::size_t start = 0;
  while (start < shell_text.size()) {
    const std::size_t end = std::min(shell_text.find('\n', start), shell_text.size());
    const std::string_view line = trim(std::string_view(shell_text).substr(start, end - start));
    if (!line.empty() && line[0] != '#') return true;
    start = end + 1;
  }
  return false;
}

}  // namespace milepost::parsing
