#pragma once

#include "milepost/harness/profile.hpp"

#include <memory>

namespace milepost {

/// Parser of Gemini CLI's `-o stream-json`, as written by version 0.61.
///
/// Its `result` says "success" also when it stopped a repeating agent or ran into a limit; a line `error`
/// tells that before. So a success counts only when the agent's own words came after its last tool call and
/// after any such line. The failure class comes from the exit code, which is the HTTP status modulo 256 or
/// one of its own.
std::unique_ptr<EventParser> gemini_event_parser();

}  // namespace milepost
