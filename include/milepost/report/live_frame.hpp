#pragma once

#include "milepost/report/live_state.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace milepost {

/// In columns and rows; what a terminal says of itself.
struct TerminalSize {
  std::size_t columns = 80, rows = 24;
  bool operator==(const TerminalSize&) const = default;
};

struct FrameOptions {
  bool colour = false;
  bool calls = true;  ///< what the running tasks did last
};

/// The live view of a run: each running task with what it did last, then the milestone with done and total,
/// elapsed time and cost. At most rows - 1 lines (one when there are few rows), each narrower than the
/// terminal, without line ends. Printable but for colour. Empty when no session is live.
std::vector<std::string> live_frame(const LiveState& live, TerminalSize size, WallTime now,
                                    const FrameOptions& options);

/// "1.2  Test it · attempt 2, with the answer · 1:05 · the checks run": a running task in one printable line
/// that is not wider; the title gives way first.
std::string running_words(const LiveTask& task, WallTime now, std::size_t columns);

}  // namespace milepost
