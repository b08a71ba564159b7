#pragma once

#include "milepost/harness/event.hpp"

#include <optional>

namespace milepost {

/// The failure class that the HTTP status of a model's service names; nothing for one that says no more than
/// "error".
std::optional<ResultKind> kind_of_status(int status);

}  // namespace milepost
