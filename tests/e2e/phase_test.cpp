#include "support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>

using namespace milepost::test;

namespace {

struct GsdPlan {
  std::string number;  ///< "01"
  std::string front;   ///< more lines of the front matter
  std::string shell;
};

std::string text_of(const GsdPlan& plan) {
  return "---\nphase: 37-gate\nplan: " + plan.number + "\n" + plan.front + "---\n\n<objective>\nPlan " +
         plan.number + ".\n</objective>\n\n<tasks>\n<task type=\"auto\">\n  <name>Task 1: Do " + plan.number +
         "</name>\n  <action>\n\n````bash\n" + plan.shell + "\n````\n\n  </action>\n</task>\n</tasks>\n";
}

const std::string k_phase = ".planning/phases/37-gate";

std::string path_of(const std::string& number, const std::string& kind = "PLAN") {
  return k_phase + "/37-" + number + "-" + kind + ".md";
}

/// Four plans in three waves: 02 (which needs a file `ready`) and 03 behind 01, 04 behind 02.
void four_plans(const Project& project) {
  for (const GsdPlan& plan :
       std::vector<GsdPlan>{{"01", "wave: 1\n", "echo 1 > one"},
                            {"02", "wave: 2\ndepends_on: [37-01]\n", "test -f ready && echo 2 > two"},
                            {"03", "wave: 2\ndepends_on: [01]\n", "cat one > three"},
                            {"04", "wave: 3\ndepends_on: [02]\n", "cat two > four"}})
    project.write(path_of(plan.number), text_of(plan));
  project.git({"add", "."});
  project.git({"commit", "-q", "-m", "plan the gate"});
}

/// What the last line on standard output says: "37-01 passed, 37-02 ended 1, 37-03 passed".
std::string outcomes(const Ended& run) {
  const std::vector<std::string> all = lines(run.out);
  REQUIRE_FALSE(all.empty());
  const Json result = Json::parse(all.back());
  REQUIRE(result["event"] == "phase_result");
  CHECK(result["exit_code"] == run.exit);
  std::string text;
  for (const Json& plan : result["plans"]) {
    text +=
        (text.empty() ? "" : ", ") + plan["id"].get<std::string>() + " " + plan["outcome"].get<std::string>();
    if (plan["outcome"] == "ended") text += " " + std::to_string(plan["exit_code"].get<int>());
  }
  return text;
}

/// How many commits of tasks have this subject.
long commits(const Project& project, const std::string& subject) {
  const Words subjects = project.subjects();
  return std::count(subjects.begin(), subjects.end(), subject);
}

}  // namespace

TEST_CASE(
    "a phase runs its plans by wave; a failed plan holds up those behind it alone, and resume goes on") {
  const Project project;
  four_plans(project);
  const Ended run = project.milepost({"run", k_phase, "--retries", "0", "--json"});
  INFO(run.err);
  CHECK(run.exit == 1);
  CHECK(outcomes(run) == "37-01 passed, 37-02 ended 1, 37-03 passed, 37-04 skipped");
  CHECK(project.text("three") == "1\n");
  CHECK_FALSE(project.has("four"));
  CHECK(commits(project, "feat(37-01): Do 01") == 1);
  CHECK(commits(project, "feat(37-03): Do 03") == 1);
  CHECK(commits(project, "feat(37-02): Do 02") == 0);

  const Ended status = project.milepost({"status", k_phase});
  CHECK(status.out.find("37-02  failed") != std::string::npos);
  CHECK(status.out.find("37-04  open") != std::string::npos);
  CHECK(status.out.find("next: milepost resume " + k_phase) != std::string::npos);

  // What is marked as done is not done again, and what passed neither.
  project.write(path_of("01", "SUMMARY"), "done\n");
  project.write("ready", "");
  const Ended resume = project.milepost({"resume", k_phase, "--json"});
  INFO(resume.err);
  CHECK(resume.exit == 0);
  const std::string ends = outcomes(resume);
  CHECK(ends.starts_with("37-01 done, 37-02 passed, "));
  CHECK(ends.ends_with(", 37-04 passed"));
  CHECK(project.text("four") == "2\n");
  for (const char* number : {"01", "02", "03", "04"})
    CHECK(commits(project, "feat(37-" + std::string(number) + "): Do " + number) == 1);
  CHECK(project.no_container_within(0s));
}

TEST_CASE("a wave runs alone once the lower ones are done") {
  const Project project;
  four_plans(project);
  const Ended refused = project.milepost({"run", k_phase, "--wave", "2"});
  CHECK(refused.exit == 2);
  CHECK(refused.says("37-01 of a lower wave is open"));
  project.write(path_of("01", "SUMMARY"), "done\n");
  project.write("one", "1\n");
  project.write("ready", "");
  const Ended run = project.milepost({"run", k_phase, "--wave", "2", "--json"});
  INFO(run.err);
  CHECK(run.exit == 0);
  CHECK(outcomes(run) == "37-01 done, 37-02 passed, 37-03 passed, 37-04 left out");
}

TEST_CASE("commits of a plan that no run made stop the phase before it starts") {
  const Project project;
  four_plans(project);
  project.write("two", "2\n");
  project.git({"add", "two"});
  project.git({"commit", "-q", "-m", "feat(37-02): by hand"});
  const Ended run = project.milepost({"run", k_phase});
  INFO(run.err);
  CHECK(run.exit == 4);
  CHECK(run.says("commits name plan 37-02"));
  CHECK(run.says("37-02-SUMMARY.md"));
  CHECK_FALSE(project.has("one"));
}

TEST_CASE("a plan that an earlier plan's agent rewrote is not run") {
  const Project project;
  project.write(path_of("01"), text_of({"01", "", "echo 'echo owned > owned' >> " + path_of("02")}));
  project.write(path_of("02"), text_of({"02", "depends_on: [01]\n", "echo 2 > two"}));
  project.git({"add", "."});
  project.git({"commit", "-q", "-m", "plan"});
  const Ended run = project.milepost({"run", k_phase, "--json"});
  INFO(run.err);
  CHECK(run.exit == 4);
  CHECK(outcomes(run) == "37-01 passed, 37-02 ended 4");
  CHECK_FALSE(project.has("two"));
}

TEST_CASE("a plan of another phase must be done, or the run is forced") {
  const Project project;
  project.write(path_of("01"), text_of({"01", "depends_on: [\"36-02\"]\n", "echo 1 > one"}));
  project.git({"add", "."});
  project.git({"commit", "-q", "-m", "plan"});
  const Ended refused = project.milepost({"run", k_phase});
  CHECK(refused.exit == 2);
  CHECK(refused.says("36-02"));
  const Ended run = project.milepost({"run", k_phase, "--force"});
  INFO(run.err);
  CHECK(run.exit == 0);
  CHECK(project.text("one") == "1\n");
}

TEST_CASE("a stop signal stops the phase, and resume goes on with the plan that was interrupted") {
  const Project project;
  project.write(path_of("01"),
                text_of({"01", "", "if [ ! -f go ]; then echo half > work; sleep 300; fi\necho 1 > one"}));
  project.write(path_of("02"), text_of({"02", "", "echo 2 > two"}));
  project.git({"add", "."});
  project.git({"commit", "-q", "-m", "plan"});
  Program run = project.start({"run", k_phase, "--json"});
  if (!eventually(30s, [&] { return project.text("work") == "half\n"; }))
    FAIL("the task did not begin: ", run.err());
  run.signal(SIGTERM);
  const Ended stopped = run.wait(20s);
  INFO(stopped.err);
  CHECK(stopped.exit == 143);
  CHECK(outcomes(stopped) == "37-01 ended 143, 37-02 waiting");
  CHECK_FALSE(project.has("two"));

  project.write("go", "");
  const Ended resume = project.milepost({"resume", k_phase, "--json"});
  INFO(resume.err);
  CHECK(resume.exit == 0);
  CHECK(resume.says("goes on"));
  CHECK(outcomes(resume) == "37-01 passed, 37-02 passed");
  CHECK(project.no_container_within(0s));
}

TEST_CASE("an answer goes to the plan of the phase that asked") {
  const Project project;
  const std::string asks =
      "if [ -n \"${MILEPOST_ANSWER:-}\" ]; then echo \"$MILEPOST_ANSWER\" > answer; else printf "
      "'```milepost\\n%s\\n```\\n' '{\"status\": \"needs_human\", \"summary\": \"I wait.\", \"question\": "
      "\"Which "
      "colour?\"}'; fi";
  project.write(path_of("01"), text_of({"01", "", asks}));
  project.write(path_of("02"), text_of({"02", "depends_on: [01]\n", "cat answer > two"}));
  project.git({"add", "."});
  project.git({"commit", "-q", "-m", "plan"});
  const Ended run = project.milepost({"run", k_phase, "--json"});
  INFO(run.err);
  CHECK(run.exit == 4);
  CHECK(outcomes(run) == "37-01 ended 4, 37-02 skipped");
  const Ended resume = project.milepost({"resume", k_phase, "--answer", "blue", "--json"});
  INFO(resume.err);
  CHECK(resume.exit == 0);
  CHECK(project.text("two") == "blue\n");
}
