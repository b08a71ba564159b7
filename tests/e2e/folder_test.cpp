#include "support.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

namespace {

const std::vector<Step> k_tasks = {{"1.1", "One", "echo 1 > one; git log --oneline > log 2>&1 || true"},
                                   {"1.2", "Two", "mkdir -p 'a b'; echo 2 > 'a b/two'"}};

void check_runs(const Project& project) {
  const Ended run =
      project.milepost({"run", "M1_test.md", "--set", "handoff=none", "--verify", "test -f one"});
  INFO(run.err);
  REQUIRE(run.exit == 0);
  CHECK(project.subjects() == Words{"feat(M1): One", "feat(M1): Two"});
  CHECK(project.git({"status", "--porcelain"}).empty());
  CHECK(project.git({"show", "--format=", "--name-only", "HEAD"}) == "a b/two");
  const Ended restore = project.milepost({"restore", "M1_test.md", "1.1", "--yes"});
  INFO(restore.err);
  CHECK(restore.exit == 0);
  CHECK_FALSE(project.has("one"));
  CHECK(project.no_container_within(0s));
}

}  // namespace

TEST_CASE("a milestone runs in a linked worktree, on its branch") {
  const Project main;
  const std::string before = main.git({"rev-parse", "HEAD"});
  main.git({"worktree", "add", "-q", "-b", "topic", (main.base() / "tree").string()});
  const Project tree(main, main.base() / "tree");
  tree.plan(k_tasks);
  check_runs(tree);
  CHECK(tree.git({"branch", "--show-current"}) == "topic");
  CHECK(tree.text("log").find("fatal") == std::string::npos);
  CHECK(main.git({"rev-parse", "main"}) == before);
  CHECK(main.git({"status", "--porcelain"}).empty());
}

TEST_CASE("a milestone runs in a submodule, and the repository around it is left alone") {
  const Project library("library"), around("around");
  around.git(
      {"-c", "protocol.file.allow=always", "submodule", "add", "-q", library.folder().string(), "lib"});
  around.git({"commit", "-q", "-m", "lib"});
  const Project module(around, around.file("lib"));
  module.git({"config", "user.name", "Ada Tester"});
  module.git({"config", "user.email", "ada@example.org"});
  const std::string before = around.git({"rev-parse", "HEAD"});
  module.plan(k_tasks);
  check_runs(module);
  CHECK(around.git({"rev-parse", "HEAD"}) == before);
}

TEST_CASE("F52: a code folder may have blanks, a comma, quotes and other scripts in its path") {
  for (const std::string& engine : engines()) {
    CAPTURE(engine);
    const Project project("my repo, \"größer\" 目", engine);
    project.plan(k_tasks);
    check_runs(project);
  }
}

TEST_CASE("a repository without commits gets its first one from the first task") {
  const Project project;
  project.git({"checkout", "-q", "--orphan", "fresh"});
  project.git({"rm", "-rfq", "--cached", "."});
  project.write(".gitignore", "M1_test.md\nREADME.md\n");
  project.write("M1_test.md", plan_of(k_tasks));
  const Ended run = project.milepost({"run", "M1_test.md", "--set", "handoff=none"});
  INFO(run.err);
  REQUIRE(run.exit == 0);
  CHECK(project.subjects() == Words{"feat(M1): One", "feat(M1): Two"});
  CHECK(project.git({"rev-list", "--count", "HEAD"}) == "2");
}

TEST_CASE("milepost works from a directory below the code folder") {
  const Project project;
  project.plan(k_tasks);
  std::filesystem::create_directories(project.file("deep/er"));
  const Ended run = project.milepost({"run", "M1_test.md", "-C", "deep/er", "--set", "handoff=none"});
  INFO(run.err);
  CHECK(run.exit == 0);
  CHECK(project.text("one") == "1\n");
}
