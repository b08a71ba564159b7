#pragma once

#include "milepost/workspace/sensitive_files.hpp"

#include <optional>
#include <string_view>

namespace milepost {

/// What is known of a kind of file.
struct SensitiveRule {
  Severity severity = Severity::high;
  std::string_view what;
  /// What the content amounts to, nothing for a harmless one; null: the name alone decides.
  std::optional<Severity> (*judge)(std::string_view content) = nullptr;
};

/// The rule for a file of this name in a directory of that name (both without '/'); null: none.
const SensitiveRule* sensitive_rule(std::string_view directory, std::string_view name);

}  // namespace milepost
