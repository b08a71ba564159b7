#pragma once

#include "milepost/telemetry/trace_span.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// An instrument: what is counted. A counter only grows; a histogram has bounds.
struct Instrument {
  std::string_view name, unit, description;  ///< the unit in UCUM, as OpenTelemetry writes it
  bool whole = true;                         ///< a counter of whole numbers
  std::vector<double> bounds = {};           ///< ascending; empty: a counter
};

/// The figures of one set of attributes.
struct MetricPoint {
  std::vector<Attribute> attributes;
  double sum = 0;
  std::uint64_t count = 0;             ///< of a histogram, as what follows
  std::vector<std::uint64_t> buckets;  ///< one more than bounds
  double least = 0, most = 0;
};

struct Metric {
  const Instrument* instrument = nullptr;     ///< one of the program's constants
  std::map<std::string, MetricPoint> points;  ///< by their attributes' text
};

/// What was measured between two moments, in milliseconds since 1970.
struct MetricReading {
  std::int64_t start = 0, time = 0;
  std::vector<Metric> metrics;
};

/// Sums up measurements.
class MetricStore {
 public:
  /// `instrument` outlives the store.
  void add(const Instrument& instrument, std::vector<Attribute> attributes, double value);
  const std::vector<Metric>& metrics() const { return metrics_; }
  void clear() { metrics_.clear(); }

 private:
  std::vector<Metric> metrics_;  ///< in the order in which they were first measured
};

}  // namespace milepost
