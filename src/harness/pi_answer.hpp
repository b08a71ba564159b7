#pragma once

#include "milepost/harness/event.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace milepost {

/// What pi says of one answer of the model: a message with role "assistant".
struct PiAnswer {
  std::string text;         ///< its text blocks
  std::string stop_reason;  ///< "stop", "toolUse", "length", "error", "aborted"
  std::string error;        ///< errorMessage
  Usage usage;              ///< of this answer
};

PiAnswer pi_answer(const nlohmann::json& message);

/// The HTTP status at the start of an errorMessage ("401 {...}"), as the providers' libraries put it there,
/// or the `error.code` of one that is JSON; 0 when there is none.
int pi_error_status(const std::string& error);

}  // namespace milepost
