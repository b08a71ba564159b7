#include "milepost/telemetry/metric.hpp"

#include <algorithm>

namespace milepost {

namespace {

std::string key_of(const std::vector<Attribute>& attributes) {
  std::string key;
  for (const Attribute& attribute : attributes) {
    key += attribute.name + '\0';
    if (const auto* text = std::get_if<std::string>(&attribute.value)) key += *text;
    if (const auto* truth = std::get_if<bool>(&attribute.value)) key += *truth ? "1" : "0";
    if (const auto* whole = std::get_if<std::int64_t>(&attribute.value)) key += std::to_string(*whole);
    if (const auto* real = std::get_if<double>(&attribute.value)) key += std::to_string(*real);
    key += '\0';
  }
  return key;
}

}  // namespace

void MetricStore::add(const Instrument& instrument, std::vector<Attribute> attributes, double value) {
  auto metric = std::find_if(metrics_.begin(), metrics_.end(),
                             [&](const Metric& known) { return known.instrument == &instrument; });
  if (metric == metrics_.end()) metric = metrics_.insert(metrics_.end(), Metric{&instrument, {}});
  MetricPoint& point = metric->points[key_of(attributes)];
  point.attributes = std::move(attributes);
  point.least = point.count == 0 ? value : std::min(point.least, value);
  point.most = point.count == 0 ? value : std::max(point.most, value);
  ++point.count;
  point.sum += value;
  if (instrument.bounds.empty()) return;
  point.buckets.resize(instrument.bounds.size() + 1);
  // A bucket holds what is at most its bound (OTLP metrics.proto, HistogramDataPoint).
  const auto bound = std::lower_bound(instrument.bounds.begin(), instrument.bounds.end(), value);
  ++point.buckets[static_cast<std::size_t>(bound - instrument.bounds.begin())];
}

}  // namespace milepost
