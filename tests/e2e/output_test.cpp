#include "support.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

namespace fs = std::filesystem;

TEST_CASE("F30: a flood of a gigabyte is recorded head and tail, in little memory") {
  const Project project;
  // Long lines: they cost the harness least.
  project.plan({{"1.1", "Flood",
                 "echo the-head\nhead -c 1000000000 /dev/zero | tr '\\0' a\necho\necho the-tail\ntouch done\n"
                 "while [ ! -f go ]; do sleep 0.01; done"}});
  Program run = project.start({"run", "M1_test.md", "--set", "logs.cap=4MB", "--set", "handoff=none"});
  REQUIRE(eventually(120s, [&] { return project.has("done"); }));
  project.write("go", "");
  CHECK(run.peak_kib() > 0);
  CHECK(run.peak_kib() < 64 * 1024);
  const Ended ended = run.wait();
  CHECK(ended.exit == 0);
  const auto attempt = project.project_state() / "runs" / project.report()["run"].get<std::string>() /
                       project.task("1.1")["attempts"][0]["log_directory"].get<std::string>();
  const std::string log = slurp(attempt / "stdout.log");
  CHECK(log.size() > 3'900'000);
  CHECK(log.size() < 4'200'000);
  CHECK(log.find("the-head") < 1'000);
  CHECK(log.rfind("the-tail") > log.size() - 2'000);
  const Ended logs = project.milepost({"logs", "M1_test.md", "1.1"});
  CHECK(logs.exit == 0);
  CHECK(logs.out.find("the-tail") != std::string::npos);
}

TEST_CASE("run --json gives one object a line, and the last one is the result") {
  const Project project;
  project.plan({{"1.1", "One", "printf 'bytes \\377\\001 and \"quotes\"\\n'; echo x > one"},
                {"1.2", "Two", "exit 1"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--json", "--retries", "0"});
  CHECK(run.exit == 1);
  const auto all = lines(run.out);
  REQUIRE(all.size() > 5);
  std::vector<std::string> events;
  for (const std::string& line : all) {
    const Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    REQUIRE_MESSAGE(object.is_object(), line);
    events.push_back(object["event"]);
  }
  CHECK(events.front() == "run_started");
  const Json result = Json::parse(all.back());
  CHECK(result["event"] == "result");
  CHECK(result["exit_code"] == 1);
  CHECK(result["report"] == project.report());
}

TEST_CASE("run --json tells also an error before the run in its last line") {
  const Project project;
  const Ended run = project.milepost({"run", "M9_missing.md", "--json"});
  CHECK(run.exit == 2);
  const auto all = lines(run.out);
  REQUIRE_FALSE(all.empty());
  const Json result = Json::parse(all.back());
  CHECK(result["event"] == "result");
  CHECK(result["exit_code"] == 2);
  CHECK(result["error"].get<std::string>().find("M9_missing.md") != std::string::npos);
}

TEST_CASE("run --explain shows the engine's command and starts nothing") {
  const Project project;
  project.plan({{"1.1", "One", "touch ran"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--explain"});
  INFO(run.err);
  CHECK(run.exit == 0);
  for (const char* text :
       {"--cap-drop ALL", "--read-only", "# no capability", "milepost-supervisor", "milepost-agent:latest"})
    CHECK_MESSAGE(run.out.find(text) != std::string::npos, text);
  CHECK_FALSE(project.has("ran"));
  CHECK_FALSE(fs::exists(project.project_state() / "runs"));
  CHECK(project.containers().empty());
}

TEST_CASE("a run says that its stream of events could not be written, once it has ended") {
  const Project project;
  project.plan({{"1.1", "Work", "echo hi > work"}});
  const Ended run =
      project.call({"bash", "-c",
                    "exec '" MILEPOST_TEST_PROGRAM "' run M1_test.md --json --harness script --engine " +
                        engine_under_test() + " >/dev/full"},
                   60s);
  INFO(run.err);
  CHECK(run.exit == 6);
  CHECK(run.says("could not be written to standard output"));
  CHECK(project.subjects() == Words{"feat(M1): Work"});
}

TEST_CASE("a report directory without a name is refused before anything starts") {
  const Project project;
  project.plan({{"1.1", "Work", "echo hi > work"}});
  const Ended run = project.call(
      {"bash", "-c",
       "exec '" MILEPOST_TEST_PROGRAM "' run M1_test.md --harness script --report-dir '' --engine " +
           engine_under_test()},
      60s);
  INFO(run.err);
  CHECK(run.exit == 2);
  CHECK(run.says("--report-dir is empty"));
  CHECK_FALSE(project.has("work"));
}
