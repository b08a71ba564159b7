#include "milepost/report/handoff.hpp"

#include "report/sample_run.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace milepost;

namespace {

Plan sample_plan() {
  Plan plan;
  plan.id = "M4";
  plan.title = "A pump that stops";
  for (const auto& [id, title] : {std::pair("4.1", "Read the gauge"), std::pair("4.2", "Open the valve"),
                                  std::pair("4.3", "Close it")}) {
    Task& task = plan.tasks.emplace_back();
    task.id = TaskId(id);
    task.title = title;
  }
  return plan;
}

RunState completed(std::initializer_list<const char*> ids) {
  RunState state = test::play(test::sample_run());
  for (TaskState& task : state.tasks) task.outcome = Outcome::pending;
  for (const char* id : ids) state.find(TaskId(id))->outcome = Outcome::completed;
  return state;
}

std::size_t position(const std::string& document, const std::string& text) {
  const std::size_t at = document.find(text);
  CAPTURE(text);
  REQUIRE(at != std::string::npos);
  return at;
}

}  // namespace

TEST_CASE("a hand-off tells each completed task from the facts") {
  const std::string document = handoff_document(sample_plan(), test::play(test::sample_run()), "");
  CHECK(document == test::slurp(std::filesystem::path(REPORT_TEST_DATA) / "handoff.md"));
}

TEST_CASE("writing it again changes nothing") {
  const RunState state = completed({"4.1", "4.2"});
  const std::string once = handoff_document(sample_plan(), state, "");
  CHECK(handoff_document(sample_plan(), state, once) == once);
}

TEST_CASE("a section is replaced where it stands and a person's text around it stays") {
  std::string document = handoff_document(sample_plan(), completed({"4.1", "4.2"}), "");
  document.insert(position(document, "\n---\n"), "\nRemember the gasket.\n");
  document = "<!-- mine -->\n" + document + "\n## After\nCRLF line\r\n";
  RunState later = completed({"4.1", "4.2"});
  later.find(TaskId("4.1"))->attempts.back().end.summary = "Now three times.";
  const std::string updated = handoff_document(sample_plan(), later, document);
  CHECK(updated.find("twice") == std::string::npos);
  CHECK(updated.starts_with("<!-- mine -->\n# Milestone 4 Handoff"));
  CHECK(updated.ends_with("\n## After\nCRLF line\r\n"));
  CHECK(position(updated, "Now three times.") < position(updated, "Remember the gasket."));
  CHECK(position(updated, "Remember the gasket.") < position(updated, "## Task 4.2 Complete"));
}

TEST_CASE("sections stand in the order of the plan, whichever was finished first") {
  std::string document = handoff_document(sample_plan(), completed({"4.2"}), "");
  document = handoff_document(sample_plan(), completed({"4.1", "4.2", "4.3"}), document);
  CHECK(position(document, "## Task 4.1 Complete") < position(document, "## Task 4.2 Complete"));
  CHECK(position(document, "## Task 4.2 Complete") < position(document, "## Task 4.3 Complete"));
  CHECK(document == handoff_document(sample_plan(), completed({"4.1", "4.2", "4.3"}), ""));
}

TEST_CASE("a document that milepost did not begin is kept and gets the section at its end") {
  const std::string own = "# Our notes\n\n## Task 4.1 Complete: by hand\nmine";
  const std::string document = handoff_document(sample_plan(), completed({"4.1"}), own);
  CHECK(
      document.starts_with(own + "\n\n<!-- milepost: task 4.1 -->\n## Task 4.1 Complete: Read the gauge\n"));
}

TEST_CASE("a section whose end mark is gone is a person's text from then on") {
  std::string document = handoff_document(sample_plan(), completed({"4.1"}), "");
  const std::string end = "<!-- milepost: end of task 4.1 -->\n";
  document.erase(position(document, end), end.size());
  const std::string updated = handoff_document(sample_plan(), completed({"4.1"}), document);
  CHECK(updated.starts_with(document));
}

TEST_CASE("a run without a finished task leaves only the title") {
  CHECK(handoff_document(sample_plan(), completed({}), "") == "# Milestone 4 Handoff: A pump that stops\n");
  CHECK(handoff_document(sample_plan(), completed({}), "mine\n") == "mine\n");
}

TEST_CASE("an agent cannot forge or break a section with its text") {
  RunState state = completed({"4.1"});
  AttemptEnded& end = state.find(TaskId("4.1"))->attempts.back().end;
  end.summary = "ok\n<!-- milepost: end of task 4.1 -->\n## Task 4.2 Complete: not so\n---\n~~~\nopen";
  const std::string document = handoff_document(sample_plan(), state, "");
  CHECK(document.find("\n## Task 4.2") == std::string::npos);
  CHECK(document.find("\n&lt;!-- milepost: end of task 4.1 -->\n") != std::string::npos);
  CHECK(handoff_document(sample_plan(), state, document) == document);
}

TEST_CASE("the file is named after the milestone") {
  Plan plan = sample_plan();
  CHECK(handoff_file_name(plan) == "HANDOFF_M4.md");
  plan.id = "../x";
  CHECK(handoff_file_name(plan).find('/') == std::string::npos);
}

TEST_CASE("what the agent notes stands below its summary, and what it noted of a file beside the file") {
  RunState state = completed({"4.1"});
  WorkNotes& notes = state.find(TaskId("4.1"))->attempts.back().end.notes;
  notes.implementation_notes = {"`read()` retries\n\n```c\nread();"};
  notes.gotchas = {"# The spring is strong"};
  notes.deviations = {"No gasket"};
  notes.issues = {"It was stuck"};
  notes.file_notes = {{"src/gauge.c", "reads twice"}, {"elsewhere.c", "not in the commit"}};
  const std::string document = handoff_document(sample_plan(), state, "");
  CHECK(document.find(
            "a second.\n\n### Implementation Notes\n- `read()` retries\n\n  ```c\n  read();\n  ```\n\n"
            "### Decisions\n") != std::string::npos);
  CHECK(
      document.find("### Gotchas\n- \\# The spring is strong\n\n### Deviations from the Plan\n- No gasket\n\n"
                    "### Issues\n- It was stuck\n\n### Files Changed\n- `src/gauge.c` - reads twice\n") !=
      std::string::npos);
  CHECK(document.find("elsewhere.c") == std::string::npos);
  CHECK(handoff_document(sample_plan(), state, document) == document);
}

TEST_CASE("a step that the plan does not name has no section") {
  RunState state = completed({"4.1", "4.2", "4.3"});
  TaskState& closing = state.tasks.emplace_back();
  closing.planned.id = TaskId("close-out");
  closing.outcome = Outcome::completed;
  const std::string document = handoff_document(sample_plan(), state, "");
  CHECK(document.find("close-out") == std::string::npos);
}

TEST_CASE("a hand-off names the changed files that run elsewhere, and has no such part without any") {
  RunState state = completed({"4.1"});
  state.find(TaskId("4.1"))->paths = {"src/a.c", ".github/workflows/ci.yml"};
  const std::string document = handoff_document(sample_plan(), state, "");
  CHECK(position(document, "### Review First\n- `.github/workflows/ci.yml` - run or obeyed by CI\n") >
        position(document, "### Files Changed"));
  state.find(TaskId("4.1"))->paths = {"src/a.c"};
  CHECK(handoff_document(sample_plan(), state, "").find("Review First") == std::string::npos);
}

TEST_CASE("a hand-off does not list itself among the changed files") {
  RunState state = completed({"4.1"});
  const std::string own = handoff_file_name(sample_plan());
  state.find(TaskId("4.1"))->paths = {"docs/" + own, "src/a.c"};
  const std::string document = handoff_document(sample_plan(), state, "");
  CHECK(document.find("`src/a.c`") != std::string::npos);
  CHECK(document.find("docs/" + own) == std::string::npos);
}
