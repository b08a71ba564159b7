#pragma once

#include "milepost/report/console.hpp"

#include <string>
#include <string_view>

namespace milepost {

// What a person reads of an event, as printable lines that each end with LF; empty when the options leave
// it out.

/// `state`: after the event.
std::string run_event_lines(const RunRecord& record, const RunState& state, const ConsoleOptions& options);
std::string agent_event_lines(const AgentEvent& event, const ConsoleOptions& options);
std::string progress_lines(std::string_view line, const ConsoleOptions& options);

}  // namespace milepost
