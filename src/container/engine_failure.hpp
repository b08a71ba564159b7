#pragma once

#include "milepost/container/engine.hpp"
#include "milepost/process/process.hpp"

#include <string>
#include <string_view>

namespace milepost {

/// The client's own words, without its usage hints, as printable text; how it ended when it said nothing.
std::string client_words(const RunResult& result);
std::string client_words(std::string_view error_output);

/// What the user can do about a failure with these words; empty when nothing better than the words is known.
std::string next_step_for(EngineKind kind, std::string_view words);

/// Whether the words say that the container, image, volume or network asked for does not exist.
bool says_no_such(std::string_view words);

/// Throws InfraError "<name>: cannot <what>: <client's words>" unless the call succeeded, Stopped when it was
/// stopped.
void require_success(const ContainerEngine& engine, const RunResult& result, const std::string& what);

}  // namespace milepost
