#pragma once

#include "milepost/state/run_state.hpp"

#include <string>

namespace milepost {

/// The words of a pull request for a run.
struct PullRequestText {
  std::string title;  ///< one line: "M3: A health endpoint"
  std::string body;   ///< Markdown: summary, table of tasks with cost, what was done, verification
};

/// Text of an agent stands in it only as what changes nothing around it. The body is at most 60 KB, cut at a
/// line, so that no forge refuses it.
PullRequestText pull_request_text(const RunState& state);

}  // namespace milepost
