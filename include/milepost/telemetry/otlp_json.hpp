#pragma once

#include "milepost/base/secret_mask.hpp"
#include "milepost/telemetry/metric.hpp"
#include "milepost/telemetry/trace_span.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace milepost {

/// What all requests of one session say about their sender; outlived by what it refers to.
struct OtlpSender {
  const std::vector<Attribute>& resource;
  const SecretMask& mask;  ///< for every text
  bool delta = false;      ///< aggregation temporality of the metrics
};

/// Bodies of OTLP/HTTP requests, and what did not fit into one.
struct OtlpBodies {
  std::vector<std::string> bodies;  ///< each at most `most_bytes`
  std::size_t left_out = 0;         ///< spans or metrics that are larger by themselves
};

/// Export requests in OTLP's JSON form (opentelemetry-proto, "JSON Protobuf Encoding": ids in hex, 64-bit
/// integers as texts, enumerations as numbers). Pure ASCII.
OtlpBodies trace_requests(const std::vector<TraceSpan>& spans, const OtlpSender& sender,
                          std::size_t most_bytes);
OtlpBodies metric_requests(const MetricReading& reading, const OtlpSender& sender, std::size_t most_bytes);

/// What an answer of 200 complains of: "3 rejected: …"; "" for none.
std::string rejected_part(const std::string& answer);

}  // namespace milepost
