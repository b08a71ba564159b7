#pragma once

#include "milepost/harness/event.hpp"

#include <string_view>

namespace milepost {

/// Why a turn of Codex failed, as far as it can be told.
struct CodexFailure {
  ResultKind kind = ResultKind::error;
  int http_status = 0;  ///< 0 = not told
};

/// Codex tells a failed turn in one text without a status of its own (`turn.failed`, `error.message`). Only
/// two things in it are no prose: an HTTP status where the program itself puts one, at the beginning
/// ("unexpected status 401 …", "exceeded retry limit, last status: 429 …"), and the service's error object
/// when the text is nothing else. All other texts are `error`.
CodexFailure codex_failure(std::string_view message);

}  // namespace milepost
