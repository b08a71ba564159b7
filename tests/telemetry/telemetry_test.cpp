#include "milepost/telemetry/telemetry.hpp"

#include "report/sample_run.hpp"
#include "support/http_sink.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace milepost;
using milepost::test::HttpSink;

namespace {

constexpr Milliseconds k_long = std::chrono::seconds(60);

TelemetrySettings to(const std::string& url, const std::string& headers = "") {
  return telemetry_settings([&](const std::string& name) -> std::optional<std::string> {
    if (name == "OTEL_EXPORTER_OTLP_ENDPOINT") return url;
    if (name == "OTEL_EXPORTER_OTLP_HEADERS") return headers;
    return std::nullopt;
  });
}

}  // namespace

TEST_CASE("a run arrives at the collector as traces and as metrics, without secrets") {
  const HttpSink sink;
  Telemetry telemetry(to(sink.url(""), "api-key=abcdef-123456"), {"the gauge"});
  test::play(test::sample_run(), &telemetry);
  CHECK(telemetry.finish(k_long).empty());
  bool traces = false, metrics = false;
  for (const std::string& request : sink.requests()) {
    traces = traces || request.starts_with("POST /v1/traces HTTP");
    metrics = metrics || request.starts_with("POST /v1/metrics HTTP");
    CHECK(request.find("api-key: abcdef-123456\r\n") != std::string::npos);
    CHECK(request.find("Content-Type: application/json\r\n") != std::string::npos);
    const std::string body = request.substr(request.find("\r\n\r\n") + 4);
    CHECK(nlohmann::json::accept(body));
    CHECK(body.find("20260102-030405-abcdef/1") != std::string::npos);
    CHECK(body.find("the gauge") == std::string::npos);
  }
  CHECK(traces);
  CHECK(metrics);
}

TEST_CASE("a collector that is not there is told once a signal and holds up nothing") {
  TelemetrySettings settings = to("http://127.0.0.1:1", "key=abcdef-123456");
  settings.traces->retries = settings.metrics->retries = 0;
  Telemetry telemetry(settings, {});
  test::play(test::sample_run(), &telemetry);
  const auto problems = telemetry.finish(k_long);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].starts_with("telemetry, traces: curl: (7)"));
  CHECK(problems[1].starts_with("telemetry, metrics: curl: (7)"));
  CHECK(telemetry.finish(k_long).empty());
}

TEST_CASE("a collector that never answers is given up at the end of the run") {
  const HttpSink silent(0);
  Telemetry telemetry(to(silent.url("")), {});
  test::play(test::sample_run(), &telemetry);
  CHECK_FALSE(telemetry.finish(Milliseconds(1)).empty());
}
