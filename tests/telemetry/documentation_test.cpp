#include "milepost/base/text.hpp"
#include "milepost/telemetry/run_metrics.hpp"

#include "report/sample_run.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
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

}  // namespace

TEST_CASE("the metrics of the documentation are those that are sent") {
  RunMetrics metrics(/*delta=*/false);
  const TaskId task("4.1");
  std::set<std::string> sent;
  RunState state;
  for (RunRecord record : test::sample_run()) {
    if (auto* ended = std::get_if<AttemptEnded>(&record)) ended->usage.output_tokens = 1;
    const RunEvent event{"2026-01-02T03:04:05.000Z", std::move(record)};
    apply(state, event);
    metrics.on_agent_event(task, ToolCall{"t", "Bash", ""});
    metrics.on_agent_event(task, ToolResult{"t", false, ""});
    metrics.on_agent_event(task, ApiRetry{});
    const auto reading = metrics.on_run_event(event, state);
    if (!reading) continue;
    for (const Metric& metric : reading->metrics) sent.emplace(metric.instrument->name);
  }
  CHECK(sent == documented());
}

TEST_CASE("the dashboard shows only metrics that are sent") {
  const auto dashboard = nlohmann::json::parse(test::slurp(k_source / "deploy/observability/dashboard.json"));
  std::set<std::string> known;
  for (std::string name : documented()) {
    std::replace(name.begin(), name.end(), '.', '_');
    known.insert(name);
  }
  std::size_t seen = 0;
  for (const auto& panel : dashboard["panels"]) {
    for (const auto& target : panel["targets"]) {
      const std::string query = target.value("expr", "");
      // A name of Prometheus: unit and kind come behind the metric's own.
      for (const char* end : {"_total", "_sum", "_bucket"}) {
        const std::size_t at = query.find(end);
        if (at == std::string::npos) continue;
        const std::size_t begin = query.find_last_of(" (", at) + 1;
        std::string name = query.substr(begin, at - begin);
        for (const std::string unit : {"_USD", "_seconds"}) {
          if (name.ends_with(unit)) name.resize(name.size() - unit.size());
        }
        CAPTURE(query);
        CHECK(known.contains(name));
        ++seen;
      }
    }
  }
  CHECK(seen >= 10);
}
