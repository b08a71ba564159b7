#include "milepost/harness/profile.hpp"

#include "harness_project.hpp"

using namespace milepost::test;

namespace {

milepost::HarnessCapabilities capabilities(const HarnessProject& project) {
  return milepost::harness_profile(project.harness().name).capabilities();
}

void check_usage(const HarnessProject& project, const char* task, unsigned answers) {
  CAPTURE(task);
  const Json usage = project.task(task)["usage"];
  CAPTURE(usage.dump());
  CHECK(usage["input_tokens"] == 1000 * answers);
  CHECK(usage["cached_tokens"] == 200 * answers);
  CHECK(usage["output_tokens"] == 50 * answers);
  CHECK(usage["cost_usd"].is_number() == capabilities(project).reports_cost);
}

}  // namespace

TEST_CASE("each harness works on the tasks of a milestone, one session a task") {
  with_each_harness([](const HarnessProject& project) {
    project.plan({{"1.1",
                   "Write the parts",
                   {turn(writes("src/one.txt", "one\n"), writes("src/two.txt", "it's two\n"),
                         done("Wrote two parts."))}},
                  {"1.2",
                   "Join them",
                   {turn(runs("cat src/one.txt src/two.txt > joined.txt"), done("Joined the parts."))}}});
    const Ended run = project.run({"--verify", "test -s src/one.txt", "--budget-usd", "50"});
    INFO(run.err);
    REQUIRE(run.exit == 0);
    CHECK(project.subjects() == Words{"feat(M1): Write the parts", "feat(M1): Join them"});
    CHECK(project.git({"show", "HEAD:joined.txt"}) == "one\nit's two");
    CHECK(project.report()["harness"] == project.harness().name);
    CHECK(project.task("1.1")["summary"] == "Wrote two parts.");
    CHECK(run.says("cat src/one.txt src/two.txt"));
    CHECK(run.says("note: a budget in US dollars has no effect") != capabilities(project).reports_cost);
    CHECK(project.no_container_within(0s));

    const Json first = project.attempts("1.1"), second = project.attempts("1.2");
    REQUIRE(first.size() == 1);
    REQUIRE(second.size() == 1);
    CHECK_FALSE(first[0]["session_id"].get<std::string>().empty());
    CHECK(first[0]["session_id"] != second[0]["session_id"]);
    check_usage(project, "1.1", 3);
    check_usage(project, "1.2", 2);
    const auto requests = project.model().requests();
    REQUIRE(requests.size() == 5);
    for (const Json& request : requests) CHECK(request["prompts"] == 1);
    CHECK(requests[4]["prompt"].get<std::string>().find("Wrote two parts.") != std::string::npos);
  });
}

TEST_CASE("a task that the agent gives up fails, whatever the harness's exit status") {
  with_each_harness([](const HarnessProject& project) {
    Json gives_up = done();
    gives_up["block"] = {{"status", "failed"}, {"summary", "The tests exit with 3."}};
    project.plan({{"1.1", "Mend it", {turn(runs("echo broken >&2; exit 3"), gives_up)}},
                  {"1.2", "Never begin", {turn(done())}}});
    const Ended run = project.run({"--retries", "0"});
    INFO(run.err);
    CHECK(run.exit == 1);
    CHECK(run.says("The tests exit with 3."));
    CHECK(project.attempts("1.1")[0]["result"] == "agent_failed");
    CHECK(project.task("1.2")["attempts"].empty());
    CHECK(project.subjects().empty());
  });
}
