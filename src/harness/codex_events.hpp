#pragma once

#include "milepost/harness/profile.hpp"

#include <memory>

namespace milepost {

/// Parser of the events of `codex exec --json`, as written by versions 0.160 and later: `thread.started`,
/// `turn.started`, `item.started|updated|completed`, `error`, and at the end `turn.completed` or
/// `turn.failed`.
std::unique_ptr<EventParser> codex_event_parser();

}  // namespace milepost
