#include "milepost/run/task_checks.hpp"

#include "milepost/base/ids.hpp"
#include "milepost/verify/must_haves.hpp"
#include "milepost/verify/override.hpp"
#include "milepost/verify/verifier.hpp"

#include <algorithm>
#include <iterator>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_review_diff_bytes = 200'000;  // more is no review any more

/// Blocking findings go back to the agent once; after that a person judges.
bool may_block(const TaskState& task) {
  return std::ranges::none_of(task.attempts, [](const AttemptState& earlier) {
    return std::ranges::any_of(earlier.evidence, [](const Evidence& check) {
      return check.kind == CheckKind::review && check.verdict == Verdict::failed;
    });
  });
}

/// Takes the truths out of the list.
std::vector<Evidence> take_truths(std::vector<Evidence>& evidence) {
  const auto truths = std::stable_partition(
      evidence.begin(), evidence.end(), [](const Evidence& check) { return check.kind != CheckKind::truth; });
  std::vector<Evidence> taken(truths, evidence.end());
  evidence.erase(truths, evidence.end());
  return taken;
}

}  // namespace

Verified TaskChecks::verify(const Task& task, unsigned attempt, Recorder& recorder,
                            std::stop_token stop) const {
  std::vector<VerifyCommand> commands = parts_.checks;
  std::vector<Evidence> left_out;
  const auto add = [&](const std::vector<PlanCommand>& suggested) {
    for (const PlanCommand& command : suggested) {
      const std::string place =
          fs::path(parts_.plan.path).filename().string() + ":" + std::to_string(command.at.line);
      if (command.trusted || parts_.config.allow_plan_commands) {
        commands.push_back({command.run, place, command.exit, command.timeout});
      } else {
        Evidence evidence;
        evidence.command = command.run;
        evidence.source = place;
        evidence.detail = "commands of the plan are not allowed to run (--allow-plan-commands)";
        left_out.push_back(std::move(evidence));
      }
    }
  };
  add(task.verify);
  add(task.smoke_commands);
  Verified verified;
  std::vector<Evidence>& evidence = verified.evidence;
  evidence = milepost::verify(
      parts_.container, commands, parts_.check_environment, parts_.config.verify_timeout, parts_.mask, stop,
      [&](std::size_t place) {
        recorder.record(CheckStarted{task.id, attempt, commands[place].run, place + 1, commands.size()});
      });
  const auto append = [&](std::vector<Evidence> more) {
    evidence.insert(evidence.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
  };
  append(std::move(left_out));
  if (task.kind == TaskKind::close_out)
    append(check_must_haves(parts_.plan.must_haves, parts_.git.folder().root));
  if (!parts_.reviewer) return verified;
  const Verdict found = overall(apply_overrides(evidence, recorder.state().overrides));
  if (found != Verdict::failed && found != Verdict::infra_error)
    review(task, attempt, verified, recorder, stop);
  return verified;
}

void TaskChecks::review(const Task& task, unsigned attempt, Verified& verified, Recorder& recorder,
                        std::stop_token stop) const {
  const std::string name = parts_.run.value + "/" + file_name_of(task.id.value) + "/review";
  const Snapshot before = parts_.git.snapshot(name);
  const std::string logs =
      "attempts/" + file_name_of(task.id.value) + "-" + std::to_string(attempt) + "-review";
  const Reviewer::Session session{parts_.run_directory / logs,
                                  [&](AgentEvent event) { recorder.show(task.id, std::move(event)); }, stop};
  const ReviewStarted started{task.id, attempt, parts_.config.review_harness, logs};
  Review review;
  if (task.kind == TaskKind::close_out) {
    std::vector<Evidence> truths = take_truths(verified.evidence);
    if (truths.empty()) return;
    recorder.record(started);
    review = parts_.reviewer->judge_truths(parts_.plan, std::move(truths), session);
  } else if (task.kind != TaskKind::scenario && parts_.config.review_tasks) {
    review = review_task(task, before, started, recorder, session);
  }
  verified.review_usage = review.usage;
  verified.evidence.insert(verified.evidence.end(), review.evidence.begin(), review.evidence.end());
  if (parts_.git.snapshot(name + "-end").tree == before.tree) return;
  parts_.git.restore(before);
  recorder.record(Warned{"task " + task.id.value + ": the reviewer changed files; they were put back"});
}

Review TaskChecks::review_task(const Task& task, const Snapshot& now, const ReviewStarted& started,
                               Recorder& recorder, const Reviewer::Session& session) const {
  const TaskState state = *recorder.state().find(task.id);
  const auto start =
      parts_.git.find_snapshot(snapshot_name(parts_.run, task.id, state.attempts.front().number));
  if (!start) return {};
  const std::string diff = parts_.git.diff(*start, now, k_review_diff_bytes);
  if (diff.empty()) return {};
  recorder.record(started);
  return parts_.reviewer->look_at(parts_.plan, task, diff, may_block(state), session);
}

std::string snapshot_name(const RunId& run, const TaskId& task, unsigned attempt) {
  return run.value + "/" + file_name_of(task.value) + "/" + std::to_string(attempt);
}

}  // namespace milepost
