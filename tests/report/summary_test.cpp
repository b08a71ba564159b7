#include "milepost/report/summary.hpp"

#include "milepost/base/text.hpp"
#include "milepost/plan/parse.hpp"

#include "report/sample_run.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <fstream>

using namespace milepost;

namespace {

Plan sample_plan() {
  Plan plan;
  plan.format = PlanFormat::gsd;
  plan.path = ".planning/phases/04-pump-control/04-02-PLAN.md";
  plan.id = "04-02";
  plan.phase = "04";
  plan.number = "02";
  plan.title = "A pump that stops";
  plan.requirements = {"PUMP-01", "PUMP-02"};
  for (const auto& [id, label, title] :
       {std::tuple("04-02/1", "1", "Read the gauge"), std::tuple("04-02/2", "2", "Open the valve")}) {
    Task& task = plan.tasks.emplace_back();
    task.id = TaskId(id);
    task.label = label;
    task.title = title;
  }
  return plan;
}

Evidence check_of(const std::string& command, Verdict verdict, const std::string& detail) {
  Evidence check;
  check.id = check_id(CheckKind::command, command);
  check.command = command;
  check.verdict = verdict;
  check.detail = detail;
  check.duration = Milliseconds(3200);
  return check;
}

RunState sample_state() {
  RunStarted start;
  start.run = RunId("20260102-030405-abcdef");
  start.plan_id = "04-02";
  const TaskId first("04-02/1"), second("04-02/2"), closing("close-out");
  start.tasks = {
      {first, "Read the gauge", "h1"}, {second, "Open the valve", "h2"}, {closing, "Close out", ""}};
  AttemptEnded tried;
  tried.task = first;
  tried.outcome = Outcome::completed;
  tried.summary = "A first go.";
  tried.duration = Milliseconds(61'000);
  AttemptEnded done = tried;
  done.attempt = 2;
  done.summary = "The gauge is read twice a second, e.g. by the pump. It never blocks.";
  done.decisions = {"Readings are kept in `bar`: not \"psi\""};
  done.notes.provides = {"gauge readings: two a second", "true"};
  done.notes.affects = {"04-03", "valves"};
  done.notes.patterns = {"one reader a gauge # always"};
  done.notes.tags = {"pump", "no", "0x1f"};
  done.notes.subsystem = "control";
  done.notes.file_notes = {{"src/gauge.c", "reads twice\na second"}};
  AttemptEnded opened = done;
  opened.task = second;
  opened.attempt = 1;
  opened.summary = "# The valve opens.\n---\n<!-- milepost: end -->";
  opened.decisions = {"Brass"};
  opened.notes = {};
  opened.notes.deviations = {"Left out the gasket\n\n```c\nint gasket;\n"};
  opened.notes.issues = {"The spring was stuck"};
  opened.notes.next_phase = "The valve needs a motor.\n\nNo blockers.";
  opened.duration = Milliseconds(59 * 60'000);
  const Evidence failed = check_of("make test", Verdict::failed, "exit 2");
  const Evidence passed = check_of("make test", Verdict::passed, "exit 0");
  return test::play(
      {start, TaskStarted{first}, AttemptStarted{first, 1, AttemptReason::first, "s", "p", "a"}, tried,
       Verified{first, 1, {failed}}, AttemptStarted{first, 2, AttemptReason::retry, "s", "p", "a"}, done,
       Verified{first, 2, {passed}}, Committed{first, "4f1c2a9d00112233", {"src/gauge.c"}, {}},
       TaskFinished{first, Outcome::completed, ""}, TaskStarted{second},
       AttemptStarted{second, 1, AttemptReason::first, "s", "p", "a"}, opened, Verified{second, 1, {}},
       Committed{second, "", {}, {}}, TaskFinished{second, Outcome::completed, ""}, TaskStarted{closing},
       AttemptStarted{closing, 1, AttemptReason::first, "", "", ""}});
}

SummaryFacts sample_facts() {
  SummaryFacts facts;
  facts.created = {"src/gauge.c", "docs/odd: name.md"};
  facts.modified = {"src/`valve`.c"};
  facts.subjects = {{"4f1c2a9d00112233", "feat(04-02): Read the gauge"}};
  facts.required = {{"04-01", "a pump: \"the old one\""}};
  facts.checks = {check_of("src/gauge.c exists", Verdict::passed, ""),
                  check_of("It stops", Verdict::manual, "for a person")};
  return facts;
}

YAML::Node front_of(const std::string& document) {
  REQUIRE(document.starts_with("---\n"));
  const std::size_t end = document.find("\n---\n", 4);
  REQUIRE(end != std::string::npos);
  return YAML::Load(document.substr(4, end - 3));
}

std::vector<std::string> texts(const YAML::Node& list) {
  REQUIRE(list.IsSequence());
  return list.as<std::vector<std::string>>();
}

}  // namespace

TEST_CASE("a summary tells the whole plan from its sources") {
  const std::filesystem::path file = std::filesystem::path(REPORT_TEST_DATA) / "summary.md";
  const std::string document = summary_document(sample_plan(), sample_state(), sample_facts());
  if (std::getenv("MILEPOST_WRITE_GOLDEN")) std::ofstream(file) << document;
  CHECK(document == test::slurp(file));
  CHECK(summary_document(sample_plan(), sample_state(), sample_facts()) == document);
}

TEST_CASE("the front matter of a summary reads back as what went in") {
  const YAML::Node front = front_of(summary_document(sample_plan(), sample_state(), sample_facts()));
  CHECK(front["phase"].as<std::string>() == "04-pump-control");
  CHECK(front["plan"].as<std::string>() == "02");
  CHECK(front["subsystem"].as<std::string>() == "control");
  CHECK(texts(front["tags"]) == std::vector<std::string>{"pump", "no", "0x1f"});
  CHECK(front["requires"][0]["phase"].as<std::string>() == "04-01");
  CHECK(front["requires"][0]["provides"].as<std::string>() == "a pump: \"the old one\"");
  CHECK(texts(front["provides"]) == std::vector<std::string>{"gauge readings: two a second", "true"});
  CHECK(texts(front["tech-stack"]["patterns"]) == std::vector<std::string>{"one reader a gauge # always"});
  CHECK(texts(front["tech-stack"]["added"]).empty());
  CHECK(texts(front["key-files"]["created"]) == sample_facts().created);
  CHECK(texts(front["key-files"]["modified"]) == sample_facts().modified);
  CHECK(texts(front["key-decisions"]).size() == 2);
  CHECK(texts(front["requirements-completed"]) == sample_plan().requirements);
  CHECK(front["duration"].as<std::string>() == "1h 1m");
  CHECK(front["completed"].as<std::string>() == "2026-01-02");
}

TEST_CASE("whatever an agent writes, the front matter stays valid YAML with the same texts") {
  const std::vector<std::string> nasty = {
      "- a: b",    "`back`", "'single'",   "\"double\"", "a\\b", "@at",   "%percent",
      "&anchor",   "*alias", "!tag",       "|",          ">",    "? key", "#comment",
      "a #b",      "a: b",   "{a: 1}",     "[1]",        "null", "~",     "yes",
      "1.10",      "01",     "1e3",        "0o7",        "---",  "...",   "é – 💧",
      "trailing:", "a, b",   "2026-01-02", "12:30:00",   "<<",   "=",     "\xef\xbb\xbfx",
      "-",         "Nan"};
  RunState state = sample_state();
  AttemptEnded& end = state.tasks[0].attempts[1].end;
  end.notes.provides = nasty;
  end.notes.tags = nasty;
  end.notes.subsystem = "a: b # c";
  end.decisions = {"line one\nline two\ttab \x1b[31m \xff"};
  const YAML::Node front = front_of(summary_document(sample_plan(), state, sample_facts()));
  for (const char* list : {"provides", "tags"}) {
    const std::vector<std::string> read = texts(front[list]);
    REQUIRE(read.size() == nasty.size());
    for (std::size_t i = 0; i < read.size(); ++i) CHECK(read[i] == one_line(nasty[i], 500));
  }
  CHECK(front["subsystem"].as<std::string>() == "a: b # c");
  CHECK(front["key-decisions"][0].as<std::string>() ==
        one_line("line one\nline two\ttab \x1b[31m \xff", 500));
  for (const YAML::Node& tag : front["tags"]) CHECK(tag.IsScalar());
}

TEST_CASE("a failed or overridden check shows in the self-check, and requirements wait for it") {
  SummaryFacts facts = sample_facts();
  facts.checks[0].verdict = Verdict::failed;
  facts.checks[0].detail = "there is no file";
  std::string document = summary_document(sample_plan(), sample_state(), facts);
  CHECK(document.find("## Self-Check: FAILED\n") != std::string::npos);
  CHECK(document.find("- failed: `src/gauge.c exists` (3.2 s), there is no file") != std::string::npos);
  CHECK(document.find("requirements-completed: []\n") != std::string::npos);
  RunState state = sample_state();
  state.overrides = {{facts.checks[0].id, "it moved", "ada", ""}};
  document = summary_document(sample_plan(), state, facts);
  CHECK(document.find("## Self-Check: PASSED (1 check overridden)\n") != std::string::npos);
  CHECK(document.find("taken as met by ada: it moved (milepost: failed, there is no file)") !=
        std::string::npos);
}

TEST_CASE("nothing that was checked is not verified, and a task that is not done fails") {
  Plan plan = sample_plan();
  RunState state = sample_state();
  for (TaskState& task : state.tasks) {
    for (AttemptState& attempt : task.attempts) attempt.evidence.clear();
  }
  CHECK(summary_document(plan, state, {}).find("## Self-Check: NOT VERIFIED\n") != std::string::npos);
  state.tasks[1].outcome = Outcome::skipped;
  const std::string document = summary_document(plan, state, {});
  CHECK(document.find("## Self-Check: FAILED\n") != std::string::npos);
  CHECK(document.find("- task 04-02/2: skipped\n") != std::string::npos);
  CHECK(document.find("- **Tasks:** 1 of 2\n") != std::string::npos);
}

TEST_CASE("the bold line is the first sentence of each task, whatever the summary looks like") {
  const auto line_of = [](const std::string& summary) {
    RunState state = sample_state();
    state.tasks.resize(1);
    state.tasks[0].attempts[1].end.summary = summary;
    const std::string document = summary_document(sample_plan(), state, {});
    const std::size_t at = document.find("\n\n**") + 2;
    return document.substr(at, document.find('\n', at) - at);
  };
  CHECK(line_of("The pump stops. It is quiet.") == "**The pump stops**");
  CHECK(line_of("1. Stop the **pump**. Then rest.") == "**1. Stop the pump**");
  CHECK(line_of("## Uses v2.1 of it, e.g. there.\nMore") == "**Uses v2.1 of it, e.g. there**");
  CHECK(line_of("") == "**A pump that stops**");
}

TEST_CASE("a summary's name is that of its plan") {
  Plan plan = sample_plan();
  CHECK(summary_file_name(plan) == "04-02-SUMMARY.md");
  plan.path = "PLAN.md";
  CHECK(summary_file_name(plan) == "SUMMARY.md");
  plan.format = PlanFormat::native_yaml;
  plan.path = "plans/M3.yaml";
  plan.id = "M3";
  CHECK(summary_file_name(plan) == "M3-SUMMARY.md");
}

TEST_CASE("what a summary provides is read leniently") {
  CHECK(provided_by(summary_document(sample_plan(), sample_state(), sample_facts())) ==
        std::vector<std::string>{"gauge readings: two a second", "true"});
  CHECK(provided_by("---\ndependency_graph:\n  provides: [a]\n---\n") == std::vector<std::string>{"a"});
  CHECK(provided_by("---\nprovides: [`a`]\n---\n").empty());
  CHECK(provided_by("---\nprovides: a\n---\n").empty());
  CHECK(provided_by("# no front matter").empty());
  CHECK(provided_by("").empty());
}
