#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace milepost {

/// One line for people out of a tool call's arguments: the one that tells what the call does, such as the
/// file or the command. Empty when there is none.
std::string tool_summary(const nlohmann::json& arguments);

}  // namespace milepost
