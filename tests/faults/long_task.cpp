#include "long_task.hpp"

#include <doctest/doctest.h>

namespace milepost::test {

LongTask::LongTask(const std::string& before_it_stays) : project("repo", engine.client()) {
  project.plan({{"1.1", "Before", "echo 1 > first"},
                {"1.2", "Stay",
                 before_it_stays +
                     "\nif [ ! -f go ]; then echo half > work; fi\nwhile [ ! -f go ]; do sleep 0.02; done\n" +
                     "echo whole > work"},
                {"1.3", "After", "cat first work > last"}});
}

Words LongTask::run_words(const Words& options) const {
  Words words = {"run", "M1_test.md", "--set", "handoff=none"};
  words.insert(words.end(), options.begin(), options.end());
  return words;
}

void LongTask::wait_until_in_the_middle(const Program& run) const {
  if (!eventually(30s, [&] { return project.text("work") == "half\n"; }))
    FAIL("the task did not begin: ", run.err());
}

Program LongTask::start(const Words& options) const {
  Program run = project.start(run_words(options));
  wait_until_in_the_middle(run);
  return run;
}

void LongTask::check_gone() const {
  CHECK(project.no_container_within(5s));
  const Ended status = project.milepost({"status", "--json"});
  CHECK(Json::parse(status.out)["runs"][0]["live"] == false);
}

void LongTask::check_resumes() const {
  project.write("go", "");
  const Ended resume = project.milepost({"resume", "M1_test.md", "--set", "handoff=none"});
  INFO(resume.err);
  REQUIRE(resume.exit == 0);
  CHECK(project.text("last") == "1\nwhole\n");
  CHECK(project.report()["counts"]["completed"] == 3);
  CHECK(project.task("1.1")["attempts"].size() == 1);
  CHECK(project.subjects() == Words{"feat(M1): Before", "feat(M1): Stay", "feat(M1): After"});
  CHECK(project.containers().empty());
}

}  // namespace milepost::test
