#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/verify/evidence.hpp"

#include <filesystem>
#include <vector>

namespace milepost {

/// Looks whether a plan's must_haves hold in the code folder now: one Evidence a check, in the plan's order,
/// each with a stable id. Reads files only through safe_file, at most 16 MiB of each; starts nothing and
/// throws for no content of the folder. Any thread.
///
/// Artifacts: a plain file inside the folder; `min_lines` against the count of its parts between newlines;
/// `contains`, `not_contains` and `exports` as literal text. Key links: the pattern anywhere in `from`, else
/// in `to`, as a regular expression over the whole file (`.` ends at a newline, `^` and `$` are the file's
/// ends); literally when check_pattern() finds a fault in it; without a pattern `from` must hold the text of
/// `to`. A link whose ends are not both files, and that was not found in the one that is, cannot be checked:
/// not_verified. Truths are manual.
std::vector<Evidence> check_must_haves(const MustHaves& must_haves, const std::filesystem::path& code_folder);

}  // namespace milepost
