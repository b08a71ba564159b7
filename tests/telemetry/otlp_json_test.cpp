#include "milepost/telemetry/otlp_json.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

// The expected texts are those that the message classes generated from opentelemetry-proto take and give
// back.

using namespace milepost;

namespace {

const std::vector<Attribute> k_resource{{"service.name", std::string("milepost")}};
constexpr std::size_t k_most = 48'000;

TraceSpan example() {
  TraceSpan span;
  span.trace_id = "0123456789abcdef0123456789abcdef";
  span.id = "0123456789abcdef";
  span.parent = "fedcba9876543210";
  span.name = "task 1 with hunter22-secret";
  span.start = 1'767'323'045'123;
  span.end = 1'767'323'046'000;
  span.attributes = {{"a", std::string("x\x1b")}, {"b", std::int64_t{5}}, {"c", 0.5}, {"d", true}};
  span.events = {{"check", 1'767'323'046'000, {}}};
  span.error = "hunter22-secret was refused";
  return span;
}

}  // namespace

TEST_CASE("a span is written as OTLP's JSON has it, without secrets") {
  const SecretMask mask({"hunter22-secret"});
  const OtlpBodies packed = trace_requests({example()}, {k_resource, mask}, k_most);
  REQUIRE(packed.bodies.size() == 1);
  auto request = nlohmann::json::parse(packed.bodies[0]);
  auto& scope = request["resourceSpans"][0]["scopeSpans"][0];
  CHECK(scope["scope"]["name"] == "milepost");
  CHECK(
      request["resourceSpans"][0]["resource"] ==
      nlohmann::json::parse(R"({"attributes":[{"key":"service.name","value":{"stringValue":"milepost"}}]})"));
  CHECK(scope["spans"][0] == nlohmann::json::parse(R"({
    "traceId":"0123456789abcdef0123456789abcdef","spanId":"0123456789abcdef","parentSpanId":"fedcba9876543210",
    "name":"task 1 with ***","kind":1,
    "startTimeUnixNano":"1767323045123000000","endTimeUnixNano":"1767323046000000000",
    "attributes":[{"key":"a","value":{"stringValue":"x\\x1b"}},{"key":"b","value":{"intValue":"5"}},
                  {"key":"c","value":{"doubleValue":0.5}},{"key":"d","value":{"boolValue":true}}],
    "events":[{"timeUnixNano":"1767323046000000000","name":"check","attributes":[]}],
    "status":{"code":2,"message":"*** was refused"}})"));
}

TEST_CASE("counters and histograms are written as OTLP's JSON has them") {
  const Instrument tasks{"milepost.tasks", "{task}", "Tasks"};
  const Instrument cost{"milepost.cost", "{USD}", "Cost", false};
  const Instrument tokens{"tokens", "{token}", "Tokens", true, {1, 10}};
  MetricStore store;
  store.add(tasks, {{"outcome", std::string("failed")}}, 1);
  store.add(tasks, {{"outcome", std::string("failed")}}, 1);
  store.add(cost, {}, 0.25);
  for (const double value : {1.0, 2.0, 11.0}) store.add(tokens, {}, value);
  const SecretMask mask;
  const MetricReading reading{1000, 2000, store.metrics()};
  const OtlpBodies packed = metric_requests(reading, {k_resource, mask, /*delta=*/true}, k_most);
  REQUIRE(packed.bodies.size() == 1);
  const auto request = nlohmann::json::parse(packed.bodies[0]);
  CHECK(request["resourceMetrics"][0]["scopeMetrics"][0]["metrics"] == nlohmann::json::parse(R"([
    {"name":"milepost.tasks","description":"Tasks","unit":"{task}","sum":{"aggregationTemporality":1,
     "isMonotonic":true,"dataPoints":[{"attributes":[{"key":"outcome","value":{"stringValue":"failed"}}],
     "startTimeUnixNano":"1000000000","timeUnixNano":"2000000000","asInt":"2"}]}},
    {"name":"milepost.cost","description":"Cost","unit":"{USD}","sum":{"aggregationTemporality":1,
     "isMonotonic":true,"dataPoints":[{"attributes":[],
     "startTimeUnixNano":"1000000000","timeUnixNano":"2000000000","asDouble":0.25}]}},
    {"name":"tokens","description":"Tokens","unit":"{token}","histogram":{"aggregationTemporality":1,
     "dataPoints":[{"attributes":[],"startTimeUnixNano":"1000000000","timeUnixNano":"2000000000",
     "count":"3","sum":14.0,"bucketCounts":["1","1","1"],"explicitBounds":[1.0,10.0],"min":1.0,"max":11.0}]}}
  ])"));
  CHECK(metric_requests(reading, {k_resource, mask}, k_most).bodies[0].find("\"aggregationTemporality\":2") !=
        std::string::npos);
}

TEST_CASE("many spans become several requests, and none is larger than what can be sent") {
  const SecretMask mask;
  const std::vector<TraceSpan> spans(300, example());
  const OtlpBodies packed = trace_requests(spans, {k_resource, mask}, 8000);
  CHECK(packed.bodies.size() > 3);
  CHECK(packed.left_out == 0);
  std::size_t count = 0;
  for (const std::string& body : packed.bodies) {
    CHECK(body.size() <= 8000);
    count += nlohmann::json::parse(body)["resourceSpans"][0]["scopeSpans"][0]["spans"].size();
  }
  CHECK(count == 300);
  const OtlpBodies none = trace_requests(spans, {k_resource, mask}, 300);
  CHECK(none.bodies.empty());
  CHECK(none.left_out == 300);
}

TEST_CASE("what a collector rejects of a request that it took is told") {
  CHECK(rejected_part("") == "");
  CHECK(rejected_part("{}") == "");
  CHECK(rejected_part("not JSON") == "");
  CHECK(rejected_part(R"({"partialSuccess":{}})") == "");
  CHECK(rejected_part(R"({"partialSuccess":{"rejectedSpans":"0","errorMessage":"a hint"}})") == "");
  CHECK(rejected_part(R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}})") ==
        "3 rejected: too old");
  CHECK(rejected_part(R"({"partialSuccess":{"rejectedDataPoints":2}})") == "2 rejected");
}
