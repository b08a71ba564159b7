#pragma once

#include "milepost/harness/profile.hpp"

#include <memory>

namespace milepost {

/// Parser of a command that prints text for people: every line is the agent's words, the last megabyte of
/// them is its answer, and exit status 0 is success.
std::unique_ptr<EventParser> plain_event_parser();

}  // namespace milepost
