#include "milepost/telemetry/run_metrics.hpp"

#include "milepost/telemetry/gen_ai.hpp"

#include "report/sample_run.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace milepost;

namespace {

const MetricPoint* find(const MetricReading& reading, const std::string& metric,
                        const std::string& value = "") {
  for (const Metric& known : reading.metrics) {
    if (known.instrument->name != metric) continue;
    for (const auto& [key, point] : known.points) {
      const bool has = std::any_of(point.attributes.begin(), point.attributes.end(), [&](const Attribute& a) {
        const auto* text = std::get_if<std::string>(&a.value);
        return text && *text == value;
      });
      if (value.empty() || has) return &point;
    }
  }
  return nullptr;
}

double sum(const MetricReading& reading, const std::string& metric, const std::string& value = "") {
  const MetricPoint* point = find(reading, metric, value);
  return point ? point->sum : 0;
}

/// The readings of the sample run.
std::vector<MetricReading> readings_of(RunMetrics& metrics, const std::vector<RunRecord>& records) {
  std::vector<MetricReading> readings;
  RunState state;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const RunEvent event{"2026-01-02T03:04:" + std::to_string(10 + i) + ".000Z", records[i]};
    apply(state, event);
    if (auto reading = metrics.on_run_event(event, state)) readings.push_back(std::move(*reading));
  }
  return readings;
}

}  // namespace

TEST_CASE("a session's last reading holds the figures of all of it") {
  std::vector<RunRecord> records = test::sample_run();
  for (RunRecord& record : records) {
    if (auto* ended = std::get_if<AttemptEnded>(&record); ended && ended->task == TaskId("4.1")) {
      ended->usage.input_tokens = 100;
      ended->usage.cached_tokens = 900;
      ended->usage.output_tokens = 50;
    }
  }
  RunMetrics metrics(/*delta=*/false);
  const MetricReading last = readings_of(metrics, records).back();
  CHECK(sum(last, "milepost.tasks", "completed") == 1);
  CHECK(sum(last, "milepost.tasks", "needs_human") == 1);
  CHECK(sum(last, "milepost.tasks", "skipped") == 1);
  CHECK(sum(last, "milepost.escalations") == 1);
  CHECK(sum(last, "milepost.retries", "retry") == 1);
  CHECK(sum(last, "milepost.attempts", "first") > 0);
  CHECK(sum(last, "milepost.checks", "failed") == 1);
  CHECK(sum(last, "milepost.cost") == doctest::Approx(0.5));
  CHECK(sum(last, "milepost.sessions", "needs_human") == 1);
  const MetricPoint* input = find(last, "gen_ai.client.token.usage", "input");
  REQUIRE(input);
  CHECK(input->sum == 2000);
  CHECK(input->count == 2);
  CHECK(input->buckets.at(5) == 2);  // 256 < 1000 <= 1024
  CHECK(sum(last, "gen_ai.client.token.usage", "output") == 100);
  CHECK(find(last, "gen_ai.client.operation.duration", "claude") ==
        nullptr);  // the provider, not the harness
  CHECK(find(last, "gen_ai.client.operation.duration", "anthropic"));
  CHECK(last.start < last.time);
}

TEST_CASE("what a harness did not report is not zero but absent") {
  RunMetrics metrics(/*delta=*/false);
  const MetricReading last = readings_of(metrics, test::sample_run()).back();
  CHECK(find(last, "gen_ai.client.token.usage") == nullptr);
}

TEST_CASE("readings of differences add up to the whole and follow one another") {
  RunMetrics whole(/*delta=*/false), parts(/*delta=*/true);
  const MetricReading last = readings_of(whole, test::sample_run()).back();
  const std::vector<MetricReading> all = readings_of(parts, test::sample_run());
  double tasks = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const char* outcome : {"completed", "needs_human", "skipped"})
      tasks += sum(all[i], "milepost.tasks", outcome);
    if (i > 0) CHECK(all[i].start == all[i - 1].time);
  }
  CHECK(tasks == 3);
  CHECK(all.front().start == last.start);
}

TEST_CASE("an agent that invents tools cannot make the figures grow without end") {
  RunMetrics metrics(/*delta=*/false);
  const TaskId task("4.1");
  for (int i = 0; i < 1000; ++i) {
    metrics.on_agent_event(task, ToolCall{std::to_string(i), "tool" + std::to_string(i), ""});
    metrics.on_agent_event(task, ToolResult{std::to_string(i), i % 2 == 0, ""});
  }
  const MetricReading last = readings_of(metrics, test::sample_run()).back();
  for (const Metric& metric : last.metrics) CHECK(metric.points.size() < 60);
  CHECK(sum(last, "milepost.tool.calls", "other") > 400);
  CHECK(sum(last, "milepost.tool.calls", "tool0") == 1);
}

TEST_CASE("the provider is told by the harness or the model") {
  CHECK(gen_ai_provider("claude", "") == "anthropic");
  CHECK(gen_ai_provider("codex", "gpt-5") == "openai");
  CHECK(gen_ai_provider("gemini", "") == "gcp.gemini");
  CHECK(gen_ai_provider("opencode", "openai/gpt-5") == "openai");
  CHECK(gen_ai_provider("pi", "openai") == "pi");
  CHECK(gen_ai_provider("custom", "") == "custom");
}
