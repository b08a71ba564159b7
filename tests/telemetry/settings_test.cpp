#include "milepost/telemetry/settings.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace milepost;

namespace {

TelemetrySettings settings_of(const std::map<std::string, std::string>& variables) {
  return telemetry_settings([&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

std::string text_of(const TelemetrySettings& settings, const std::string& name) {
  for (const Attribute& attribute : settings.resource) {
    if (attribute.name == name) return std::get<std::string>(attribute.value);
  }
  return "";
}

}  // namespace

TEST_CASE("without an endpoint, or when it is turned off, there is no telemetry") {
  CHECK_FALSE(settings_of({}).any());
  CHECK_FALSE(settings_of({{"OTEL_SERVICE_NAME", "x"}, {"OTEL_EXPORTER_OTLP_ENDPOINT", ""}}).any());
  const TelemetrySettings off =
      settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"}, {"OTEL_SDK_DISABLED", "True"}});
  CHECK_FALSE(off.any());
  CHECK(off.notes.empty());
}

TEST_CASE("the common endpoint gets each signal's path, a signal's own is taken as it is") {
  const TelemetrySettings common = settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318/base/"}});
  CHECK(common.traces.value().url == "http://c:4318/base/v1/traces");
  CHECK(common.metrics.value().url == "http://c:4318/base/v1/metrics");
  CHECK(common.notes.empty());
  CHECK(common.traces->limit == std::chrono::seconds(10));
  const TelemetrySettings own = settings_of({{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://t/x"}});
  CHECK(own.traces.value().url == "https://t/x");
  CHECK_FALSE(own.metrics);
  const TelemetrySettings no_metrics =
      settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"}, {"OTEL_METRICS_EXPORTER", "none"}});
  CHECK(no_metrics.traces);
  CHECK_FALSE(no_metrics.metrics);
}

TEST_CASE("headers, timeouts and resource attributes are read as the specification writes them") {
  const TelemetrySettings settings =
      settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"},
                   {"OTEL_EXPORTER_OTLP_HEADERS", "authorization=Basic%20YWJj, x-team = a=b,broken"},
                   {"OTEL_EXPORTER_OTLP_METRICS_HEADERS", "x=bad%0d%0aInjected: 1"},
                   {"OTEL_EXPORTER_OTLP_TIMEOUT", "2500"},
                   {"OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "soon"},
                   {"OTEL_EXPORTER_OTLP_CERTIFICATE", "/etc/ca.pem"},
                   {"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "Delta"},
                   {"OTEL_RESOURCE_ATTRIBUTES", "service.name=other,deployment.environment=a%2Cb"}});
  CHECK(settings.traces.value().headers ==
        std::vector<std::string>{"authorization: Basic YWJj", "x-team: a=b"});
  CHECK(settings.traces->limit == Milliseconds(2500));
  CHECK(settings.traces->ca_file == "/etc/ca.pem");
  CHECK(settings.metrics.value().headers.empty());
  CHECK(settings.metrics->limit == std::chrono::seconds(10));
  CHECK(settings.delta);
  CHECK(text_of(settings, "service.name") == "other");
  CHECK(text_of(settings, "deployment.environment") == "a,b");
  CHECK(settings.secrets.front() == "Basic YWJj");
  REQUIRE(settings.notes.size() == 2);
  CHECK(settings.notes[0].find("OTEL_EXPORTER_OTLP_METRICS_HEADERS has a header with a line break") !=
        std::string::npos);
  CHECK(settings.notes[1].find("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT is not a number") != std::string::npos);
  CHECK(text_of(settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"},
                             {"OTEL_SERVICE_NAME", "mine"},
                             {"OTEL_RESOURCE_ATTRIBUTES", "service.name=other"}}),
                "service.name") == "mine");
}

TEST_CASE("a protocol, exporter or URL that milepost does not speak is said by its variable") {
  const auto with = [](const std::string& name, const std::string& value) {
    return settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317"}, {name, value}});
  };
  const TelemetrySettings grpc = with("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
  CHECK_FALSE(grpc.any());
  REQUIRE(grpc.notes.size() == 2);
  CHECK(grpc.notes[0].find("OTEL_EXPORTER_OTLP_PROTOCOL asks for 'grpc', which milepost does not speak") !=
        std::string::npos);
  const TelemetrySettings binary = with("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf");
  CHECK(binary.any());
  REQUIRE(binary.notes.size() == 1);
  CHECK(binary.notes[0].find("sends http/json") != std::string::npos);
  CHECK(with("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json").notes.empty());
  const TelemetrySettings zipkin = with("OTEL_TRACES_EXPORTER", "zipkin");
  CHECK_FALSE(zipkin.traces);
  CHECK(zipkin.metrics);
  CHECK(zipkin.notes.at(0).find("'zipkin'") != std::string::npos);
  const TelemetrySettings bare = settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"}});
  CHECK_FALSE(bare.any());
  CHECK_FALSE(bare.notes.empty());
}

TEST_CASE("a trace that is not recorded gets no spans, but metrics go on") {
  const auto with = [](const std::string& flags) {
    return settings_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"},
                        {"TRACEPARENT", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-" + flags}});
  };
  CHECK(with("01").traces);
  CHECK(with("01").notes.empty());
  CHECK_FALSE(with("00").traces);
  CHECK(with("00").metrics);
  CHECK(with("00").notes.at(0).find("TRACEPARENT") != std::string::npos);
  CHECK(with("nonsense").traces);
}
