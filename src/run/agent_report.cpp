#include "agent_report.hpp"

#include "milepost/base/text.hpp"

namespace milepost {

namespace {

void take_scenario(AttemptEnded& ended, const ResultBlock& block) {
  ended.scenario = block.scenario;
  if (!ended.scenario) {
    const bool passed = block.status == ResultBlock::Status::completed;
    ended.scenario = ScenarioResult{passed ? ScenarioStatus::passed : ScenarioStatus::failed,
                                    passed ? "" : block.summary, /*fixable=*/false, ""};
  }
  ended.outcome = Outcome::completed;
  ended.detail.clear();
}

}  // namespace

void take_report(AttemptEnded& ended, const ResultBlock& block, bool reports_scenario) {
  ended.summary = block.summary;
  ended.decisions = block.decisions;
  ended.next_task_notes = block.next_task_notes;
  ended.notes = block.notes;
  if (reports_scenario && block.status != ResultBlock::Status::needs_human)
    return take_scenario(ended, block);
  switch (block.status) {
    case ResultBlock::Status::completed:
      break;
    case ResultBlock::Status::failed:
      ended.outcome = Outcome::failed;
      ended.result = "agent_failed";
      ended.detail = "the agent says that it failed: " + one_line(block.summary, 400);
      break;
    case ResultBlock::Status::needs_human:
      ended.outcome = Outcome::needs_human;
      ended.result = "question";
      ended.question = block.question ? block.question : Question{block.summary, {}, {}};
      ended.detail = one_line(ended.question->text, 400);
      break;
  }
}

}  // namespace milepost
