#include "milepost/run/attempt_outcome.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

AgentOutput output(ResultKind kind) {
  AgentOutput out;
  out.end.exited = true;
  out.result.emplace();
  out.result->kind = kind;
  out.result->text = "words";
  return out;
}

}  // namespace

TEST_CASE("F27: only a success event of a process that ended well is a completed attempt") {
  AgentOutput out = output(ResultKind::success);
  CHECK(judge(out).outcome == Outcome::completed);

  SUBCASE("with another exit status it is not") {
    out.end.code = 1;
    CHECK(judge(out).outcome == Outcome::failed);
    CHECK(judge(out).result == "exit_status");
  }
  SUBCASE("killed by a signal it is not") {
    out.end.exited = false;
    out.end.signal = 9;
    CHECK(judge(out).outcome == Outcome::failed);
  }
  SUBCASE("killed after the completion grace it is: the result came first") {
    out.end.exited = false;
    out.end.signal = 9;
    out.end.reason = EndReason::completion_grace;
    CHECK(judge(out).outcome == Outcome::completed);
  }
  SUBCASE("results that contradict each other are none") {
    out.contradicting_results = true;
    CHECK(judge(out).outcome == Outcome::failed);
  }
  SUBCASE("without the event, exit 0 is nothing") {
    out.result.reset();
    out.stderr_tail = "something broke\n";
    CHECK(judge(out).outcome == Outcome::failed);
    CHECK(judge(out).result == "no_result");
    CHECK(judge(out).detail.find("something broke") != std::string::npos);
  }
  SUBCASE("output that was lost on the way makes it infra") {
    out.end.error = "5 bytes of stdout are missing";
    CHECK(judge(out).outcome == Outcome::infra);
  }
  SUBCASE("output that could not be recorded makes it infra") {
    out.log_problem = "disk full";
    CHECK(judge(out).outcome == Outcome::infra);
  }
  SUBCASE("a lost container makes it infra") {
    out.end.reason = EndReason::channel_lost;
    CHECK(judge(out).outcome == Outcome::infra);
  }
}

TEST_CASE("each failure class has its outcome") {
  const std::pair<ResultKind, Outcome> table[] = {
      {ResultKind::auth, Outcome::limit},          {ResultKind::quota, Outcome::limit},
      {ResultKind::rate_limited, Outcome::limit},  {ResultKind::turn_limit, Outcome::limit},
      {ResultKind::budget, Outcome::limit},        {ResultKind::overloaded, Outcome::infra},
      {ResultKind::refused, Outcome::needs_human}, {ResultKind::permission_blocked, Outcome::needs_human},
      {ResultKind::error, Outcome::failed},        {ResultKind::context_overflow, Outcome::failed},
  };
  for (const auto& [kind, outcome] : table) {
    const std::string_view name = to_string(kind);
    CAPTURE(name);
    CHECK(judge(output(kind)).outcome == outcome);
    CHECK(judge(output(kind)).result == to_string(kind));
  }
}

TEST_CASE("F19: limits of time are limits, and memory is infra, whatever else was printed") {
  AgentOutput out = output(ResultKind::error);
  SUBCASE("idle") {
    out.end.reason = EndReason::idle;
    CHECK(judge(out).outcome == Outcome::limit);
  }
  SUBCASE("total") {
    out.end.reason = EndReason::total;
    CHECK(judge(out).outcome == Outcome::limit);
  }
  SUBCASE("out of memory") {
    out.end.oom = true;
    CHECK(judge(out).outcome == Outcome::infra);
    CHECK(judge(out).result == "oom");
  }
}
