#pragma once

#include "milepost/state/run_state.hpp"

#include <cstddef>
#include <string>

namespace milepost {

/// The run on one Markdown page, for a CI job's summary or a pull request: how it ended, a table of tasks,
/// what failed with the end of its output, open questions. Text of an agent stands only in fences that it
/// cannot close. At most `limit_bytes`, cut at a line with a note.
std::string summary_markdown(const RunState& state, std::size_t limit_bytes = 64 * 1024);

}  // namespace milepost
