#include "lint.hpp"

#include "milepost/base/text.hpp"
#include "milepost/plan/parse.hpp"
#include "milepost/plan/pattern.hpp"
#include "milepost/plan/plan_dot.hpp"
#include "milepost/plan/runnable.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace milepost;

namespace {

std::vector<std::string> found(const Plan& plan) {
  std::vector<std::string> all;
  for (const Diagnostic& d : plan.diagnostics)
    all.push_back(std::to_string(d.at.line) + ":" + std::to_string(d.at.column) + " " + d.code);
  return all;
}

bool any_has(const std::vector<std::string>& texts, const std::string& part) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

using Found = std::vector<std::string>;

}  // namespace

TEST_CASE("commands that succeed whatever happens prove nothing") {
  for (const std::string run : {"", "\n", "# nothing\n", "pytest || true\n", "pytest ||true", "a && b || :\n",
                                "pytest; true\n", "true\n", "pytest || echo failed\n", "pytest\nexit 0\n",
                                "pytest; true # ok\n", "pytest || exit 0;"}) {
    CAPTURE(run);
    CHECK(parsing::why_it_cannot_fail(run) != "");
  }
  for (const std::string run : {"pytest\n", "pytest && true\n", "test -f a || exit 1\n", "grep '|| true' x\n",
                                "echo \"; true\"; pytest\n", "pytest && echo PASS\n", "! grep -q x y\n",
                                "pytest | tail -3\n", "true && pytest", "grep \\; x"}) {
    CAPTURE(run);
    CHECK(parsing::why_it_cannot_fail(run) == "");
  }
}

TEST_CASE("patterns are looked at without matching") {
  for (const std::string good : {"", "a.b", "export (const|let) x", "\\bfoo\\(\\w+\\)", "(a|b)?c*",
                                 "[(+*]+x+", "a.{0,80}b.{0,80}c", "(\\.[a-z]+)?$"}) {
    CAPTURE(good);
    CHECK(check_pattern(good).fault == PatternFault::none);
  }
  for (const std::string bad : {"emit!(x", "a)", "[z-a]", "*a", "a{2", "\\"}) {
    CAPTURE(bad);
    CHECK(check_pattern(bad).fault == PatternFault::invalid);
  }
  for (const std::string& costly :
       {std::string("(a+)+"), std::string("(x(a*)b)*"), std::string("(a{1,9}){1,9}"),
        std::string("a{1,99999}"), std::string(600, 'a'), std::string(100, '(') + std::string(100, ')')}) {
    CAPTURE(costly);
    CHECK(check_pattern(costly).fault == PatternFault::costly);
  }
}

TEST_CASE("everything wrong with a GSD plan is told at once") {
  const Plan plan = parse_plan(
      "---\nphase: 07\nwave: 1\ndepends_on: [\"07-01\"]\nautonomous: true\nfiles_modified: "
      "[../up.py]\nmust_haves:\n  artifacts:\n"
      "    - path: /etc/passwd\n  key_links:\n    - {from: a, to: b, pattern: \"a(\"}\n---\n"
      "<task type=\"checkpoint:maybe\">\n<name>A</name>\n<files>~/x</files>\n<verify><automated>make || "
      "true</automated></verify>\n</task>\n",
      "07-02-PLAN.md");
  CAPTURE(join(found(plan), ", "));
  CHECK(found(plan) == Found{"1:1 path-escapes", "3:7 wave-order", "9:7 path-escapes",
                             "11:33 invalid-pattern", "13:1 unknown-checkpoint", "13:1 path-escapes",
                             "13:1 checkpoint-in-autonomous", "16:1 cannot-fail"});
}

TEST_CASE("a wave is held against the dependencies") {
  const auto codes = [](const std::string& front) {
    return found(
        parse_plan("---\nphase: 07\n" + front + "---\n<task>\n<name>A</name>\n</task>\n", "07-02-PLAN.md"));
  };
  CHECK(codes("wave: 2\ndepends_on: [01]\n").empty());
  CHECK(codes("wave: 2\ndepends_on: [06-01]\n").empty());
  CHECK(codes("wave: 1\ndepends_on: [06-01]\n").empty());
  CHECK(codes("wave: 0\n").empty());
  CHECK(codes("wave: 5\n") == Found{"3:7 wave-order"});
  CHECK(codes("wave: 1\ndepends_on: [01]\n") == Found{"3:7 wave-order"});
}

TEST_CASE("dependencies of a YAML plan are checked as a graph") {
  const std::string head = "plan: 1\ntitle: T\ntasks:\n";
  const auto item = [](const std::string& id, const std::string& before) {
    return "  - id: " + id + "\n    title: T\n    prompt: p\n" +
           (before.empty() ? "" : "    depends_on: [" + before + "]\n");
  };
  const auto codes = [&](const std::string& tasks) { return found(parse_plan(head + tasks, "p.yaml")); };
  CHECK(codes(item("a", "c") + item("b", "a")) == Found{"7:17 unknown-dependency"});
  CHECK(codes(item("a", "a")) == Found{"7:17 self-dependency"});
  CHECK(codes(item("a", "") + item("a", "")) == Found{"7:5 duplicate-id"});
  CHECK(codes(item("a", "b")) == Found{"7:17 unknown-dependency"});
  CHECK(codes(item("a", "b") + item("b", "")) == Found{"7:17 dependency-cycle"});
  const Plan cycle = parse_plan(
      head + item("x", "\"\"") + item("a", "c") + item("b", "a") + item("c", "b") + item("d", "c"), "p.yaml");
  REQUIRE(std::count_if(cycle.diagnostics.begin(), cycle.diagnostics.end(),
                        [](const Diagnostic& d) { return d.code == "dependency-cycle"; }) == 1);
  const auto at = std::find_if(cycle.diagnostics.begin(), cycle.diagnostics.end(),
                               [](const Diagnostic& d) { return d.code == "dependency-cycle"; });
  CHECK(at->message == "the tasks depend on each other: a -> c -> b -> a");
  const Plan later = parse_plan(head + item("a", "b") + item("b", "\"c\"") +
                                    "  - id: c\n    title: T\n    prompt: p\n    depends_on: []\n",
                                "p.yaml");
  CHECK(found(later).empty());
}

TEST_CASE("the graph names tasks, what they wait for and other plans") {
  const Plan plan = parse_plan(
      "---\nphase: 07\nwave: 2\ndepends_on: [01]\n---\n<task>\n<name>Say \"a\\b\"</name>\n</task>\n<task "
      "type=\"checkpoint:decision\">\n<name>B</name>\n</task>\n",
      "07-02-PLAN.md");
  const std::string dot = plan_to_dot(plan);
  CHECK(dot.find("\"07-02/1\" -> \"07-02/2\";") != std::string::npos);
  CHECK(dot.find("\"plan 07-01\" -> \"07-02/1\"") != std::string::npos);
  CHECK(dot.find("Say \\\"a\\\\b\\\"") != std::string::npos);
  CHECK(dot.find("shape=diamond") != std::string::npos);
}

TEST_CASE("a plan that asks for more than a run can do is not runnable") {
  const auto reasons = [](const std::string& task, const std::string& head = "") {
    const Plan plan =
        parse_plan("plan: 1\ntitle: T\n" + head +
                       "tasks:\n  - {id: a, title: A, prompt: p}\n  - id: b\n    title: B\n" + task,
                   "p.yaml");
    REQUIRE(!has_errors(plan.diagnostics));
    return not_runnable(plan);
  };
  for (const char* task :
       {"    prompt: p\n    verify: [{run: make, timeout: 5m}]\n    retries: 2\n    tdd: true\n",
        "    type: checkpoint\n    checkpoint: {kind: verify}\n",
        "    prompt: p\n    budget: {usd: 1}\n    model: small\n", "    prompt_file: p.md\n",
        "    prompt: p\n    verify: [{run: make, expect: {exit: 1}}]\n"}) {
    CHECK(reasons(task).empty());
  }
  CHECK(any_has(reasons("    prompt: p\n    when: manual\n"), "only manual"));
  CHECK(any_has(reasons("    prompt: p\n    when: {on-failure-of: [a]}\n"), "on failure of a"));
  CHECK(any_has(reasons("    prompt: p\n", "defaults: {commit: per-plan}\n"), "one commit"));
}

TEST_CASE("a plan picks its harnesses among those that the user lists") {
  const Plan plan = parse_plan(
      "plan: 1\ntitle: T\ndefaults: {harness: pi}\ntasks:\n  - {id: a, title: A, prompt: p}\n  - {id: b, "
      "title: B, "
      "prompt: p, harness: codex}\n",
      "p.yaml");
  REQUIRE(!has_errors(plan.diagnostics));
  CHECK(not_runnable(plan).empty());
  CHECK(unlisted_harnesses(plan, {"claude", "pi", "codex"}).empty());
  CHECK(unlisted_harnesses(plan, {"codex"}) == std::vector<std::string>{"task a wants the harness pi"});
  CHECK(unlisted_harnesses(plan, {"claude"}).size() == 2);
}

TEST_CASE("what a run does not check is told") {
  const Plan plan = parse_plan(
      "---\nphase: 07\nmust_haves:\n  truths: [x]\ndepends_on: [01]\n---\n<task "
      "tdd=\"true\">\n<name>A</name>\n</task>\n",
      "07-02-PLAN.md");
  CHECK(not_runnable(plan).empty());
  const auto cautions = run_cautions(plan);
  CHECK(any_has(cautions, "07-01"));
  CHECK(any_has(cautions, "tdd"));
  CHECK(run_cautions(parse_plan("# M1: T\n\n## Task 1.1: A\n", "M1_x.md")).empty());
}
