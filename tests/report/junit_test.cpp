#include "milepost/report/junit.hpp"

#include "report/sample_run.hpp"
#include "report/xml_reader.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace milepost;
using Json = nlohmann::json;

namespace {

std::vector<Json> all(const Json& elements, const std::string& tag) {
  std::vector<Json> found;
  for (const Json& element : elements) {
    if (element["tag"] == tag) found.push_back(element);
  }
  return found;
}

/// A run with one task that ended so.
RunState one_task(Outcome outcome, ExitCode exit, const std::string& result = "success") {
  std::vector<RunRecord> records = test::sample_run();
  records.resize(4);
  std::get<RunStarted>(records[0]).tasks.resize(1);
  AttemptEnded end;
  end.task = TaskId("4.1");
  end.outcome = outcome;
  end.result = result;
  records.push_back(end);
  records.push_back(TaskFinished{end.task, outcome, "the reason"});
  records.push_back(RunEnded{exit, "the end"});
  return test::play(records);
}

}  // namespace

TEST_CASE("the JUnit file of a run is as it should be, byte for byte") {
  CHECK(junit_xml(test::play(test::sample_run())) ==
        test::slurp(std::filesystem::path(REPORT_TEST_DATA) / "junit.xml"));
}

TEST_CASE("F65: every task is one test case and the counts are those of the elements") {
  const Json elements = test::read_xml(junit_xml(test::play(test::sample_run())));
  const auto cases = all(elements, "testcase");
  REQUIRE(cases.size() == 3);
  CHECK(cases[0]["name"] == "4.1 Read the gauge");
  CHECK(cases[0]["classname"] == "M4");
  CHECK(cases[0]["file"] == "docs/M4 pump.md");
  const Json suite = all(elements, "testsuite")[0];
  CHECK(suite["tests"] == "3");
  CHECK(suite["errors"] == std::to_string(all(elements, "error").size()));
  CHECK(suite["failures"] == std::to_string(all(elements, "failure").size()));
  CHECK(suite["skipped"] == std::to_string(all(elements, "skipped").size()));
  CHECK(all(elements, "error")[0]["message"] == "Which thread does the valve have?");
}

TEST_CASE("failed work is a failure, everything around it an error, what did not run is skipped") {
  const auto elements = [](Outcome outcome, ExitCode exit, const std::string& result = "success") {
    const Json read = test::read_xml(junit_xml(one_task(outcome, exit, result)));
    return std::to_string(all(read, "failure").size()) + std::to_string(all(read, "error").size()) +
           std::to_string(all(read, "skipped").size());
  };
  CHECK(elements(Outcome::completed, ExitCode::ok) == "000");
  CHECK(elements(Outcome::failed, ExitCode::failed) == "100");
  CHECK(elements(Outcome::failed, ExitCode::tampered, "tampered") == "010");
  CHECK(elements(Outcome::limit, ExitCode::limit) == "010");
  CHECK(elements(Outcome::infra, ExitCode::infra) == "010");
  CHECK(elements(Outcome::needs_human, ExitCode::needs_human) == "010");
}

TEST_CASE("a run that went wrong beside its tasks is not all green") {
  const Json elements = test::read_xml(junit_xml(one_task(Outcome::completed, ExitCode::cleanup_failed)));
  REQUIRE(all(elements, "testcase").size() == 2);
  CHECK(all(elements, "testcase")[1]["name"] == "the run");
  CHECK(all(elements, "error")[0]["type"] == "cleanup_failed");
}

TEST_CASE("a task that a signal cut off is an error, and one that waits is not while the run goes on") {
  std::vector<RunRecord> records = test::sample_run();
  records.resize(4);
  CHECK(all(test::read_xml(junit_xml(test::play(records))), "error").empty());
  records.push_back(RunEnded{ExitCode::interrupt, "stopped by a signal"});
  const Json elements = test::read_xml(junit_xml(test::play(records)));
  CHECK(all(elements, "error").size() == 1);
  CHECK(all(elements, "error")[0]["type"] == "cut off");
  CHECK(all(elements, "skipped").size() == 2);
}

TEST_CASE("F65: whatever an agent or a check prints, the file stays well formed") {
  std::string nasty =
      "]]></system-out></testcase> <!-- & \" ' \xff\xfe \xed\xa0\x80 \xef\xbf\xbe\xef\xbf\xbf ";
  for (int c = 0; c < 0x20; ++c) nasty += static_cast<char>(c);
  nasty += "\x7f\xc2\x85\xe2\x80\xa8\xe2\x80\xae\xf4\x8f\xbf\xbf";
  std::vector<RunRecord> records = test::sample_run();
  std::get<RunStarted>(records[0]).plan_title = nasty;
  std::get<RunStarted>(records[0]).tasks[0].title = nasty;
  std::get<RunStarted>(records[0]).plan_path = nasty;
  std::get<AttemptEnded>(records[7]).summary = nasty;
  std::get<Verified>(records[8]).evidence[0].output = nasty;
  std::get<Verified>(records[8]).evidence[0].verdict = Verdict::failed;
  std::get<TaskFinished>(records[10]) = TaskFinished{TaskId("4.1"), Outcome::failed, nasty};
  std::get<AttemptEnded>(records[13]).question = Question{nasty, {nasty}, nasty};
  const Json elements = test::read_xml(junit_xml(test::play(records)));
  CHECK(all(elements, "testcase").size() == 3);
  CHECK(all(elements, "failure")[0]["text"].get<std::string>().find("]]></system-out>") != std::string::npos);
}

TEST_CASE("F65: a flood of output does not make a flood of XML") {
  std::vector<RunRecord> records = test::sample_run();
  std::get<AttemptEnded>(records[7]).summary = std::string(50'000'000, 'x');
  Evidence check = std::get<Verified>(records[8]).evidence[0];
  check.verdict = Verdict::failed;
  check.output = std::string(1'000'000, '<');
  std::get<Verified>(records[8]).evidence.assign(200, check);
  std::get<TaskFinished>(records[10]).outcome = Outcome::failed;
  const std::string text = junit_xml(test::play(records));
  CHECK(text.size() < 1'000'000);
  CHECK(all(test::read_xml(text), "failure").size() == 1);
}
