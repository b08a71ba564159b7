#pragma once

#include "milepost/state/run_state.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace milepost {

using Json = nlohmann::ordered_json;

/// The report of docs/report.schema.json.
Json report_object(const RunState& state);

/// What was used, as in the report.
Json usage_object(const Usage& usage);

/// A check, as in the report.
Json evidence_object(const Evidence& check);

/// "running", "completed", or the name of the exit code.
std::string status_of(const RunState& state);

}  // namespace milepost
