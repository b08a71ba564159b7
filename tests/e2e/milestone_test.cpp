#include "support.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace milepost::test;

namespace {

const std::vector<Step> k_three_tasks = {
    {"1.1", "Write the program", "mkdir -p bin\nprintf 'echo hi\\n' > bin/hi\nchmod +x bin/hi"},
    {"1.2", "Look at it", "cat bin/hi"},
    {"1.3", "Say how to use it", "echo 'run bin/hi' > USAGE.md\necho more >> README.md"}};

uid_t owner_of(const std::filesystem::path& path) {
  struct stat info {};
  REQUIRE(::lstat(path.c_str(), &info) == 0);
  return info.st_uid;
}

void check_milestone(const std::string& engine) {
  const Project project("repo", engine);
  project.plan(k_three_tasks);
  const Ended run = project.milepost({"run", "M1_test.md", "--verify", "test -x bin/hi"});
  INFO(run.err);
  REQUIRE(run.exit == 0);

  // The task that changed nothing has no commit; its part of the hand-off document goes with the next one's.
  CHECK(project.subjects() == Words{"feat(M1): Write the program", "feat(M1): Say how to use it"});
  CHECK(project.task("1.2")["commit"].is_null());
  CHECK(project.task("1.2")["outcome"] == "completed");
  CHECK(project.git({"log", "-1", "--format=%an <%ae>"}) == "Ada Tester <ada@example.org>");
  const std::string first = project.task("1.1")["commit"], third = project.task("1.3")["commit"];
  CHECK(project.git({"show", "--format=", "--name-only", first}) == "HANDOFF_M1.md\nbin/hi");
  CHECK(lines(project.git({"show", "--format=", "--name-only", third})) ==
        Words{"HANDOFF_M1.md", "README.md", "USAGE.md"});
  CHECK(project.git({"ls-tree", first, "bin/hi"}).starts_with("100755 "));

  const Json report = project.report();
  CHECK(report["status"] == "completed");
  CHECK(report["exit"]["code"] == 0);
  CHECK(report["engine"] == engine);
  CHECK(report["counts"]["completed"] == 3);
  CHECK(project.task("1.1")["attempts"][0]["evidence"][0]["verdict"] == "passed");

  CHECK(project.text("HANDOFF_M1.md").find("Write the program") != std::string::npos);
  CHECK(owner_of(project.file("bin/hi")) == ::geteuid());
  CHECK(owner_of(project.file("HANDOFF_M1.md")) == ::geteuid());
  CHECK(project.no_container_within(0s));
  CHECK(run.says("milepost resume") == false);
  CHECK(run.out.empty());
}

}  // namespace

TEST_CASE("a milestone of several tasks ends verified and committed, and its container is gone") {
  for (const std::string& engine : engines()) {
    CAPTURE(engine);
    check_milestone(engine);
  }
}

TEST_CASE("a task that changes nothing makes no commit") {
  const Project project;
  project.plan({{"1.1", "Only look", "ls"}});
  const std::string before = project.git({"rev-parse", "HEAD"});
  const Ended run = project.milepost({"run", "M1_test.md", "--set", "handoff=none"});
  INFO(run.err);
  REQUIRE(run.exit == 0);
  CHECK(project.git({"rev-parse", "HEAD"}) == before);
  CHECK(project.task("1.1")["commit"].is_null());
  CHECK(project.git({"status", "--porcelain"}).empty());
}

TEST_CASE("the hand-off of a last task that changes nothing is committed too, and the tree is clean") {
  const Project project;
  project.plan({{"1.1", "Work", "echo 1 > one"}, {"1.2", "Look", "ls"}, {"1.3", "Look again", "ls"}});
  const Ended run = project.milepost({"run", "M1_test.md"});
  INFO(run.err);
  REQUIRE(run.exit == 0);
  CHECK(project.subjects() == Words{"feat(M1): Work", "docs(M1): bring the hand-off up to date"});
  CHECK(project.text("HANDOFF_M1.md").find("Task 1.3 Complete") != std::string::npos);
  CHECK(project.git({"status", "--porcelain"}).empty());
  CHECK(project.task("1.2")["commit"].is_null());
}

TEST_CASE(
    "a run in which no task changes anything commits nothing, and its hand-off is no work of the user") {
  const Project project;
  project.plan({{"1.1", "Look", "ls"}, {"1.2", "Look again", "ls"}});
  const std::string before = project.git({"rev-parse", "HEAD"});
  REQUIRE(project.milepost({"run", "M1_test.md"}).exit == 0);
  CHECK(project.git({"rev-parse", "HEAD"}) == before);
  const Ended again = project.milepost({"run", "M1_test.md", "--fresh"});
  INFO(again.err);
  REQUIRE(again.exit == 0);
  CHECK_FALSE(again.says("uncommitted work"));
}

TEST_CASE("F46: what the user had not committed stays out of the commits of tasks") {
  const Project project;
  project.write("tracked.txt", "one\n");
  project.write("shared.txt", "one\n");
  project.git({"add", "."});
  project.git({"commit", "-q", "-m", "files"});
  project.plan({{"1.1", "Add a file", "echo new > new.txt; echo task >> shared.txt"}});
  project.write("tracked.txt", "two, not committed\n");
  project.write("untracked.txt", "mine\n");
  project.write("staged.txt", "staged\n");
  project.git({"add", "staged.txt"});
  project.write("shared.txt", "one\nmine\n");
  const Ended run = project.milepost({"run", "M1_test.md", "--set", "handoff=none"});
  INFO(run.err);
  REQUIRE(run.exit == 0);
  CHECK(run.says("uncommitted work"));
  CHECK(lines(project.git({"show", "--format=", "--name-only", "HEAD"})) == Words{"new.txt", "shared.txt"});
  CHECK(lines(project.git({"status", "--porcelain"})) ==
        Words{"A  staged.txt", " M tracked.txt", "?? untracked.txt"});
  CHECK(project.text("tracked.txt") == "two, not committed\n");
  // A file that both changed cannot be divided; that is said.
  CHECK(project.task("1.1")["swept"] == Json::array({"shared.txt"}));
  CHECK(run.says("also has your own changes in shared.txt"));
}

TEST_CASE("a single task of a plan runs alone") {
  const Project project;
  project.plan(k_three_tasks);
  const Ended run = project.milepost({"task", "M1_test.md", "1.3", "--guidance", "Be short."});
  INFO(run.err);
  REQUIRE(run.exit == 0);
  CHECK(project.subjects() == Words{"feat(M1): Say how to use it"});
  CHECK_FALSE(project.has("bin"));
  CHECK(project.milepost({"logs", "M1_test.md", "--prompt"}).out.find("Be short.") != std::string::npos);
}
