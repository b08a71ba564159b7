#include "milepost/plan/diagnostic.hpp"

#include <algorithm>

namespace milepost {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "error";
}

std::string to_text(const Diagnostic& diagnostic, const std::string& path) {
  std::string text = path;
  if (diagnostic.at.line > 0) text += ":" + std::to_string(diagnostic.at.line);
  if (diagnostic.at.line > 0 && diagnostic.at.column > 0) text += ":" + std::to_string(diagnostic.at.column);
  text += ": " + std::string(to_string(diagnostic.severity)) + ": " + diagnostic.message;
  if (!diagnostic.remedy.empty()) text += " (" + diagnostic.remedy + ")";
  return text;
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::error; });
}

}  // namespace milepost
