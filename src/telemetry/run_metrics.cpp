#include "milepost/telemetry/run_metrics.hpp"

#include "milepost/base/text.hpp"
#include "milepost/telemetry/gen_ai.hpp"

namespace milepost {

namespace {

constexpr std::size_t k_tool_names = 40;  ///< more distinct ones, which an agent may invent, count as "other"
constexpr std::size_t k_open_tools = 200;

// Names of gen_ai.* and their bounds: OpenTelemetry semantic conventions, generative AI client metrics.
const Instrument k_token_usage{
    "gen_ai.client.token.usage",
    "{token}",
    "Tokens that an attempt used",
    true,
    {1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864}};
/// The conventions' bounds end at 82 s; attempts take minutes.
const Instrument k_duration{"gen_ai.client.operation.duration",
                            "s",
                            "How long an attempt of the agent took",
                            false,
                            {1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36, 1310.72,
                             2621.44, 5242.88, 10485.76}};
const Instrument k_tasks{"milepost.tasks", "{task}", "Tasks that ended, by outcome"};
const Instrument k_attempts{"milepost.attempts", "{attempt}", "Attempts that ended, by reason and outcome"};
const Instrument k_retries{"milepost.retries", "{attempt}", "Attempts after a task's first one, by reason"};
const Instrument k_escalations{"milepost.escalations", "{task}", "Tasks that were left to a person"};
const Instrument k_checks{"milepost.checks", "{check}", "Checks that milepost ran, by kind and verdict"};
const Instrument k_cost{"milepost.cost", "{USD}", "What the attempts cost, as the harness reported it",
                        false};
const Instrument k_tool_calls{"milepost.tool.calls", "{call}", "Tool calls of the agent that had a result"};
const Instrument k_api_retries{"milepost.api.retries", "{request}",
                               "Requests to the model that the harness sent again"};
const Instrument k_runs{"milepost.sessions", "{session}", "Sessions of runs that ended, by exit code"};

std::string text(std::string_view words) {
  return std::string(words);
}

double real(std::uint64_t value) {
  return static_cast<double>(value);
}

}  // namespace

/// What one event of the journal adds; true when it is worth a reading.
struct RunMetrics::Teller {
  RunMetrics& metrics;
  const RunEvent& event;
  const RunState& state;

  void add_usage(const Usage& usage) const {
    const auto attributes = [&](const char* type) {
      auto all = gen_ai_operation("invoke_agent", metrics.harness_, metrics.model_);
      all.push_back({"gen_ai.token.type", text(type)});
      return all;
    };
    if (usage.input_tokens || usage.cached_tokens)
      metrics.store_.add(k_token_usage, attributes("input"),
                         real(usage.input_tokens.value_or(0) + usage.cached_tokens.value_or(0)));
    if (usage.output_tokens)
      metrics.store_.add(k_token_usage, attributes("output"), real(*usage.output_tokens));
    if (usage.cost_usd)
      metrics.store_.add(k_cost, gen_ai_operation("invoke_agent", metrics.harness_, metrics.model_),
                         *usage.cost_usd);
  }
  bool begin() const {
    metrics.start_ = unix_milliseconds(event.time);
    metrics.harness_ = state.started.harness;
    metrics.model_ = state.started.model;
    return false;
  }

  bool operator()(const RunStarted&) const { return begin(); }
  bool operator()(const RunResumed&) const { return begin(); }
  bool operator()(const AttemptStarted& started) const {
    if (!started.harness.empty()) {
      metrics.harness_ = started.harness;
      metrics.model_ = started.harness == state.started.harness ? state.started.model : "";
    }
    metrics.reasons_[started.task] = started.reason;
    metrics.open_tools_.erase(started.task);
    if (started.attempt > 1)
      metrics.store_.add(k_retries, {{"milepost.attempt.reason", text(to_string(started.reason))}}, 1);
    return false;
  }
  bool operator()(const AttemptEnded& ended) const {
    const auto known = metrics.reasons_.find(ended.task);
    const AttemptReason reason = known == metrics.reasons_.end() ? AttemptReason::resume : known->second;
    metrics.store_.add(k_attempts,
                       {{"milepost.attempt.reason", text(to_string(reason))},
                        {"milepost.attempt.outcome", text(to_string(ended.outcome))}},
                       1);
    if (reason == AttemptReason::check) return true;
    add_usage(ended.usage);
    auto attributes = gen_ai_operation("invoke_agent", metrics.harness_, metrics.model_);
    if (ended.outcome != Outcome::completed)
      attributes.push_back({"error.type", text(to_string(ended.outcome))});
    metrics.store_.add(k_duration, std::move(attributes), static_cast<double>(ended.duration.count()) / 1000);
    return true;
  }
  bool operator()(const Verified& verified) const {
    add_usage(verified.review_usage);
    for (const Evidence& check : verified.evidence)
      metrics.store_.add(k_checks,
                         {{"milepost.check.kind", text(to_string(check.kind))},
                          {"milepost.check.verdict", text(to_string(check.verdict))}},
                         1);
    return true;
  }
  bool operator()(const TaskFinished& ended) const {
    metrics.store_.add(k_tasks, {{"milepost.task.outcome", text(to_string(ended.outcome))}}, 1);
    if (ended.outcome == Outcome::needs_human) metrics.store_.add(k_escalations, {}, 1);
    return true;
  }
  bool operator()(const RunEnded& ended) const {
    metrics.store_.add(k_runs, {{"milepost.exit.name", text(name_of(ended.exit_code))}}, 1);
    return true;
  }
  template <class Other>
  bool operator()(const Other&) const {
    return false;
  }
};

std::string RunMetrics::tool_name(const std::string& name) {
  std::string shown = one_line(name, 60);
  if (tool_names_.size() < k_tool_names) tool_names_.insert(shown);
  return tool_names_.contains(shown) ? shown : "other";
}

std::optional<MetricReading> RunMetrics::on_run_event(const RunEvent& event, const RunState& state) {
  if (!std::visit(Teller{*this, event, state}, event.record)) return std::nullopt;
  MetricReading reading{start_, unix_milliseconds(event.time), store_.metrics()};
  if (delta_) {
    store_.clear();
    start_ = reading.time;
  }
  return reading;
}

void RunMetrics::on_agent_event(const TaskId& task, const AgentEvent& event) {
  if (const auto* call = std::get_if<ToolCall>(&event)) {
    auto& open = open_tools_[task];
    if (open.size() < k_open_tools) open[call->id] = call->name;
  }
  if (const auto* result = std::get_if<ToolResult>(&event)) {
    const auto call = open_tools_[task].extract(result->id);
    if (call.empty()) return;
    std::vector<Attribute> attributes{{"gen_ai.tool.name", tool_name(call.mapped())}};
    if (result->is_error) attributes.push_back({"error.type", text("tool_error")});
    store_.add(k_tool_calls, std::move(attributes), 1);
  }
  if (const auto* retry = std::get_if<ApiRetry>(&event))
    store_.add(k_api_retries,
               {{"error.type", retry->http_status ? std::to_string(retry->http_status) : text("_OTHER")}}, 1);
}

}  // namespace milepost
