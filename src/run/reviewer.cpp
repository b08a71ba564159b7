#include "milepost/run/reviewer.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/text.hpp"
#include "milepost/run/attempt_outcome.hpp"
#include "milepost/run/budget_rules.hpp"

#include "prompt_parts.hpp"

#include <algorithm>
#include <csignal>

namespace milepost {

namespace {

constexpr std::string_view k_rules =
    "Work in /workspace. Change nothing, and do not commit. Nobody can answer while you work. You did not "
    "write this "
    "code, and nobody's word counts: look at the files, and run what you need to see.\n\n";

constexpr std::string_view k_how_to_report_truths =
    R"(Finish your last message with this block, and nothing after it; one entry for each statement, with its id:

```milepost
{"truths": [{"id": "…", "verdict": "met, not_met or unclear", "evidence": "what you saw: file and line, command and output"}]}
```

A verdict without evidence does not count.
)";

constexpr std::string_view k_how_to_report_findings =
    R"(Finish your last message with this block, and nothing after it; an empty list when there is nothing to say:

```milepost
{"findings": [{"severity": "blocking or remark", "file": "src/a.c", "line": 12, "text": "what is wrong, and what follows from it"}]}
```

blocking: the task is not done as it is described, or something that worked is broken. Taste is a remark.
)";

std::string heading(const Plan& plan) {
  return "# Milestone " + plan.id + ": " + plan.title + "\n\n";
}

Evidence no_verdict(const std::string& reviewer, const std::string& problem) {
  Evidence evidence;
  evidence.kind = CheckKind::review;
  evidence.id = check_id(CheckKind::review, "answer");
  evidence.command = "a review by " + reviewer;
  evidence.source = "review.harness";
  evidence.detail = "the reviewer gave no verdict: " + one_line(problem, 300);
  return evidence;
}

/// What it answered; `problem` when its session did not end well.
std::string answer_of(const AgentOutput& output, std::string& problem) {
  const AttemptEnded ended = judge(output);
  if (ended.outcome != Outcome::completed) {
    problem = ended.detail.empty() ? ended.result : ended.detail;
    return {};
  }
  return output.result->text.empty() ? output.last_text : output.result->text;
}

}  // namespace

AgentOutput Reviewer::ask(const std::string& prompt, const Session& session) const {
  make_private_directories(session.log_directory);
  write_private_file(session.log_directory / "prompt.md", prompt);
  HarnessRequest request;
  request.prompt = prompt;
  if (parts_.harness->capabilities().takes_session_id) request.session_id = random_uuid();
  request.model = parts_.config.review_model;
  request.environment = parts_.environment;
  request.repository_config = repository_config(parts_.config.agent_config);
  const Budget& budget = parts_.config.task_budget;
  SpendingLimits limits{budget.usd, budget.tokens, budget.turns, {}};
  hand_over(limits, parts_.harness->capabilities(), request);
  ProcessSpec spec = parts_.harness->command(request);
  spec.environment.insert(spec.environment.begin(), parts_.environment.begin(), parts_.environment.end());
  spec.idle_limit = parts_.config.idle_timeout;
  spec.total_limit = parts_.config.task_timeout;
  const AgentRun run{std::move(spec),
                     *parts_.harness,
                     session.log_directory,
                     parts_.config.log_cap_bytes,
                     parts_.config.completion_grace,
                     [](const std::string&) {},
                     session.on_event,
                     parts_.mask,
                     std::move(limits)};
  AgentOutput output = run_agent(parts_.container, run, session.stop);
  if (session.stop.stop_requested()) throw Stopped(SIGINT);
  return output;
}

Review Reviewer::judge_truths(const Plan& plan, std::vector<Evidence> truths, const Session& session) const {
  std::string prompt =
      "You judge whether what a plan promises is true of the git repository at /workspace.\n\n" +
      heading(plan) + "# Statements\n\n";
  for (const Evidence& truth : truths) prompt += "- id `" + truth.id + "`: " + truth.command + "\n";
  prompt += "\n# How to work\n\n" + std::string(k_rules) + std::string(k_how_to_report_truths);
  const AgentOutput output = ask(prompt, session);
  Review review{std::move(truths), output.result ? output.result->usage : Usage{}};
  std::string problem;
  const std::string answer = answer_of(output, problem);
  std::vector<TruthVerdict> verdicts;
  if (problem.empty()) verdicts = read_truth_verdicts(answer, problem);
  if (!problem.empty()) review.evidence.push_back(no_verdict(parts_.harness->name(), problem));
  for (Evidence& truth : review.evidence) {
    const auto said = std::find_if(verdicts.begin(), verdicts.end(),
                                   [&](const TruthVerdict& verdict) { return verdict.id == truth.id; });
    if (said == verdicts.end()) continue;
    truth.verdict = said->verdict;
    truth.detail = "reviewed by " + parts_.harness->name() + ": " + one_line(said->evidence, 600);
  }
  return review;
}

Review Reviewer::look_at(const Plan& plan, const Task& task, const std::string& diff, bool may_block,
                         const Session& session) const {
  const std::string prompt =
      "You review the change that another agent made for one task of a plan, in the git "
      "repository at /workspace.\n\n" +
      heading(plan) + "# The task\n\n" + fenced(task.body) + "\n# The change\n\n" + fenced(diff) +
      "\n# How to work\n\n" + std::string(k_rules) + std::string(k_how_to_report_findings);
  const AgentOutput output = ask(prompt, session);
  Review review{{}, output.result ? output.result->usage : Usage{}};
  std::string problem;
  const std::string answer = answer_of(output, problem);
  std::vector<Finding> findings;
  if (problem.empty()) findings = read_findings(answer, problem);
  if (!problem.empty()) {
    review.evidence.push_back(no_verdict(parts_.harness->name(), problem));
    return review;
  }
  for (const Finding& finding : findings) {
    Evidence evidence;
    evidence.kind = CheckKind::review;
    evidence.id =
        check_id(CheckKind::review, finding.place.empty() ? "finding" : finding.place, "says", finding.text);
    evidence.command = (finding.place.empty() ? "" : finding.place + ": ") + finding.text;
    evidence.source = "review by " + parts_.harness->name();
    evidence.verdict = !finding.blocking ? Verdict::not_verified
                       : may_block       ? Verdict::failed
                                         : Verdict::manual;
    evidence.detail = finding.blocking ? "blocking finding" : "remark";
    review.evidence.push_back(std::move(evidence));
  }
  if (findings.empty()) {
    Evidence evidence = no_verdict(parts_.harness->name(), "");
    evidence.verdict = Verdict::passed;
    evidence.detail = "no findings";
    review.evidence.push_back(std::move(evidence));
  }
  return review;
}

}  // namespace milepost
