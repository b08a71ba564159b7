#include "milepost/run/checkpoint.hpp"

#include "run/run_fixture.hpp"

#include <doctest/doctest.h>

using namespace milepost;
using namespace milepost::test;

namespace {

Checkpoint decision() {
  Checkpoint checkpoint;
  checkpoint.kind = CheckpointKind::decision;
  checkpoint.question = "Which log driver?";
  checkpoint.options = {{"json-file", "", "default", "grows"}, {"local", "Local files", "rotates", ""}};
  return checkpoint;
}

Checkpoint of(CheckpointKind kind) {
  Checkpoint checkpoint;
  checkpoint.kind = kind;
  checkpoint.built = "A page";
  checkpoint.instructions = "Make a key";
  return checkpoint;
}

/// A run of two tasks with a checkpoint as the second of three.
struct CheckpointRun : RunFixture {
  explicit CheckpointRun(const ScratchDir& directory, const Checkpoint& checkpoint)
      : RunFixture(directory, 3) {
    plan.tasks[1].kind = TaskKind::checkpoint;
    plan.tasks[1].checkpoint = checkpoint;
  }
  const TaskState second() const { return *state().find(TaskId("1.2")); }
  void answer(const std::string& text) {
    Journal journal = Journal::open(journal_file);
    journal.append({"2026-01-01T00:00:00.000Z", QuestionAnswered{TaskId("1.2"), text}}, /*sync=*/true);
  }
};

}  // namespace

TEST_CASE("a decision takes an option by id, by name, as it was shown, or another answer as it stands") {
  const Checkpoint checkpoint = decision();
  const Question question = checkpoint_question(checkpoint);
  REQUIRE(question.options.size() == 2);
  CHECK(question.options[1] == "local: Local files (pros: rotates)");
  for (const std::string answer : {"local", " LOCAL ", "local files", "local: Local files (pros: rotates)"})
    CHECK(read_checkpoint_answer(checkpoint, answer).text == "decided: local");
  CHECK(read_checkpoint_answer(checkpoint, "syslog").text == "decided: syslog");
}

TEST_CASE("what is looked at passes only with an approval") {
  for (const char* answer : {"approved", "Yes", "ok.", "\"approved\"", "LGTM!"})
    CHECK(read_checkpoint_answer(of(CheckpointKind::verify), answer).passes);
  for (const char* answer : {"not approved", "the button is red", "no", "ok but the title is wrong"})
    CHECK_FALSE(read_checkpoint_answer(of(CheckpointKind::verify), answer).passes);
}

TEST_CASE("without a person only what the policy names passes, and never an action or a blocking one") {
  CHECK(automatic_pass(of(CheckpointKind::verify), "stop").empty());
  CHECK_FALSE(automatic_pass(of(CheckpointKind::verify), "approve-verify").empty());
  CHECK(automatic_pass(decision(), "approve-verify").empty());
  CHECK(automatic_pass(decision(), "first-option").starts_with("decided: json-file"));
  Checkpoint with_default = decision();
  with_default.default_option = "local";
  CHECK(automatic_pass(with_default, "approve-verify").starts_with("decided: local"));
  CHECK(automatic_pass(of(CheckpointKind::action), "first-option").empty());
  Checkpoint blocking = of(CheckpointKind::verify);
  blocking.blocking_human = true;
  CHECK(automatic_pass(blocking, "first-option").empty());
}

TEST_CASE("F61: a checkpoint stops an unattended run with its question, and an approval lets it go on") {
  const ScratchDir directory;
  CheckpointRun run(directory, of(CheckpointKind::verify));
  CHECK(run.go() == ExitCode::needs_human);
  REQUIRE(run.second().question);
  CHECK(run.second().question->text.find("A page") != std::string::npos);
  CHECK(run.second().question->options == std::vector<std::string>{"approved"});
  run.answer("approved");
  CHECK(run.go() == ExitCode::ok);
  CHECK(run.second().attempts.empty());
  CHECK(run.second().detail == "approved");
  CHECK(run.runner.count("attempt 1.3") == 1);
}

TEST_CASE("what a person found wrong is worked on, verified and committed, then asked about again") {
  const ScratchDir directory;
  CheckpointRun run(directory, of(CheckpointKind::verify));
  CHECK(run.go() == ExitCode::needs_human);
  run.answer("the title is wrong");
  CHECK(run.go() == ExitCode::needs_human);
  REQUIRE(run.second().attempts.size() == 1);
  CHECK(run.runner.requests.back().prompt.find("the title is wrong") != std::string::npos);
  CHECK(run.runner.count("commit 1.2") == 1);
  CHECK(run.second().question->text.find("was worked on: did it") != std::string::npos);
  run.answer("ok");
  CHECK(run.go() == ExitCode::ok);
}

TEST_CASE("a question of the agent that mends a checkpoint is its own, not the checkpoint's") {
  const ScratchDir directory;
  CheckpointRun run(directory, of(CheckpointKind::verify));
  AttemptEnded asks = ended(Outcome::needs_human, "question", "which title?");
  asks.question = Question{"which title?", {}, {}};
  run.runner.script["1.2"] = {asks};
  CHECK(run.go() == ExitCode::needs_human);
  run.answer("the title is wrong");
  CHECK(run.go() == ExitCode::needs_human);
  CHECK(run.second().question->text == "which title?");
  run.answer("yes");
  CHECK(run.go() == ExitCode::needs_human);  // an answer to the agent approves nothing
  REQUIRE(run.second().attempts.size() == 2);
  CHECK(run.runner.requests.back().prompt.find("which title?") != std::string::npos);
  run.answer("yes");
  CHECK(run.go() == ExitCode::ok);
}

TEST_CASE("on a terminal a checkpoint is asked right there, and its decision is handed on") {
  const ScratchDir directory;
  CheckpointRun run(directory, decision());
  CHECK(run.go([](const TaskState&) { return std::optional<std::string>("local"); }) == ExitCode::ok);
  CHECK(run.runner.requests.back().fresh_prompt.find("decided: local") != std::string::npos);
  REQUIRE(run.second().answered.size() == 1);
  CHECK(run.second().answered[0].how == "terminal");
  CHECK_FALSE(run.second().answered[0].by.empty());
}

TEST_CASE("a policy passes a checkpoint without a person and says so") {
  const ScratchDir directory;
  CheckpointRun run(directory, of(CheckpointKind::verify));
  run.rules.checkpoints = "approve-verify";
  CHECK(run.go() == ExitCode::ok);
  CHECK(run.second().detail.find("without a person") != std::string::npos);
  REQUIRE(run.second().answered.size() == 1);
  CHECK(run.second().answered[0].how == "setting");
  CHECK(run.second().answered[0].question.text.find("A page") != std::string::npos);
}
