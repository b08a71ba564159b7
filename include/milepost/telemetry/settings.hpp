#pragma once

#include "milepost/base/time.hpp"
#include "milepost/process/http_post.hpp"
#include "milepost/telemetry/trace_span.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// Where and how telemetry goes, as OpenTelemetry's standard environment variables say (specification, "SDK
/// environment variables" and "OTLP exporter").
struct TelemetrySettings {
  std::optional<HttpPost> traces, metrics;  ///< without a body; nothing: this signal is not sent
  bool delta = false;                       ///< metrics: figures since the last reading, not since the start
  std::vector<Attribute> resource;          ///< service.name first
  std::vector<std::string> secrets;         ///< header values and URLs with a login or a query
  std::vector<std::string> notes;           ///< a line for each variable that cannot be followed

  bool any() const { return traces || metrics; }
};

/// The value of an environment variable; nothing when it is not set.
using Variables = std::function<std::optional<std::string>(const std::string& name)>;

/// Without an endpoint nothing is sent: the default of a collector on this machine is not assumed.
TelemetrySettings telemetry_settings(const Variables& variable);

}  // namespace milepost
