#include "claude_project.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

namespace {

/// A task whose model writes something first and then meets `step`.
std::vector<ModelTask> writes_then(Json step) {
  return {{"1.1", "Meet it", {turn(writes("work.txt", "work\n"), std::move(step))}},
          {"1.2", "Never begin", {turn(done())}}};
}

void check_stopped(const ClaudeProject& project, const std::string& result) {
  CHECK(project.attempts("1.1").back()["result"] == result);
  CHECK(project.subjects().empty());
  CHECK(project.text("work.txt") == "work\n");
  CHECK(project.task("1.2")["attempts"].empty());
  CHECK(project.no_container_within(0s));
}

}  // namespace

TEST_CASE("a rejected key stops the run at once and says that the login failed") {
  const Model model;
  const ClaudeProject project(model);
  project.plan(writes_then(fails_with(401)));
  const Ended run = project.run();
  INFO(run.err);
  CHECK(run.exit == 5);
  CHECK(run.says("the harness could not log in"));
  check_stopped(project, "auth");
  CHECK(project.attempts("1.1").size() == 1);
  CHECK(model.requests().size() == 2);
}

TEST_CASE("a service that is busy for a moment only costs time") {
  const Model model;
  const ClaudeProject project(model);
  Json step = fails_with(Json::array({429, 429}));
  step["retry_after"] = 1;
  project.plan({{"1.1", "Wait a little", {turn(writes("work.txt", "work\n"), std::move(step))}}});
  const Ended run = project.run();
  INFO(run.err);
  CHECK(run.exit == 0);
  CHECK(run.says("… the model's service failed (HTTP 429"));
  CHECK(project.attempts("1.1").size() == 1);
  CHECK(project.subjects().size() == 1);
  CHECK(model.requests().size() == 4);
}

TEST_CASE("a service that stays busy or broken stops the run for later") {
  struct Case {
    int status, exit;
    const char* result;
  };
  for (const Case& stop :
       {Case{429, 5, "rate_limited"}, Case{500, 6, "overloaded"}, Case{529, 6, "overloaded"}}) {
    CAPTURE(stop.status);
    const Model model;
    ClaudeProject project(model);
    project.set("CLAUDE_CODE_MAX_RETRIES", "1");
    project.plan(writes_then(fails_with(stop.status)));
    const Ended run = project.run({"--retries", "0"});
    INFO(run.err);
    CHECK(run.exit == stop.exit);
    check_stopped(project, stop.result);
    CHECK(project.attempts("1.1").size() == 1);
  }
}

TEST_CASE("a run that met a broken service is completed by resume when the service is back") {
  const Model model;
  ClaudeProject project(model);
  project.set("CLAUDE_CODE_MAX_RETRIES", "0");
  project.plan(
      {{"1.1", "Meet it", {turn(writes("work.txt", "work\n"), fails_with(500)), turn(done("Went on."))}}});
  const Ended run = project.run({"--retries", "0"});
  INFO(run.err);
  REQUIRE(run.exit == 6);
  const Ended resume = project.resume();
  INFO(resume.err);
  REQUIRE(resume.exit == 0);
  CHECK(model.requests().back()["prompts"] == 2);
  CHECK(project.attempts("1.1")[1]["session_id"] == project.attempts("1.1")[0]["session_id"]);
  CHECK(project.git({"show", "HEAD:work.txt"}) == "work");
}

TEST_CASE("a used-up allowance is waited for until the moment that the service states") {
  const Model model;
  ClaudeProject project(model);
  project.set("ANTHROPIC_API_KEY", "");  // an allowance belongs to a subscription
  project.set("CLAUDE_CODE_OAUTH_TOKEN", "sk-ant-oat01-scripted");
  Json step = fails_with(Json::array({429}));
  step["resets_in"] = 4;
  project.plan({{"1.1",
                 "Wait for it",
                 {turn(writes("work.txt", "work\n"), std::move(step)), turn(done("Went on."))}}});
  const Ended run = project.run();
  INFO(run.err);
  CHECK(run.exit == 0);
  CHECK(run.says("waiting until"));
  const Json attempts = project.attempts("1.1");
  REQUIRE(attempts.size() == 2);
  CHECK(attempts[0]["result"] == "quota");
  CHECK(attempts[1]["started_at"] >= attempts[0]["retry_at"]);
  CHECK(attempts[1]["session_id"] == attempts[0]["session_id"]);
  CHECK(project.subjects().size() == 1);
}

TEST_CASE("a model that refuses leaves the task to a person") {
  const Model model;
  const ClaudeProject project(model);
  project.plan(writes_then({{"text", "I will not."}, {"stop", "refusal"}}));
  const Ended run = project.run();
  INFO(run.err);
  CHECK(run.exit == 4);
  check_stopped(project, "refused");
}

TEST_CASE("a connection that breaks in the middle of an answer is taken up again") {
  const Model model;
  const ClaudeProject project(model);
  Json cut = done("Came at last.");
  cut["drop"] = 2;
  project.plan({{"1.1", "Lose it", {turn(writes("work.txt", "work\n"), std::move(cut))}}});
  const Ended run = project.run();
  INFO(run.err);
  REQUIRE(run.exit == 0);
  CHECK(model.requests().size() == 4);
  CHECK(project.attempts("1.1").size() == 1);
  CHECK(project.task("1.1")["summary"] == "Came at last.");
  CHECK(project.git({"show", "HEAD:work.txt"}) == "work");
}

TEST_CASE("a connection that breaks each time is no success") {
  const Model model;
  ClaudeProject project(model);
  project.set("CLAUDE_CODE_MAX_RETRIES", "1");
  Json cut = done("Never read whole.");
  cut["drop"] = true;
  project.plan(writes_then(std::move(cut)));
  const Ended run = project.run({"--retries", "0"});
  INFO(run.err);
  CHECK(run.exit == 6);
  CHECK(run.says("the model's service failed: "));
  check_stopped(project, "overloaded");
}

TEST_CASE("a run that has used up its budget starts no further attempt until it is given more") {
  const Model model;
  const ClaudeProject project(model);
  project.plan({{"1.1", "Spend", {turn(done("Spent."))}},
                {"1.2", "Spend more", {turn(writes("more.txt", "more\n"), done())}}});
  const Ended run = project.run({"--budget-usd", "0.0001"});
  INFO(run.err);
  REQUIRE(run.exit == 5);
  CHECK(run.says("budget"));
  CHECK(project.task("1.2")["attempts"].empty());
  CHECK_FALSE(project.has("more.txt"));
  CHECK(model.requests().size() == 1);
  CHECK(project.report()["usage"]["cost_usd"].get<double>() > 0.0001);

  const Ended again = project.resume();
  INFO(again.err);
  CHECK(again.exit == 5);
  CHECK(model.requests().size() == 1);

  const Ended resume = project.resume({"--budget-usd", "100"});
  INFO(resume.err);
  CHECK(resume.exit == 0);
  CHECK(project.git({"show", "HEAD:more.txt"}) == "more");
  CHECK(model.requests().at(1)["prompts"] == 2);
}
