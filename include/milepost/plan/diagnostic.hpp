#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// A place in a plan file; lines and columns count from 1, 0 means unknown. Columns are bytes.
struct Span {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t end_line = 0;
};

enum class Severity { note, warning, error };

/// One remark about a plan. The same plan gives the same diagnostics, in file order.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;  ///< stable, for scripts: "duplicate-id"
  Span at;
  std::string message;  ///< names the thing and the cause
  std::string remedy;   ///< what to do; may be empty
};

/// "note", "warning", "error".
std::string_view to_string(Severity severity);

/// "path:14:3: error: message (remedy)".
std::string to_text(const Diagnostic& diagnostic, const std::string& path);

bool has_errors(const std::vector<Diagnostic>& diagnostics);

}  // namespace milepost
