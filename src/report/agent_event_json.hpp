#pragma once

#include "milepost/base/ids.hpp"
#include "milepost/harness/event.hpp"

#include <string>

namespace milepost {

/// One line of the event stream (docs/state-format.md), without its line end: "event":"agent" with the time
/// now.
std::string agent_event_line(const TaskId& task, const AgentEvent& event);

/// The line so that no CI runner reads "##[" in a text of it as a command; the same JSON.
std::string without_commands(std::string json_line);

}  // namespace milepost
