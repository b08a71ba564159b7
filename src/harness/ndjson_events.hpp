#pragma once

#include "milepost/harness/profile.hpp"

#include <memory>

namespace milepost {

/// Parser of milepost's own dialect for commands, version 1: one JSON object a line, described in
/// docs/harnesses.md. Only a final `result` with status "success" and no failure class is a success.
std::unique_ptr<EventParser> ndjson_event_parser();

}  // namespace milepost
