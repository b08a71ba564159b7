#include "milepost/doctor/check.hpp"

#include "milepost/base/error.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>

using namespace milepost;

namespace {

Check check(std::string name, std::vector<std::string> needs, CheckVerdict verdict = CheckVerdict::passed) {
  return {std::move(name), std::move(needs), [verdict] {
            return CheckResult{"", verdict, "detail", "", {}};
          }};
}

std::string verdicts(const std::vector<CheckResult>& results) {
  std::string text;
  for (const CheckResult& result : results)
    text += result.name + " " + std::string(to_string(result.verdict)) + "; ";
  return text;
}

}  // namespace

TEST_CASE("results come in the given order with the names of the checks") {
  CHECK(verdicts(run_checks({check("a", {}), check("b", {"a"}), check("c", {})})) ==
        "a passed; b passed; c passed; ");
  CHECK(run_checks({}).empty());
}

TEST_CASE("a check is skipped, not failed, when one it needs failed or was skipped") {
  std::atomic<bool> ran = false;
  const std::vector<Check> checks = {check("engine", {}, CheckVerdict::failed),
                                     {"image",
                                      {"engine"},
                                      [&] {
                                        ran = true;
                                        return CheckResult{};
                                      }},
                                     check("mounts", {"image"}),
                                     check("git", {})};
  const auto results = run_checks(checks);
  CHECK(verdicts(results) == "engine failed; image skipped; mounts skipped; git passed; ");
  CHECK(results[1].detail == "needs 'engine', which did not pass");
  CHECK_FALSE(ran);
  CHECK_FALSE(all_passed(results));
}

TEST_CASE("a warning does not stop what needs it") {
  const auto results = run_checks({check("volume", {}, CheckVerdict::warning), check("next", {"volume"})});
  CHECK(verdicts(results) == "volume warning; next passed; ");
  CHECK(all_passed(results));
}

TEST_CASE("a thrown error becomes a failure with its message and next step") {
  const std::vector<Check> checks = {
      {"a", {}, []() -> CheckResult { throw EnvironmentError("no engine", "start it"); }},
      {"b", {}, []() -> CheckResult { throw std::runtime_error("odd"); }},
  };
  const auto results = run_checks(checks);
  CHECK(verdicts(results) == "a failed; b failed; ");
  CHECK(results[0].detail == "no engine");
  CHECK(results[0].remedy == "start it");
  CHECK(results[1].detail == "odd");
}

TEST_CASE("independent checks run at the same time, and what a check found is seen by those that need it") {
  std::latch both(2);  // each waits for the other: one after the other would hang
  int found = 0;
  const std::vector<Check> checks = {
      {"a",
       {},
       [&] {
         both.arrive_and_wait();
         found = 7;
         return CheckResult{};
       }},
      {"b",
       {},
       [&] {
         both.arrive_and_wait();
         return CheckResult{};
       }},
      {"c", {"a"}, [&] {
         return CheckResult{"", CheckVerdict::passed, std::to_string(found), "", {}};
       }}};
  CHECK(run_checks(checks)[2].detail == "7");
}

TEST_CASE("what a check begins ahead does not wait for what it needs") {
  std::latch begun(1);  // the needed check waits for it: one after the other would hang
  const std::vector<Check> checks = {
      {"engine",
       {},
       [&] {
         begun.wait();
         return CheckResult{};
       }},
      {"image", {"engine"}, [] { return CheckResult{}; }, [&] { begun.count_down(); }}};
  CHECK(verdicts(run_checks(checks)) == "engine passed; image passed; ");
}

TEST_CASE("a need that is not earlier in the list is a bug, not a hang") {
  CHECK_THROWS_AS(run_checks({check("a", {"b"}), check("b", {})}), InternalError);
  CHECK_THROWS_AS(run_checks({check("a", {"a"})}), InternalError);
  CHECK_THROWS_AS(run_checks({check("a", {"none"})}), InternalError);
}

TEST_CASE("selected checks bring those they need") {
  const std::vector<Check> checks = {check("git", {}), check("engine", {}), check("image", {"engine"}),
                                     check("mounts", {"image", "git"}), check("disk", {})};
  const auto names = [&](const std::vector<std::string>& wanted) {
    std::string text;
    for (const Check& selected : select_checks(checks, wanted)) text += selected.name + " ";
    return text;
  };
  CHECK(names({"image"}) == "engine image ");
  CHECK(names({"mounts"}) == "git engine image mounts ");
  CHECK(names({"disk", "git"}) == "git disk ");
  CHECK(names({}) == "");
  try {
    names({"imge"});
    FAIL("selected");
  } catch (const UsageError& error) {
    CHECK(std::string(error.what()) == "unknown check 'imge'; did you mean 'image'?");
    CHECK(error.next_step() == "the checks are: git, engine, image, mounts, disk");
  }
}

TEST_CASE("the table has a line for each check and its remedy below") {
  const std::vector<CheckResult> results = {
      {"git", CheckVerdict::passed, "git version 2.39.2", "", {}},
      {"state-directory", CheckVerdict::failed, "open to others", "chmod 700 x", {}},
      {"check:\x1b[2J", CheckVerdict::skipped, "two\nlines", "", {}},
  };
  CHECK(checks_table(results, /*colour=*/false) ==
        "passed   git              git version 2.39.2\n"
        "failed   state-directory  open to others\n"
        "                          → chmod 700 x\n"
        "skipped  check:\\x1b[2J    two\n"
        "                          lines\n");
  const std::string coloured = checks_table(results, /*colour=*/true);
  CHECK(coloured.starts_with("\x1b[32mpassed \x1b[0m  git"));
  CHECK(checks_table({}, false).empty());
}

TEST_CASE("the JSON has every part and the verdict of all") {
  const std::vector<CheckResult> results = {
      {"git", CheckVerdict::passed, "a \"quoted\" \xff text", "", Milliseconds(12)},
      {"engine", CheckVerdict::warning, "slow", "wait", Milliseconds(0)}};
  const auto json = nlohmann::json::parse(checks_json(results));
  CHECK(json["passed"] == true);
  REQUIRE(json["checks"].size() == 2);
  CHECK(json["checks"][0]["name"] == "git");
  CHECK(json["checks"][0]["verdict"] == "passed");
  CHECK(json["checks"][0]["detail"] == "a \"quoted\" \xef\xbf\xbd text");
  CHECK(json["checks"][0]["duration_ms"] == 12);
  CHECK(json["checks"][1]["remedy"] == "wait");
  CHECK(nlohmann::json::parse(checks_json({}))["checks"].is_array());
}
