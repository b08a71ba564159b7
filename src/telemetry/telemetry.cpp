#include "milepost/telemetry/telemetry.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/log.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/time.hpp"

namespace milepost {

namespace {

/// As OpenTelemetry's batch span processor has them, but for the larger batch.
constexpr QueueLimits k_spans{.waiting = 2048, .batch = 512, .linger = Seconds(5)};
constexpr QueueLimits k_readings{.waiting = 64, .batch = 64, .linger = Seconds(5)};

SecretMask mask_of(std::vector<std::string> secrets, const TelemetrySettings& settings) {
  secrets.insert(secrets.end(), settings.secrets.begin(), settings.secrets.end());
  return SecretMask(secrets);
}

}  // namespace

Telemetry::Telemetry(TelemetrySettings settings, const std::vector<std::string>& secrets)
    : settings_(std::move(settings)),
      mask_(mask_of(secrets, settings_)),
      metrics_(settings_.delta),
      span_queue_(k_spans,
                  [this](std::vector<TraceSpan> batch, std::stop_token stop) {
                    post_bodies(*settings_.traces,
                                trace_requests(batch, {settings_.resource, mask_}, k_post_bytes),
                                trace_problems_, std::move(stop));
                  }),
      metric_queue_(k_readings, [this](std::vector<MetricReading> batch, std::stop_token stop) {
        // The last one of all since the start holds what the others do.
        if (!settings_.delta) batch.erase(batch.begin(), batch.end() - 1);
        for (const MetricReading& reading : batch)
          post_bodies(*settings_.metrics,
                      metric_requests(reading, {settings_.resource, mask_, settings_.delta}, k_post_bytes),
                      metric_problems_, stop);
      }) {}

void Telemetry::on_run_event(const RunEvent& event, const RunState& state) {
  const bool begins =
      std::holds_alternative<RunStarted>(event.record) || std::holds_alternative<RunResumed>(event.record);
  if (begins)  // before anything is sent: a session is one writer of its metrics
    settings_.resource.push_back(
        {"service.instance.id", state.started.run.value + "/" + std::to_string(state.sessions)});
  if (settings_.traces) {
    for (TraceSpan& span : spans_.on_run_event(event, state)) span_queue_.push(std::move(span));
  }
  if (settings_.metrics) {
    if (auto reading = metrics_.on_run_event(event, state)) metric_queue_.push(std::move(*reading));
  }
}

void Telemetry::on_agent_event(const TaskId& task, const AgentEvent& event) {
  if (settings_.traces) {
    for (TraceSpan& span : spans_.on_agent_event(task, event, unix_milliseconds(utc_now())))
      span_queue_.push(std::move(span));
  }
  if (settings_.metrics) metrics_.on_agent_event(task, event);
}

void Telemetry::post_bodies(const HttpPost& to, const OtlpBodies& packed, Problems& problems,
                            std::stop_token stop) const {
  const auto failed = [&](const std::string& words) {
    log::warning("telemetry: " + mask_.masked(words));
    if (problems.count++ == 0) problems.first = mask_.masked(words);
  };
  if (packed.left_out > 0) failed(std::to_string(packed.left_out) + " were too large to be sent");
  for (const std::string& body : packed.bodies) {
    if (stop.stop_requested()) return failed("given up at the end of the run");
    try {
      HttpPost request = to;
      request.body = body;
      const HttpAnswer answer = post(request, stop);
      const std::string problem = answer.problem.empty() ? rejected_part(answer.body) : answer.problem;
      if (!problem.empty()) failed(problem);
    } catch (const Error& error) {
      failed(one_line(error.what(), 200));
    }
  }
}

std::vector<std::string> Telemetry::finish(Milliseconds limit) {
  const auto end = SteadyClock::now() + limit;
  std::vector<std::string> lines;
  const auto tell = [&](const char* signal, std::size_t lost, Problems& problems) {
    const Problems told = std::exchange(problems, {});
    if (told.count > 0)
      lines.push_back(std::string("telemetry, ") + signal + ": " + told.first +
                      (told.count > 1 ? " (" + std::to_string(told.count) + " times)" : ""));
    if (lost > 0)
      lines.push_back(std::string("telemetry, ") + signal + ": " + std::to_string(lost) +
                      " were not sent: the collector was too slow");
  };
  tell("traces", span_queue_.finish(limit), trace_problems_);
  const auto left = std::chrono::duration_cast<Milliseconds>(end - SteadyClock::now());
  tell("metrics", metric_queue_.finish(std::max(left, Milliseconds(0))), metric_problems_);
  return lines;
}

}  // namespace milepost
