#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace milepost {

/// One line for people out of a tool call's arguments: the one that tells what the call does, such as the
/// file or the command. Empty when there is none.
std::string tool_summary(const nlohmann::json& arguments);

/// All arguments, "name: value" each, of at most a few kB; empty when the summary tells as much.
std::string tool_input(const nlohmann::json& arguments);

/// The text as an input beside its summary: bounded, and empty when the summary tells as much.
std::string input_beside(std::string_view text, std::string_view summary);

}  // namespace milepost
