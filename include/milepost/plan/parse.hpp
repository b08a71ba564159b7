#pragma once

#include "milepost/plan/plan.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace milepost {

/// Reads a plan of any known format; the format is told by name and content (docs/plan-format.md).
/// Throws UsageError when the file cannot be read, is no plan (a hand-off, an overview, a summary; the
/// message says which and why) or is larger than 16 MB. Everything else is a diagnostic; a plan without tasks
/// carries an error "no-tasks".
Plan parse_plan_file(const std::filesystem::path& path);

/// The same for text that is at hand; `path` names it in messages and supplies the file name for the id.
/// Reads nothing.
Plan parse_plan(std::string_view text, const std::filesystem::path& path);

}  // namespace milepost
