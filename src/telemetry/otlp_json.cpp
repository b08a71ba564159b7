#include "milepost/telemetry/otlp_json.hpp"

#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/version.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

namespace {

using Json = nlohmann::ordered_json;

// Numbers of opentelemetry-proto's enumerations.
constexpr int k_status_error = 2;
constexpr int k_temporality_delta = 1;
constexpr int k_temporality_cumulative = 2;
constexpr std::size_t k_text_bytes = 1000;

std::string dumped(const Json& json) {
  return to_json_text(json, JsonForm::ascii_line);
}

std::string nanoseconds(std::int64_t milliseconds) {
  return std::to_string(milliseconds) + "000000";
}

/// Makes the parts of a request.
struct Encoder {
  const OtlpSender& sender;

  std::string text(std::string_view words) const {
    return sender.mask.masked(printable(utf8_prefix(words, k_text_bytes)));
  }

  Json attributes(const std::vector<Attribute>& list) const {
    Json all = Json::array();
    for (const Attribute& attribute : list) {
      Json value;
      if (const auto* words = std::get_if<std::string>(&attribute.value)) value["stringValue"] = text(*words);
      if (const auto* whole = std::get_if<std::int64_t>(&attribute.value))
        value["intValue"] = std::to_string(*whole);
      if (const auto* real = std::get_if<double>(&attribute.value)) value["doubleValue"] = *real;
      if (const auto* truth = std::get_if<bool>(&attribute.value)) value["boolValue"] = *truth;
      all.push_back({{"key", text(attribute.name)}, {"value", std::move(value)}});
    }
    return all;
  }

  Json resource() const { return {{"attributes", attributes(sender.resource)}}; }
  static Json scope() { return {{"name", "milepost"}, {"version", version()}}; }

  Json span(const TraceSpan& span) const {
    Json json{{"traceId", span.trace_id}, {"spanId", span.id}};
    if (!span.parent.empty()) json["parentSpanId"] = span.parent;
    json["name"] = text(span.name);
    json["kind"] = static_cast<int>(span.kind);
    json["startTimeUnixNano"] = nanoseconds(span.start);
    json["endTimeUnixNano"] = nanoseconds(std::max(span.start, span.end));
    json["attributes"] = attributes(span.attributes);
    for (const SpanEvent& event : span.events)
      json["events"].push_back({{"timeUnixNano", nanoseconds(event.time)},
                                {"name", text(event.name)},
                                {"attributes", attributes(event.attributes)}});
    if (span.error) {
      json["status"] = {{"code", k_status_error}};
      if (!span.error->empty()) json["status"]["message"] = text(*span.error);
    }
    return json;
  }

  Json point(const MetricPoint& point, const Instrument& instrument, const MetricReading& reading) const {
    Json json{{"attributes", attributes(point.attributes)},
              {"startTimeUnixNano", nanoseconds(reading.start)},
              {"timeUnixNano", nanoseconds(reading.time)}};
    if (instrument.bounds.empty()) {
      if (instrument.whole)
        json["asInt"] = std::to_string(static_cast<std::int64_t>(point.sum));
      else
        json["asDouble"] = point.sum;
      return json;
    }
    json["count"] = std::to_string(point.count);
    json["sum"] = point.sum;
    for (const std::uint64_t bucket : point.buckets) json["bucketCounts"].push_back(std::to_string(bucket));
    json["explicitBounds"] = instrument.bounds;
    json["min"] = point.least;
    json["max"] = point.most;
    return json;
  }

  Json metric(const Metric& metric, const MetricReading& reading) const {
    const Instrument& instrument = *metric.instrument;
    Json data{{"aggregationTemporality", sender.delta ? k_temporality_delta : k_temporality_cumulative}};
    if (instrument.bounds.empty()) data["isMonotonic"] = true;
    for (const auto& [key, one] : metric.points)
      data["dataPoints"].push_back(point(one, instrument, reading));
    return {{"name", instrument.name},
            {"description", instrument.description},
            {"unit", instrument.unit},
            {instrument.bounds.empty() ? "sum" : "histogram", std::move(data)}};
  }
};

/// Packs encoded elements into as few requests as fit; head and tail stand around the elements of each.
OtlpBodies pack(const std::vector<std::string>& elements, const std::string& head, std::size_t most_bytes) {
  const std::string tail = "]}]}]}";
  OtlpBodies packed;
  std::string body;
  const auto end_body = [&] {
    if (!body.empty()) packed.bodies.push_back(std::move(body) + tail);
    body.clear();
  };
  for (const std::string& element : elements) {
    if (head.size() + element.size() + tail.size() > most_bytes) {
      ++packed.left_out;
      continue;
    }
    if (!body.empty() && body.size() + 1 + element.size() + tail.size() > most_bytes) end_body();
    body += (body.empty() ? head : ",") + element;
  }
  end_body();
  return packed;
}

std::string head_of(const Encoder& encoder, const char* resources, const char* scopes, const char* elements) {
  return std::string("{\"") + resources + "\":[{\"resource\":" + dumped(encoder.resource()) + ",\"" + scopes +
         "\":[{\"scope\":" + dumped(Encoder::scope()) + ",\"" + elements + "\":[";
}

}  // namespace

OtlpBodies trace_requests(const std::vector<TraceSpan>& spans, const OtlpSender& sender,
                          std::size_t most_bytes) {
  const Encoder encoder{sender};
  std::vector<std::string> elements;
  for (const TraceSpan& span : spans) elements.push_back(dumped(encoder.span(span)));
  return pack(elements, head_of(encoder, "resourceSpans", "scopeSpans", "spans"), most_bytes);
}

OtlpBodies metric_requests(const MetricReading& reading, const OtlpSender& sender, std::size_t most_bytes) {
  const Encoder encoder{sender};
  std::vector<std::string> elements;
  for (const Metric& metric : reading.metrics) elements.push_back(dumped(encoder.metric(metric, reading)));
  return pack(elements, head_of(encoder, "resourceMetrics", "scopeMetrics", "metrics"), most_bytes);
}

std::string rejected_part(const std::string& answer) {
  const Json json = Json::parse(answer, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("partialSuccess")) return {};
  const Json& part = json["partialSuccess"];
  std::string count;
  for (const char* key : {"rejectedSpans", "rejectedDataPoints"}) {
    if (!part.is_object() || !part.contains(key)) continue;
    count = part[key].is_string() ? part[key].get<std::string>() : part[key].dump();
  }
  if (count.empty() || count == "0") return {};
  const bool has_words = part.contains("errorMessage") && part["errorMessage"].is_string();
  return one_line(count, 20) + " rejected" +
         (has_words ? ": " + one_line(part["errorMessage"].get<std::string>(), 200) : "");
}

}  // namespace milepost
