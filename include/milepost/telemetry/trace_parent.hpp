#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace milepost {

/// The span that whoever started milepost is in, as the variable TRACEPARENT tells it.
struct TraceParent {
  std::string trace_id;  ///< 32 lower-case hex digits
  std::string span_id;   ///< 16
  bool sampled = true;   ///< whether that trace is recorded
};

/// "00-TRACE-SPAN-FLAGS" (W3C Trace Context, also in the form of later versions); nothing for other texts.
std::optional<TraceParent> trace_parent_of(std::string_view text);

}  // namespace milepost
