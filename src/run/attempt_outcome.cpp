#include "milepost/run/attempt_outcome.hpp"

#include "milepost/base/text.hpp"
#include "milepost/base/time.hpp"
#include "milepost/run/failure_class.hpp"
#include "milepost/run/next_step.hpp"

#include <string.h>

namespace milepost {

namespace {

struct Judgement {
  Outcome outcome;
  std::string result;
  std::string detail;
};

std::string with_stderr(std::string detail, const AgentOutput& output) {
  const std::string last = one_line(output.stderr_tail, 300);
  if (!last.empty()) detail += "; it last said: " + last;
  return detail;
}

std::string how_it_ended(const ProcessEnd& end) {
  if (!end.started) return "could not be started: " + end.error;
  if (end.exited) return "exited with " + std::to_string(end.code);
  const char* name = ::sigabbrev_np(end.signal);
  return "was killed by signal " + std::to_string(end.signal) +
         (name ? " (SIG" + std::string(name) + ")" : "");
}

Judgement judge_result(const ResultEvent& result) {
  const std::string words = one_line(result.text, 400);
  const std::string kind(to_string(result.kind));
  switch (result.kind) {
    case ResultKind::success:
      return {Outcome::completed, kind, ""};
    case ResultKind::auth:
      return {Outcome::limit, kind, "the harness could not log in: " + words};
    case ResultKind::permission_blocked:
    case ResultKind::refused:
      return {Outcome::needs_human, kind, "the agent was blocked: " + words};
    case ResultKind::quota:
    case ResultKind::rate_limited:
    case ResultKind::turn_limit:
    case ResultKind::budget:
      return {Outcome::limit, kind, words.empty() ? kind : words};
    case ResultKind::overloaded:
      return {Outcome::infra, kind, "the model's service failed: " + words};
    case ResultKind::context_overflow:
    case ResultKind::error:
      break;
  }
  return {Outcome::failed, kind, words.empty() ? "the harness ended with an error" : words};
}

/// What the process's end alone decides, whatever the agent printed.
std::optional<Judgement> judge_end(const AgentOutput& output) {
  const ProcessEnd& end = output.end;
  const bool has_success = output.result && output.result->kind == ResultKind::success;
  if (end.reason == EndReason::channel_lost) {
    return Judgement{Outcome::infra, "lost", "the container was lost: " + end.error};
  }
  if (!output.log_problem.empty()) return Judgement{Outcome::infra, "not_recorded", output.log_problem};
  if (!output.disk_problem.empty()) return Judgement{Outcome::limit, "disk_limit", output.disk_problem};
  if (!output.limit_reached.empty() && !has_success) {
    const ResultKind kind = output.limit_is_turns ? ResultKind::turn_limit : ResultKind::budget;
    return Judgement{Outcome::limit, std::string(to_string(kind)), output.limit_reached};
  }
  if (!end.started) return Judgement{Outcome::infra, k_not_started, "the harness " + how_it_ended(end)};
  if (!end.error.empty()) return Judgement{Outcome::infra, "output_lost", end.error};
  if (end.oom && !has_success) {
    return Judgement{Outcome::infra, "oom", "the container ran out of memory (setting resources.memory)"};
  }
  if (end.reason == EndReason::idle) {
    return Judgement{Outcome::limit, "idle_timeout",
                     "the agent was silent for too long (setting timeouts.idle)"};
  }
  if (end.reason == EndReason::total) {
    return Judgement{Outcome::limit, "task_timeout", "the attempt took too long (setting timeouts.task)"};
  }
  return std::nullopt;
}

Judgement judge_all(const AgentOutput& output) {
  if (auto ended = judge_end(output)) return *ended;
  if (!output.result) {
    return {Outcome::failed, "no_result",
            with_stderr("the harness " + how_it_ended(output.end) + " without its final event", output)};
  }
  if (output.contradicting_results) {
    return {Outcome::failed, "contradicting_results",
            "the harness reported results that contradict each other"};
  }
  Judgement judgement = judge_result(*output.result);
  const bool ended_well = output.end.success() || output.end.reason == EndReason::completion_grace;
  if (judgement.outcome == Outcome::completed && output.end.reason == EndReason::completion_grace) {
    judgement.result = k_hang_after_result;
    judgement.detail = "the agent did not end after its final event (setting timeouts.completion_grace)";
  }
  if (judgement.outcome == Outcome::completed && !ended_well) {
    return {Outcome::failed, "exit_status",
            with_stderr("the harness reported success but " + how_it_ended(output.end), output)};
  }
  return judgement;
}

}  // namespace

AttemptEnded judge(const AgentOutput& output) {
  const Judgement judgement = judge_all(output);
  AttemptEnded ended;
  ended.outcome = judgement.outcome;
  ended.result = judgement.result;
  ended.detail = judgement.detail;
  ended.usage = output.result ? output.result->usage : output.so_far;
  if (!ended.usage.turns) ended.usage.turns = output.so_far.turns;
  if (output.result && output.result->resets_at) ended.retry_at = utc_text(*output.result->resets_at);
  ended.duration = output.end.duration;
  return ended;
}

}  // namespace milepost
