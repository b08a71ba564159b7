#pragma once

#include "milepost/harness/profile.hpp"

#include <memory>

namespace milepost {

/// Parser of the output of milepost-script-harness: one JSON object a line, `type` is start, block, output,
/// block_end or result.
std::unique_ptr<EventParser> script_event_parser();

}  // namespace milepost
