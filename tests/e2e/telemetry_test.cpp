#include "support.hpp"
#include "support/http_sink.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace milepost::test;

TEST_CASE("a run and its resume arrive at the collector as one trace, and a dead collector fails nothing") {
  const milepost::test::HttpSink sink;
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
  for (const std::string& request : sink.requests()) {
    const Json body = Json::parse(request.substr(request.find("\r\n\r\n") + 4));
    if (!request.starts_with("POST /v1/traces ")) continue;
    for (const Json& span : body["resourceSpans"][0]["scopeSpans"][0]["spans"]) {
      traces.insert(span["traceId"]);
      names.insert(span["name"]);
    }
  }
  CHECK(traces.size() == 1);
  for (const char* name :
       {"invoke_workflow M1", "task 1.1", "task 1.2", "invoke_agent script", "execute_tool Shell"}) {
    CAPTURE(name);
    CHECK(names.contains(name));
  }
}
