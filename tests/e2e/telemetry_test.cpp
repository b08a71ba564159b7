#include "support.hpp"
#include "support/http_sink.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

using namespace milepost::test;
namespace fs = std::filesystem;

namespace {

std::string body_of(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

bool is_of(const std::string& request, const std::string& signal) {
  return request.starts_with("POST /v1/" + signal + " ");
}

/// All spans of the requests.
std::vector<Json> spans_of(const std::vector<std::string>& requests) {
  std::vector<Json> spans;
  for (const std::string& request : requests) {
    if (!is_of(request, "traces")) continue;
    const Json body = Json::parse(body_of(request));
    for (const Json& span : body["resourceSpans"][0]["scopeSpans"][0]["spans"]) spans.push_back(span);
  }
  return spans;
}

/// All metrics of the requests.
std::vector<Json> metrics_of(const std::vector<std::string>& requests) {
  std::vector<Json> metrics;
  for (const std::string& request : requests) {
    if (!is_of(request, "metrics")) continue;
    const Json body = Json::parse(body_of(request));
    for (const Json& metric : body["resourceMetrics"][0]["scopeMetrics"][0]["metrics"])
      metrics.push_back(metric);
  }
  return metrics;
}

long long number(const Json& text) {
  return std::stoll(text.get<std::string>());
}

/// Holds requests against OpenTelemetry's own definitions and gives them to a receiver, in a container.
Ended check_strictly(const Project& project, const std::vector<std::string>& requests) {
  unsigned count = 0;
  for (const std::string& request : requests)
    project.write(
        "otlp/" + std::to_string(++count) + (is_of(request, "traces") ? "-traces" : "-metrics") + ".json",
        body_of(request));
  fs::copy_file(MILEPOST_TEST_OTLP_CHECK, project.file("otlp_check.cjs"),
                fs::copy_options::overwrite_existing);
  return project.milepost(
      {"exec", "--", "sh", "-c",
       "mkdir /tmp/otlp && cd /tmp/otlp && npm install --silent --no-audit --no-fund --ignore-scripts "
       "@elastic/mockotlpserver@0.10.0 >&2 && "
       "NODE_PATH=/tmp/otlp/node_modules node /workspace/otlp_check.cjs /workspace/otlp"},
      300s);
}

}  // namespace

TEST_CASE("a run and its resume arrive at the collector as one trace, and a dead collector fails nothing") {
  const HttpSink sink;
  Project project;
  project.plan({{"1.1", "Make a file", "echo x > made"}, {"1.2", "Wait for it", "test -e wanted"}});
  project.set("OTEL_EXPORTER_OTLP_ENDPOINT", sink.url(""));
  REQUIRE(project.milepost({"run", "M1_test.md", "--retries", "0"}).exit == 1);
  project.set("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://127.0.0.1:1/");
  project.write("wanted", "");
  const Ended resumed = project.milepost({"resume", "M1_test.md"});
  CHECK(resumed.exit == 0);
  CHECK(resumed.says("note: telemetry, metrics: "));

  std::set<std::string> traces, names;
  for (const Json& span : spans_of(sink.requests())) {
    traces.insert(span["traceId"]);
    names.insert(span["name"]);
  }
  CHECK(traces.size() == 1);
  for (const char* name :
       {"invoke_workflow M1", "task 1.1", "task 1.2", "invoke_agent script", "execute_tool Shell"}) {
    CAPTURE(name);
    CHECK(names.contains(name));
  }
}

TEST_CASE("what a run sends is valid by OpenTelemetry's definitions, and a receiver takes it") {
  const HttpSink sink;
  Project project;
  project.plan({{"1.1", "Make a file", "echo x > made"}, {"1.2", "Fail", "exit 3"}});
  project.set("OTEL_EXPORTER_OTLP_ENDPOINT", sink.url(""));
  project.set("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test");
  const long long before = static_cast<long long>(::time(nullptr)) * 1'000'000'000;
  REQUIRE(project.milepost({"run", "M1_test.md", "--retries", "1", "--verify", "test -f made"}).exit == 1);
  const long long after = static_cast<long long>(::time(nullptr) + 1) * 1'000'000'000;

  std::map<std::string, Json> by_id;
  for (const Json& span : spans_of(sink.requests())) by_id[span["spanId"]] = span;
  CHECK(by_id.size() == spans_of(sink.requests()).size());
  unsigned roots = 0;
  for (const auto& entry : by_id) {
    const Json& span = entry.second;
    CAPTURE(span.dump());
    const long long start = number(span["startTimeUnixNano"]), end = number(span["endTimeUnixNano"]);
    CHECK(before <= start);
    CHECK(start <= end);
    CHECK(end <= after);
    if (!span.contains("parentSpanId")) {
      ++roots;
      continue;
    }
    REQUIRE(by_id.contains(span["parentSpanId"]));
    const Json& parent = by_id[span["parentSpanId"]];
    CHECK(number(parent["startTimeUnixNano"]) <= start);
    CHECK(end <= number(parent["endTimeUnixNano"]));
  }
  CHECK(roots == 1);

  for (const Json& metric : metrics_of(sink.requests())) {
    CAPTURE(metric.dump());
    const Json& data = metric[metric.contains("sum") ? "sum" : "histogram"];
    CHECK(data["aggregationTemporality"] == 2);
    for (const Json& point : data["dataPoints"]) {
      CHECK(before <= number(point["startTimeUnixNano"]));
      CHECK(number(point["startTimeUnixNano"]) <= number(point["timeUnixNano"]));
      CHECK(number(point["timeUnixNano"]) <= after);
      if (metric.contains("sum")) continue;
      CHECK(point["bucketCounts"].size() == point["explicitBounds"].size() + 1);
      CHECK(std::ranges::is_sorted(point["explicitBounds"].get<std::vector<double>>()));
      long long in_buckets = 0;
      for (const Json& bucket : point["bucketCounts"]) in_buckets += number(bucket);
      CHECK(in_buckets == number(point["count"]));
    }
  }

  const Ended checked = check_strictly(project, sink.requests());
  INFO(checked.err);
  REQUIRE(checked.exit == 0);
  const Json received = Json::parse(lines(checked.out).back());
  CHECK(received["spans"] == by_id.size());
  CHECK(received["metrics"] == metrics_of(sink.requests()).size());
  CHECK(received["metrics"] > 4);

  // The check has teeth.
  const Ended refused = check_strictly(
      project,
      {"POST /v1/traces x\r\n\r\n"
       R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"AAAA","kind":9,"startTimeUnixNano":1,"x":2}]}]}]})"});
  CHECK(refused.exit == 1);
  for (const char* error : {"traceId: not an id of 32 hex digits", "kind: not a number of SpanKind",
                            "startTimeUnixNano: not an integer as text", "x: Span has no such field"})
    CHECK(refused.says(error));
}

TEST_CASE(
    "a collector behind TLS gets a run by the standard variables, and a strange certificate gets nothing") {
  Project project;
  project.plan({{"1.1", "Make a file", "echo x > made"}});
  const fs::path directory = project.base() / "tls";
  fs::create_directories(directory);
  const auto file = [&](const char* name) { return (directory / name).string(); };
  const Ended made =
      project.call({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                    "-nodes", "-days", "2", "-subj", "/CN=collector", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", file("key"), "-out", file("certificate")});
  INFO(made.err);
  REQUIRE(made.exit == 0);
  // Its output goes to a file that the shell opens, so that the port can be read while it runs.
  const Program server =
      project.start_any({"sh", "-c", "exec python3 \"$@\" >\"$0\"", file("port"), MILEPOST_TEST_TLS_SINK,
                         file("certificate"), file("key"), file("log")});
  REQUIRE(eventually(60s, [&] { return slurp(file("port")).ends_with('\n'); }));
  const std::string url = "https://127.0.0.1:" + lines(slurp(file("port"))).front();
  project.set("OTEL_EXPORTER_OTLP_ENDPOINT", url);
  const Ended untrusted = project.milepost({"run", "M1_test.md"});
  CHECK(untrusted.exit == 0);
  CHECK(untrusted.says("note: telemetry, traces: "));
  CHECK(untrusted.says("certificate"));
  CHECK_FALSE(fs::exists(file("log")));

  project.set("OTEL_EXPORTER_OTLP_CERTIFICATE", file("certificate"));
  project.set("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Basic%20aHVudGVyMg%3D%3D,x-team=a%2Cb");
  project.set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", url + "/own/traces");
  project.set("OTEL_EXPORTER_OTLP_TIMEOUT", "60000");
  project.set("OTEL_SERVICE_NAME", "nightly");
  project.set("OTEL_RESOURCE_ATTRIBUTES", "service.name=other,ci.pipeline=a%20b");
  project.set("TRACEPARENT", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  const Ended run = project.milepost({"run", "M1_test.md", "--fresh"});
  CHECK(run.exit == 0);
  CHECK_FALSE(run.says("telemetry"));
  std::set<std::string> paths;
  for (const std::string& line : lines(slurp(file("log")))) {
    const Json request = Json::parse(line);
    CAPTURE(line);
    paths.insert(request["path"]);
    CHECK(request["headers"]["authorization"] == "Basic aHVudGVyMg==");
    CHECK(request["headers"]["x-team"] == "a,b");
    CHECK(request["headers"]["content-type"] == "application/json");
    const Json& body = request["body"];
    const Json& whole = body[body.contains("resourceSpans") ? "resourceSpans" : "resourceMetrics"][0];
    std::map<std::string, Json> resource;
    for (const Json& attribute : whole["resource"]["attributes"])
      resource[attribute["key"]] = attribute["value"]["stringValue"];
    CHECK(resource["service.name"] == "nightly");
    CHECK(resource["ci.pipeline"] == "a b");
    if (!whole.contains("scopeSpans")) continue;
    for (const Json& span : whole["scopeSpans"][0]["spans"]) {
      CHECK(span["traceId"] == "0af7651916cd43dd8448eb211c80319c");
      if (span["name"] == "invoke_workflow M1") CHECK(span["parentSpanId"] == "b7ad6b7169203331");
    }
  }
  CHECK(paths == std::set<std::string>{"/own/traces", "/v1/metrics"});

  fs::remove(file("log"));
  project.set("OTEL_SDK_DISABLED", "true");
  CHECK_FALSE(project.milepost({"run", "M1_test.md", "--fresh"}).says("telemetry"));
  project.set("OTEL_SDK_DISABLED", "");
  project.set("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
  const Ended grpc = project.milepost({"run", "M1_test.md", "--fresh"});
  CHECK(grpc.exit == 0);
  CHECK(grpc.says("OTEL_EXPORTER_OTLP_PROTOCOL asks for 'grpc', which milepost does not speak"));
  CHECK_FALSE(fs::exists(file("log")));
}
