#pragma once

#include "milepost/harness/profile.hpp"

#include <memory>

namespace milepost {

/// Parser of Claude Code's `--output-format stream-json`, as written by versions 2.0 and later.
///
/// A result event of another session, or a second one, is passed on like the first: each carries its session
/// id, and whoever runs the task judges which one counts.
std::unique_ptr<EventParser> claude_event_parser();

}  // namespace milepost
