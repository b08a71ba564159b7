#pragma once

#include "milepost/harness/profile.hpp"

#include <memory>

namespace milepost {

/// Parser of `opencode run --format json`, as written by versions 1.0 and later: `step_start`, `text`,
/// `reasoning`, `tool_use`, `step_finish`, `error`.
///
/// There is no terminal event: a step that ends with the reason "stop" may be the last one, or the summary of
/// a compaction after which the work goes on. So the result comes at the end of the stream, from the last
/// step, and an `error` anywhere makes it a failure.
std::unique_ptr<EventParser> opencode_event_parser();

}  // namespace milepost
