#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace milepost {

/// A named value of a span, a metric or a resource.
struct Attribute {
  std::string name;
  std::variant<std::string, std::int64_t, double, bool> value;
};

/// As OpenTelemetry's trace.proto numbers them.
enum class SpanKind { internal = 1, client = 3 };

/// Something that happened at one moment of a span. Times are milliseconds since 1970.
struct SpanEvent {
  std::string name;
  std::int64_t time = 0;
  std::vector<Attribute> attributes;
};

/// One finished part of a trace. Texts may hold what an agent wrote, as it came.
struct TraceSpan {
  std::string trace_id;    ///< 32 lower-case hex digits
  std::string id, parent;  ///< 16 lower-case hex digits; no parent: ""
  std::string name;
  SpanKind kind = SpanKind::internal;
  std::int64_t start = 0, end = 0;  ///< milliseconds since 1970
  std::vector<Attribute> attributes;
  std::vector<SpanEvent> events;
  std::optional<std::string> error;  ///< why it failed, may be ""; nothing: it did not
};

}  // namespace milepost
