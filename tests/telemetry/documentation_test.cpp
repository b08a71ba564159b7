#include "milepost/base/text.hpp"
#include "milepost/telemetry/run_metrics.hpp"

#include "report/sample_run.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>

// docs/telemetry.md and deploy/observability against the program.

using namespace milepost;
namespace fs = std::filesystem;

namespace {

const fs::path k_source = MILEPOST_TEST_SOURCE;

/// The metrics of the table in the documentation.
std::set<std::string> documented() {
  const std::string page = test::slurp(k_source / "docs/telemetry.md");
  std::set<std::string> names;
  for (const std::string_view line : lines_of(std::string_view(page).substr(page.find("| metric |")))) {
    const auto cells = split(line, '`');
    if (line.starts_with("| `")) names.emplace(cells.at(1));
    if (line.starts_with("## ")) break;
  }
  return names;
}

/// What a run of every kind of event sends: metrics by their names, and the names of all their attributes.
struct Sent {
  std::map<std::string, const Instrument*> instruments;
  std::set<std::string> attributes;

  Sent() {
    RunMetrics metrics(/*delta=*/false);
    const TaskId task("4.1");
    RunState state;
    for (RunRecord record : test::sample_run()) {
      if (auto* started = std::get_if<RunStarted>(&record)) started->model = "m";
      if (auto* ended = std::get_if<AttemptEnded>(&record)) ended->usage.output_tokens = 1;
      const RunEvent event{"2026-01-02T03:04:05.000Z", std::move(record)};
      apply(state, event);
      metrics.on_agent_event(task, ToolCall{"t", "Bash", ""});
      metrics.on_agent_event(task, ToolResult{"t", true, ""});
      metrics.on_agent_event(task, ApiRetry{});
      const auto reading = metrics.on_run_event(event, state);
      if (!reading) continue;
      for (const Metric& metric : reading->metrics) {
        instruments.emplace(metric.instrument->name, metric.instrument);
        for (const auto& [key, point] : metric.points) {
          for (const Attribute& attribute : point.attributes) attributes.insert(attribute.name);
        }
      }
    }
  }
};

std::string underscored(std::string name) {
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

/// The series that Prometheus makes of a metric by default: https://github.com/prometheus/otlptranslator and
/// OpenTelemetry's "Prometheus and OpenMetrics Compatibility". A unit in braces is an annotation and is
/// dropped.
std::set<std::string> series_of(const Instrument& instrument) {
  std::string name = underscored(std::string(instrument.name));
  REQUIRE((instrument.unit == "s" || instrument.unit.starts_with('{')));
  if (instrument.unit == "s") name += "_seconds";
  if (instrument.bounds.empty()) return {name + "_total"};
  return {name + "_bucket", name + "_sum", name + "_count"};
}

/// The words of a query that can be a series' or a label's name.
std::set<std::string> names_in(const std::string& query) {
  static const std::regex word("(milepost|gen_ai|error)_[A-Za-z_]+");
  return {std::sregex_token_iterator(query.begin(), query.end(), word), std::sregex_token_iterator()};
}

}  // namespace

TEST_CASE("the metrics of the documentation are those that are sent") {
  std::set<std::string> names;
  for (const auto& [name, instrument] : Sent().instruments) names.insert(name);
  CHECK(names == documented());
}

TEST_CASE("the dashboard asks only for what is sent, by the names that Prometheus gives it") {
  std::set<std::string> series, labels;
  const Sent sent;
  for (const auto& [name, instrument] : sent.instruments) series.merge(series_of(*instrument));
  for (const std::string& name : sent.attributes) labels.insert(underscored(name));
  const auto dashboard = nlohmann::json::parse(test::slurp(k_source / "deploy/observability/dashboard.json"));
  std::size_t seen = 0;
  for (const auto& panel : dashboard["panels"]) {
    for (const auto& target : panel["targets"]) {
      const std::string query = target.value("expr", "");
      CAPTURE(query);
      std::size_t asked = 0;
      for (const std::string& name : names_in(query)) {
        CAPTURE(name);
        if (series.contains(name))
          ++asked;
        else
          CHECK(labels.contains(name));
      }
      CHECK(asked == (query.empty() ? 0 : 1));
      for (const std::string& name : names_in(target.value("legendFormat", ""))) CHECK(labels.contains(name));
      seen += asked;
    }
  }
  CHECK(seen >= 10);
}
