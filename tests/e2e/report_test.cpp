#include "support.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

TEST_CASE("a run is told as a page, as text, as JSON, by its cost and beside another run") {
  const Project project;
  project.plan(
      {{"1.1", "Make a file", "echo '<b>made</b>' > made.txt"}, {"1.2", "Look at it", "cat made.txt"}});
  REQUIRE(project.milepost({"run", "M1_test.md", "--verify", "test -f made.txt"}).exit == 0);

  const std::string page = slurp(project.report_directory() / "report.html");
  CHECK(page.find("id=\"log-0-0\"") != std::string::npos);
  CHECK(page.find("+\\u003cb\\u003emade\\u003c/b\\u003e") != std::string::npos);  // in the diff of the commit
  const std::string file = (project.base() / "page.html").string();
  REQUIRE(project.milepost({"report", "M1_test.md", "--html", file}).exit == 0);
  CHECK(slurp(file).find("id=\"diff-0\"") != std::string::npos);

  CHECK(project.milepost({"report"}).out.find("completed, 1 attempt") != std::string::npos);
  CHECK(project.milepost({"report", "--markdown"}).out.find("| completed | 1 |") != std::string::npos);
  const Json report = Json::parse(project.milepost({"report", "--json"}).out);
  CHECK(report == project.report());

  const std::string first = report["run"];
  REQUIRE(project.milepost({"run", "M1_test.md", "--fresh"}).exit == 0);
  const Json compared =
      Json::parse(project.milepost({"report", first, "M1_test.md", "--compare", "--json"}).out);
  CHECK(compared["runs"][0] == first);
  CHECK(compared["tasks"][1]["after"]["outcome"] == "completed");
  CHECK(project.milepost({"report", first, "--compare"}).exit == 2);
  CHECK(project.milepost({"report", "nothing.md"}).exit == 2);

  const Json costs = Json::parse(project.milepost({"costs", "--by", "task", "--json"}).out);
  REQUIRE(costs["tasks"].size() == 2);
  CHECK(costs["tasks"][0]["runs"] == 2);
  CHECK(costs["tasks"][0]["cost_usd"].is_null());
  CHECK(project.milepost({"costs", "--by", "day"}).out.find("2 runs") != std::string::npos);
  CHECK(project.milepost({"costs", "--by", "mood"}).exit == 2);
}
