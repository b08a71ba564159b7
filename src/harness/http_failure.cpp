#include "harness/http_failure.hpp"

namespace milepost {

std::optional<ResultKind> kind_of_status(int status) {
  if (status == 401 || status == 403) return ResultKind::auth;
  if (status == 402) return ResultKind::quota;
  if (status == 413) return ResultKind::context_overflow;
  if (status == 429) return ResultKind::rate_limited;
  if (status >= 500 && status <= 599) return ResultKind::overloaded;
  return std::nullopt;
}

}  // namespace milepost
