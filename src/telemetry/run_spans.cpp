#include "milepost/telemetry/run_spans.hpp"

#include "milepost/base/sha256.hpp"
#include "milepost/base/text.hpp"
#include "milepost/telemetry/gen_ai.hpp"
#include "milepost/telemetry/trace_parent.hpp"

#include <filesystem>

namespace milepost {

namespace {

constexpr std::size_t k_name_bytes = 100;
constexpr std::size_t k_detail_bytes = 300;
constexpr std::size_t k_open_tools = 200;  ///< calls without a result; further ones are not told
constexpr std::size_t k_checks = 64;       ///< events of one verification

std::int64_t number(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

/// Several runs may be in one trace.
std::string span_id(const std::string& run, const std::string& path) {
  return sha256_hex("milepost run " + run + " " + path).substr(0, 16);
}

/// A name stands once in a list.
void set(std::vector<Attribute>& attributes, Attribute attribute) {
  std::erase_if(attributes, [&](const Attribute& known) { return known.name == attribute.name; });
  attributes.push_back(std::move(attribute));
}

bool is_error(Outcome outcome) {
  return outcome == Outcome::failed || outcome == Outcome::infra || outcome == Outcome::limit;
}

void fail(TraceSpan& span, std::string_view type, const std::string& detail) {
  span.error = one_line(detail, k_detail_bytes);
  span.attributes.push_back({"error.type", std::string(type)});
}

/// gen_ai.usage.input_tokens counts cached tokens too; milepost knows reads and writes of a cache only
/// together.
void add_usage(std::vector<Attribute>& attributes, const Usage& usage) {
  if (usage.input_tokens || usage.cached_tokens)
    attributes.push_back({"gen_ai.usage.input_tokens",
                          number(usage.input_tokens.value_or(0) + usage.cached_tokens.value_or(0))});
  if (usage.output_tokens) attributes.push_back({"gen_ai.usage.output_tokens", number(*usage.output_tokens)});
  if (usage.cached_tokens)
    attributes.push_back({"milepost.usage.cached_tokens", number(*usage.cached_tokens)});
  if (usage.cost_usd) attributes.push_back({"milepost.usage.cost_usd", *usage.cost_usd});
  if (usage.turns) attributes.push_back({"milepost.usage.turns", number(*usage.turns)});
}

SpanEvent event_of(const Evidence& check, std::int64_t time) {
  return {"check",
          time,
          {{"milepost.check.id", one_line(check.id, k_name_bytes)},
           {"milepost.check.kind", std::string(to_string(check.kind))},
           {"milepost.check.verdict", std::string(to_string(check.verdict))},
           {"milepost.check.duration", static_cast<double>(check.duration.count()) / 1000}}};
}

}  // namespace

std::string trace_id_of(const RunStarted& run) {
  if (const auto parent = trace_parent_of(run.trace_parent)) return parent->trace_id;
  return sha256_hex("milepost run " + run.run.value).substr(0, 32);
}

TraceSpan RunSpans::begin(const std::string& path, const std::string& parent, std::string name,
                          std::int64_t now) const {
  TraceSpan span;
  span.trace_id = trace_id_;
  span.id = span_id(run_, path);
  span.parent = parent;
  span.name = std::move(name);
  span.start = span.end = now;
  return span;
}

RunSpans::OpenTask& RunSpans::task(const TaskId& id, const RunState& state, std::int64_t now) {
  if (const auto open = tasks_.find(id); open != tasks_.end()) return open->second;
  OpenTask opened;
  opened.path = session_path_ + "/task " + id.value;
  opened.span =
      begin(opened.path, session_ ? session_->id : "", "task " + one_line(id.value, k_name_bytes), now);
  opened.span.attributes = {{"milepost.task.id", id.value}};
  if (const TaskState* known = state.find(id))
    opened.span.attributes.push_back({"milepost.task.title", one_line(known->planned.title, k_name_bytes)});
  return tasks_.emplace(id, std::move(opened)).first->second;
}

void RunSpans::close_attempt(OpenTask& open, std::int64_t now, std::vector<TraceSpan>& finished) {
  for (auto& [call, tool] : open.tools) {
    tool.end = now;
    finished.push_back(std::move(tool));
  }
  open.tools.clear();
  if (!open.attempt) return;
  open.attempt->end = open.attempt_end = now;
  finished.push_back(std::move(*open.attempt));
  open.attempt.reset();
}

void RunSpans::close_task(const TaskId& id, std::int64_t now, std::vector<TraceSpan>& finished) {
  const auto open = tasks_.find(id);
  if (open == tasks_.end()) return;
  close_attempt(open->second, now, finished);
  open->second.span.end = now;
  finished.push_back(std::move(open->second.span));
  tasks_.erase(open);
}

/// What one event of the journal means for the spans.
struct RunSpans::Teller {
  RunSpans& spans;
  const RunState& state;
  std::int64_t now;
  std::vector<TraceSpan>& finished;

  void session() const {
    const RunStarted& run = state.started;
    spans.trace_id_ = trace_id_of(run);
    spans.run_ = run.run.value;
    spans.harness_ = run.harness;
    spans.model_ = run.model;
    spans.tasks_.clear();
    spans.session_path_ = "session " + std::to_string(state.sessions);
    std::string parent;
    if (state.sessions > 1)
      parent = span_id(spans.run_, "session 1");
    else if (const auto above = trace_parent_of(run.trace_parent))
      parent = above->span_id;
    const std::string name = one_line(run.plan_id.empty() ? run.plan_title : run.plan_id, k_name_bytes);
    TraceSpan span = spans.begin(spans.session_path_, parent, "invoke_workflow " + name, now);
    span.attributes = gen_ai_operation("invoke_workflow", run.harness, run.model);
    span.attributes.push_back({"gen_ai.workflow.name", name});
    span.attributes.push_back({"milepost.run.id", run.run.value});
    span.attributes.push_back({"milepost.run.session", number(state.sessions)});
    span.attributes.push_back({"milepost.plan.title", one_line(run.plan_title, k_name_bytes)});
    span.attributes.push_back(
        {"milepost.project",
         one_line(std::filesystem::path(run.code_folder).filename().string(), k_name_bytes)});
    span.attributes.push_back({"milepost.harness", run.harness});
    spans.session_ = std::move(span);
  }
  void operator()(const RunStarted&) const { session(); }
  void operator()(const RunResumed&) const { session(); }
  void operator()(const TaskStarted& started) const { spans.task(started.task, state, now); }

  void operator()(const AttemptStarted& started) const {
    if (!started.harness.empty()) {
      spans.harness_ = started.harness;
      // The run's model is the first harness's; what another one uses is not known here.
      spans.model_ = started.harness == state.started.harness ? state.started.model : "";
    }
    OpenTask& open = spans.task(started.task, state, now);
    spans.close_attempt(open, now, finished);
    const bool agent = started.reason != AttemptReason::check;
    open.attempt_path = open.path + "/attempt " + std::to_string(started.attempt);
    TraceSpan span =
        spans.begin(open.attempt_path, open.span.id, agent ? "invoke_agent " + spans.harness_ : "check", now);
    if (agent) {
      span.kind = SpanKind::client;
      span.attributes = gen_ai_operation("invoke_agent", spans.harness_, spans.model_);
      span.attributes.push_back({"gen_ai.agent.name", spans.harness_});
      if (!started.session_id.empty())
        span.attributes.push_back({"gen_ai.conversation.id", started.session_id});
    }
    span.attributes.push_back({"milepost.attempt.number", number(started.attempt)});
    span.attributes.push_back({"milepost.attempt.reason", std::string(to_string(started.reason))});
    open.attempt = std::move(span);
    open.tool_calls = 0;
  }

  void operator()(const SessionKnown& known) const {
    OpenTask& open = spans.task(known.task, state, now);
    if (open.attempt) set(open.attempt->attributes, {"gen_ai.conversation.id", known.session_id});
  }

  void operator()(const AttemptEnded& ended) const {
    OpenTask& open = spans.task(ended.task, state, now);
    if (open.attempt) {
      std::vector<Attribute>& attributes = open.attempt->attributes;
      attributes.push_back({"milepost.attempt.outcome", std::string(to_string(ended.outcome))});
      attributes.push_back({"milepost.attempt.result", one_line(ended.result, k_name_bytes)});
      add_usage(attributes, ended.usage);
      if (is_error(ended.outcome))
        fail(*open.attempt,
             one_line(ended.result.empty() ? to_string(ended.outcome) : ended.result, k_name_bytes),
             ended.detail);
    }
    spans.close_attempt(open, now, finished);
  }

  void operator()(const AttemptStopped& stopped) const {
    OpenTask& open = spans.task(stopped.task, state, now);
    if (open.attempt) add_usage(open.attempt->attributes, stopped.usage);
  }

  void operator()(const Verified& verified) const {
    OpenTask& open = spans.task(verified.task, state, now);
    const std::int64_t start = open.attempt_end > 0 ? open.attempt_end : now;
    TraceSpan span =
        spans.begin(open.path + "/verify " + std::to_string(verified.attempt), open.span.id, "verify", start);
    span.end = now;
    const Verdict verdict = overall(verified.evidence);
    span.attributes = {{"milepost.attempt.number", number(verified.attempt)},
                       {"milepost.checks", number(verified.evidence.size())},
                       {"milepost.verdict", std::string(to_string(verdict))}};
    add_usage(span.attributes, verified.review_usage);
    for (const Evidence& check : verified.evidence) {
      if (span.events.size() < k_checks) span.events.push_back(event_of(check, now));
    }
    if (verdict == Verdict::failed || verdict == Verdict::infra_error) fail(span, to_string(verdict), "");
    finished.push_back(std::move(span));
  }

  void operator()(const TaskFinished& ended) const {
    const bool began = spans.tasks_.contains(ended.task);
    if (!began && ended.outcome == Outcome::skipped) return;
    OpenTask& open = spans.task(ended.task, state, now);
    open.span.attributes.push_back({"milepost.task.outcome", std::string(to_string(ended.outcome))});
    if (const TaskState* known = state.find(ended.task); known && !known->commit.empty())
      open.span.attributes.push_back({"vcs.ref.head.revision", known->commit});
    if (is_error(ended.outcome)) fail(open.span, to_string(ended.outcome), ended.detail);
    spans.close_task(ended.task, now, finished);
  }

  void operator()(const RunEnded& ended) const {
    while (!spans.tasks_.empty()) {
      const TaskId id = spans.tasks_.begin()->first;
      spans.tasks_.begin()->second.span.attributes.push_back({"milepost.interrupted", true});
      spans.close_task(id, now, finished);
    }
    if (!spans.session_) return;
    TraceSpan& span = *spans.session_;
    span.end = now;
    span.attributes.push_back({"milepost.exit.code", number(static_cast<unsigned>(ended.exit_code))});
    span.attributes.push_back({"milepost.exit.name", std::string(name_of(ended.exit_code))});
    span.attributes.push_back({"milepost.tasks.completed", number(state.count(Outcome::completed))});
    span.attributes.push_back({"milepost.tasks.total", number(state.tasks.size())});
    if (ended.exit_code != ExitCode::ok) fail(span, name_of(ended.exit_code), ended.detail);
    finished.push_back(std::move(span));
    spans.session_.reset();
  }

  template <class Other>
  void operator()(const Other&) const {}
};

std::vector<TraceSpan> RunSpans::on_run_event(const RunEvent& event, const RunState& state) {
  std::vector<TraceSpan> finished;
  std::visit(Teller{*this, state, unix_milliseconds(event.time), finished}, event.record);
  return finished;
}

std::vector<TraceSpan> RunSpans::on_agent_event(const TaskId& id, const AgentEvent& event, std::int64_t now) {
  const auto found = tasks_.find(id);
  if (found == tasks_.end() || !found->second.attempt) return {};
  OpenTask& open = found->second;
  if (const auto* session = std::get_if<SessionStarted>(&event); session && !session->model.empty())
    set(open.attempt->attributes, {"gen_ai.response.model", one_line(session->model, k_name_bytes)});
  if (const auto* call = std::get_if<ToolCall>(&event); call && open.tools.size() < k_open_tools) {
    const std::string name = one_line(call->name, k_name_bytes);
    TraceSpan span = begin(open.attempt_path + "/tool " + std::to_string(++open.tool_calls), open.attempt->id,
                           "execute_tool " + name, now);
    span.attributes = {{"gen_ai.operation.name", std::string("execute_tool")},
                       {"gen_ai.tool.name", name},
                       {"gen_ai.tool.call.id", one_line(call->id, k_name_bytes)}};
    open.tools.insert_or_assign(call->id, std::move(span));
  }
  std::vector<TraceSpan> finished;
  if (const auto* result = std::get_if<ToolResult>(&event)) {
    auto tool = open.tools.extract(result->id);
    if (tool.empty()) return {};
    tool.mapped().end = now;
    if (result->is_error) fail(tool.mapped(), "tool_error", "");
    finished.push_back(std::move(tool.mapped()));
  }
  return finished;
}

}  // namespace milepost
