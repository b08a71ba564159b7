#include "support.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

// What comes behind a plan's tasks, and in between them: scenarios, must-haves, documents, checkpoints.

namespace {

constexpr const char* k_gsd_plan = R"(---
phase: 07-garden
plan: 02
type: execute
wave: 2
depends_on: ["07-01"]
files_modified: [gate.sh]
autonomous: false
requirements: [GATE-01]
must_haves:
  truths: ["the gate opens"]
  artifacts:
    - path: gate.sh
      provides: the gate
      contains: "echo open"
  key_links:
    - from: gate.sh
      to: hinge.sh
      via: sources it
      pattern: "\\. \\./hinge"
---
<objective>
Make the gate open.
</objective>
<tasks>
<task type="auto">
<name>Task 1: Hang the hinge</name>
<files>hinge.sh</files>
<action>
```bash
echo 'turn=1' > hinge.sh
```
</action>
<verify><automated>test -s hinge.sh</automated></verify>
</task>
<task type="checkpoint:decision" gate="blocking">
<decision>Which way does it open?</decision>
<options>
<option id="in"><name>Inwards</name></option>
<option id="out"><name>Outwards</name></option>
</options>
</task>
<task type="auto">
<name>Task 3: Make the gate</name>
<files>gate.sh</files>
<action>
```bash
printf '. ./hinge.sh\necho open\n' > gate.sh
```
</action>
</task>
</tasks>
)";

constexpr const char* k_phase = ".planning/phases/07-garden/";

void write_gsd_project(const Project& project, const std::string& plan) {
  project.write(std::string(k_phase) + "07-02-PLAN.md", plan);
  project.write(std::string(k_phase) + "07-01-SUMMARY.md", "---\nprovides:\n  - \"a fence\"\n---\n# Done\n");
  project.write(
      ".planning/ROADMAP.md",
      "# Roadmap\n\n### Phase 7: Garden\n**Plans:** 2 plans\n\n- [x] 07-01: fence\n- [ ] 07-02: gate\n");
  project.write(".planning/REQUIREMENTS.md", "- [ ] **GATE-01**: The gate opens\n");
  project.git({"add", "."});
  project.git({"commit", "-qm", "plan"});
}

std::string path_of_plan() {
  return std::string(k_phase) + "07-02-PLAN.md";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a GSD plan asks at its checkpoint, is checked against its must-haves, and leaves its documents") {
  const Project project;
  write_gsd_project(project, k_gsd_plan);
  const Ended asked = project.milepost({"run", path_of_plan(), "--allow-plan-commands"});
  INFO(asked.err);
  REQUIRE(asked.exit == 4);
  CHECK(asked.says("Which way does it open?"));
  CHECK(asked.says("1. in: Inwards"));
  CHECK(project.task("07-02/1")["attempts"][0]["evidence"][0]["verdict"] == "passed");
  CHECK_FALSE(project.has(std::string(k_phase) + "07-02-SUMMARY.md"));

  const Ended done = project.milepost({"resume", path_of_plan(), "--answer", "2"});
  INFO(done.err);
  REQUIRE(done.exit == 0);
  const Json checkpoint = project.task("07-02/2");
  CHECK(checkpoint["detail"] == "decided: out");
  CHECK(checkpoint["kind"] == "checkpoint:decision");
  CHECK(checkpoint["answered"][0]["how"] == "--answer");
  CHECK(checkpoint["answered"][0]["by"].is_string());
  const Json checks = project.task("close-out")["attempts"][0]["evidence"];
  REQUIRE(checks.size() == 4);
  CHECK(project.task("close-out")["attempts"][0]["verdict"] == "passed");
  CHECK(project.subjects() == Words{"feat(07-02): Hang the hinge", "feat(07-02): Make the gate",
                                    "docs(07-02): complete Make the gate open plan"});
  const std::string summary = project.text(std::string(k_phase) + "07-02-SUMMARY.md");
  for (const char* part : {"plan: \"02\"", "provides: \"a fence\"", "- gate.sh",
                           "requirements-completed: [GATE-01]", "Self-Check: PASSED"}) {
    CAPTURE(part);
    CHECK(summary.find(part) != std::string::npos);
  }
  CHECK(project.text(".planning/ROADMAP.md").find("- [x] 07-02: gate") != std::string::npos);
  CHECK(project.text(".planning/REQUIREMENTS.md").find("- [x] **GATE-01**") != std::string::npos);
  CHECK(project.git({"status", "--porcelain"}).empty());
  CHECK(project.no_container_within(0s));
}

TEST_CASE("a must-have that fails leaves no summary, and passes with a person's override and a resume") {
  const Project project;
  write_gsd_project(project, replaced(k_gsd_plan, "contains: \"echo open\"", "contains: \"echo shut\""));
  const Ended run =
      project.milepost({"run", path_of_plan(), "--retries", "0", "--checkpoints", "first-option"});
  INFO(run.err);
  REQUIRE(run.exit == 1);
  CHECK(run.says("gate.sh contains echo shut"));
  CHECK(project.task("close-out")["outcome"] == "failed");
  CHECK_FALSE(project.has(std::string(k_phase) + "07-02-SUMMARY.md"));

  std::string id;
  const Json checks = project.task("close-out")["attempts"][0]["evidence"];
  for (const Json& check : checks)
    if (check["verdict"] == "failed") id = check["id"];
  REQUIRE_FALSE(id.empty());
  REQUIRE(project.milepost({"verify", path_of_plan(), "--override", id, "--reason", "it is shut at night"})
              .exit == 0);
  const Ended resumed = project.milepost({"resume", path_of_plan()});
  INFO(resumed.err);
  CHECK(resumed.exit == 0);
  const Json answered = project.task("07-02/2")["answered"];
  REQUIRE(answered.size() == 1);
  CHECK(answered[0]["how"] == "setting");
  CHECK(answered[0]["by"].is_null());
  CHECK(project.report()["overrides"][0]["reason"] == "it is shut at night");
  check_formats(project, path_of_plan(), "");
  CHECK(project.text(std::string(k_phase) + "07-02-SUMMARY.md").find("it is shut at night") !=
        std::string::npos);
}

TEST_CASE(
    "a milestone's end-to-end section runs behind its tasks, by milepost when its commands are allowed") {
  const Project project;
  project.write(
      "M1_test.md",
      "# M1: T\n\n## Task 1.1: Write\n\n```bash\necho hi > hello.txt\n```\n\n## E2E Test Scenario\n\n"
      "```bash\ntest \"$(cat hello.txt)\" = hi\ntouch ran\n```\n");
  project.git({"add", "."});
  project.git({"commit", "-qm", "plan"});
  SUBCASE("allowed: they are checks") {
    const Ended run = project.milepost({"run", "M1_test.md", "--allow-plan-commands"});
    INFO(run.err);
    REQUIRE(run.exit == 0);
    CHECK(project.task("e2e")["attempts"][0]["reason"] == "check");
    CHECK(project.task("e2e")["attempts"][0]["verdict"] == "passed");
  }
  SUBCASE("not allowed: the harness runs it, and that verifies nothing") {
    const Ended run = project.milepost({"run", "M1_test.md"});
    INFO(run.err);
    REQUIRE(run.exit == 0);
    CHECK(project.task("e2e")["attempts"][0]["scenario"]["status"] == "passed");
    CHECK(project.task("e2e")["attempts"][0]["verdict"] == "not_verified");
    CHECK(run.says("not checked"));
  }
  SUBCASE("turned off") {
    REQUIRE(project.milepost({"run", "M1_test.md", "--set", "e2e.run=no"}).exit == 0);
    CHECK_FALSE(project.has("ran"));
  }
  CHECK(project.no_container_within(0s));
}

TEST_CASE("a scenario that fails fails the run, with its diagnosis") {
  const Project project;
  project.write("M1_test.md",
                "# M1: T\n\n## Task 1.1: Write\n\n```bash\ntrue\n```\n\n## E2E Test\n\n```bash\ntest -e "
                "missing\n```\n");
  project.git({"add", "."});
  project.git({"commit", "-qm", "plan"});
  const Ended run = project.milepost({"run", "M1_test.md"});
  INFO(run.err);
  CHECK(run.exit == 1);
  CHECK(project.task("e2e")["attempts"][0]["scenario"]["status"] == "failed");
  CHECK(run.says("the scenario failed"));
}

TEST_CASE("a YAML plan's scenario is mended by the agent within its own number of fixes") {
  const Project project;
  project.write(
      "p.yaml",
      "plan: 1\nid: M5\ntitle: T\ntasks:\n  - id: a\n    title: A\n    prompt: |\n      ```bash\n      true\n"
      "      ```\ne2e:\n  - name: greets\n    run: test -e fixed-2 || { echo x >> tried; test $(wc -l "
      "<tried) "
      "-ge 2 && touch fixed-2; false; }\n    on_failure: {fix_attempts: 3}\n");
  project.git({"add", "."});
  project.git({"commit", "-qm", "plan"});
  const Ended run = project.milepost({"run", "p.yaml"});
  INFO(run.err);
  CHECK(run.exit == 0);
  const Json attempts = project.task("e2e")["attempts"];
  REQUIRE(attempts.size() >= 2);
  CHECK(attempts[0]["reason"] == "check");
  CHECK(attempts[1]["reason"] == "fix");
}

TEST_CASE("a reviewer judges truths with its evidence, looks at each task once, and changes nothing") {
  Project project;
  write_gsd_project(project, k_gsd_plan);
  // The reviewer: blocks the first task once, then has nothing to say; of the truth it gives the id that it
  // was told.
  project.write(
      "review.sh",
      "prompt=$(cat); touch intruder; echo key=$REVIEW_KEY; id=$(printf '%s' \"$prompt\" | sed -n 's/^- id "
      "`\\(truth[^`]*\\)`.*/\\1/p')\n"
      "echo '```milepost'\n"
      "if [ -n \"$id\" ]; then echo '{\"truths\": [{\"id\": \"'$id'\", \"verdict\": \"met\", \"evidence\": "
      "\"gate.sh:2 prints open\"}]}'\n"
      "elif grep -q turn=1 hinge.sh && ! test -e gate.sh; then echo '{\"findings\": [{\"severity\": "
      "\"blocking\", \"file\": \"hinge.sh\", \"line\": 1, \"text\": \"it squeaks\"}]}'\n"
      "else echo '{\"findings\": []}'; fi\necho '```'\n");
  project.git({"add", "."});
  project.git({"commit", "-qm", "reviewer"});
  project.set("REVIEW_KEY", "rk-4f1d9c02ab77");
  const Ended run = project.milepost({"run", path_of_plan(), "--checkpoints", "first-option", "--set",
                                      "review.harness=custom", "--set", "custom.command=sh review.sh",
                                      "--set", "custom.dialect=plain", "--set", "custom.secrets=REVIEW_KEY"});
  INFO(run.err);
  REQUIRE(run.exit == 0);
  const Json first = project.task("07-02/1")["attempts"];
  REQUIRE(first.size() == 2);  // the finding went back once; the second time a person judges
  CHECK(first[0]["verdict"] == "failed");
  CHECK(first[1]["verdict"] != "failed");
  const Json closing = project.task("close-out")["attempts"][0]["evidence"];
  bool judged = false;
  for (const Json& check : closing) {
    if (check["kind"] != "truth") continue;
    judged = true;
    CHECK(check["verdict"] == "passed");
    CHECK(check["detail"].get<std::string>().find("gate.sh:2 prints open") != std::string::npos);
  }
  CHECK(judged);
  CHECK_FALSE(project.has("intruder"));
  CHECK(run.says("they were put back"));
  // What it has for a key is masked in all that is kept, like the first harness's.
  const Ended kept = project.call({"grep", "-r", "rk-4f1d9c02ab77", project.state()});
  CHECK(kept.exit == 1);
  CHECK(project.call({"grep", "-rq", "key=\\*\\*\\*", project.state()}).exit == 0);
}
