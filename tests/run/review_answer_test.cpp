#include "milepost/run/reviewer.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

std::string fenced(const std::string& json) {
  return "I looked.\n\n```milepost\n" + json + "\n```\n";
}

}  // namespace

TEST_CASE("a reviewer's verdict counts only with evidence") {
  std::string problem;
  const auto verdicts =
      read_truth_verdicts(fenced(R"({"truths": [{"id": "a", "verdict": "met", "evidence": "gate.sh:2"},
                            {"id": "b", "verdict": "not_met", "evidence": "it prints shut"},
                            {"id": "c", "verdict": "met", "evidence": ""},
                            {"id": "d", "verdict": "unclear", "evidence": "no network"}]})"),
                          problem);
  CHECK(problem.empty());
  REQUIRE(verdicts.size() == 4);
  CHECK(verdicts[0].verdict == Verdict::passed);
  CHECK(verdicts[1].verdict == Verdict::failed);
  CHECK(verdicts[2].verdict == Verdict::manual);
  CHECK(verdicts[3].verdict == Verdict::manual);
}

TEST_CASE("findings have a place and a weight, and none is an answer too") {
  std::string problem;
  const auto findings = read_findings(
      fenced(R"({"findings": [{"severity": "Blocking", "file": "a.c", "line": 12, "text": "leaks"},
                              {"severity": "remark", "text": "long"}]})"),
      problem);
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].blocking);
  CHECK(findings[0].place == "a.c:12");
  CHECK_FALSE(findings[1].blocking);
  CHECK(read_findings(fenced(R"({"findings": []})"), problem).empty());
  CHECK(problem.empty());
}

TEST_CASE("an answer without a readable block is a problem, never a verdict") {
  std::string problem;
  for (const std::string& answer : {std::string("all met"), fenced("{"), fenced(R"({"truths": 1})"),
                                    std::string("{\"truths\": [{\"id\": \"a\", \"verdict\": \"met\"}]}")}) {
    CAPTURE(answer);
    CHECK(read_truth_verdicts(answer, problem).empty());
    CHECK_FALSE(problem.empty());
    CHECK(read_findings(answer, problem).empty());
    CHECK_FALSE(problem.empty());
  }
}
