#pragma once

#include "milepost/base/background_queue.hpp"
#include "milepost/base/secret_mask.hpp"
#include "milepost/report/observer.hpp"
#include "milepost/telemetry/otlp_json.hpp"
#include "milepost/telemetry/run_metrics.hpp"
#include "milepost/telemetry/run_spans.hpp"
#include "milepost/telemetry/settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// Sends a run as OpenTelemetry traces and metrics while it goes on. Everything is sent in the background out
/// of bounded queues: a collector that is slow or dead delays nothing and fails nothing.
class Telemetry : public RunObserver {
 public:
  /// `mask`: for the agent's secrets; those of the settings are added.
  Telemetry(TelemetrySettings settings, const std::vector<std::string>& secrets);

  void on_run_event(const RunEvent& event, const RunState& state) override;
  void on_agent_event(const TaskId& task, const AgentEvent& event) override;
  void on_progress(std::string_view) override {}

  /// Waits for what is under way, at most so long, and sends nothing afterwards. Returns what went wrong, a
  /// line a signal, without secrets.
  std::vector<std::string> finish(Milliseconds limit);

 private:
  /// What happened to one signal's requests; of its queue's thread until that has ended.
  struct Problems {
    std::string first;
    unsigned count = 0;
  };
  void post_bodies(const HttpPost& to, const OtlpBodies& packed, Problems& problems,
                   std::stop_token stop) const;

  TelemetrySettings settings_;
  SecretMask mask_;
  RunSpans spans_;
  RunMetrics metrics_;
  Problems trace_problems_, metric_problems_;
  BackgroundQueue<TraceSpan> span_queue_;
  BackgroundQueue<MetricReading> metric_queue_;
};

}  // namespace milepost
