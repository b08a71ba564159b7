// What a user does in the code folder between the sessions of a run.

#include "support.hpp"

#include <doctest/doctest.h>

#include <csignal>

using namespace milepost::test;

namespace {

/// Works on a.txt, then asks; with the answer it goes on with shared.txt.
constexpr const char* k_asks = R"(if [ -n "${MILEPOST_ANSWER:-}" ]; then
  echo more >> work.txt
  echo task >> shared.txt
else
  echo work > work.txt
  printf '```milepost\n%s\n```\n' '{"status": "needs_human", "summary": "I wait.", "question": "Go on?", "options": ["yes"]}'
fi)";

void write_files(const Project& project) {
  project.write("a.txt", "one\n");
  project.write("shared.txt", "one\n");
  project.git({"add", "."});
  project.git({"commit", "-q", "-m", "files"});
}

void work_as_user(const Project& project) {
  project.write("a.txt", "one\nmine\n");
  project.write("shared.txt", "one\nmine\n");
  project.write("private.txt", "PASSWORD=1\n");
}

/// The user's own stays theirs.
void check_kept_apart(const Project& project, const Ended& resume, const Words& committed) {
  INFO(resume.err);
  REQUIRE(resume.exit == 0);
  CHECK(
      resume.says("you have uncommitted work since the run stopped (3 files: a.txt, private.txt, "
                  "shared.txt)"));
  CHECK(lines(project.git({"show", "--format=", "--name-only", "HEAD"})) == committed);
  CHECK(lines(project.git({"status", "--porcelain"})) == Words{" M a.txt", "?? private.txt"});
  CHECK(project.text("a.txt") == "one\nmine\n");
  CHECK(project.task("1.1")["swept"] == Json::array({"shared.txt"}));
  CHECK(resume.says("also has your own changes in shared.txt"));
}

/// A run that gets the signal in the middle of its task, which ends by itself only once the user's
/// private.txt is there.
Ended end_while_it_works(const Project& project, int signal) {
  write_files(project);
  project.plan({{"1.1", "Stay",
                 "echo work >> work.txt\nif [ ! -f private.txt ]; then sleep 300; fi\n"
                 "echo task >> shared.txt"}});
  Program run = project.start({"run", "M1_test.md", "--set", "handoff=none"});
  REQUIRE(eventually(30s, [&] { return project.has("work.txt"); }));
  run.signal(signal);
  return run.wait(20s);
}

}  // namespace

TEST_CASE("F46: what the user does while a question is open stays out of the task's commit") {
  const Project project;
  write_files(project);
  project.plan({{"1.1", "Ask", k_asks}});
  REQUIRE(project.milepost({"run", "M1_test.md", "--set", "handoff=none"}).exit == 4);
  work_as_user(project);
  // One that cannot go on is no session in which a task worked.
  REQUIRE(project.milepost({"resume", "M1_test.md"}).exit == 4);
  check_kept_apart(project, project.milepost({"resume", "M1_test.md", "--answer", "1"}),
                   {"shared.txt", "work.txt"});
}

TEST_CASE("F46: what the user does after a failed check stays out of the task's commit") {
  const Project project;
  write_files(project);
  project.plan({{"1.1", "Fail", "echo work >> work.txt; test ! -f private.txt || echo task >> shared.txt"}});
  REQUIRE(project
              .milepost({"run", "M1_test.md", "--set", "handoff=none", "--retries", "0", "--verify",
                         "test -f private.txt"})
              .exit == 1);
  work_as_user(project);
  check_kept_apart(project, project.milepost({"resume", "M1_test.md"}), {"shared.txt", "work.txt"});
}

TEST_CASE("F46: what the user does after a signal stays out of the task's commit") {
  const Project project;
  REQUIRE(end_while_it_works(project, SIGTERM).exit == 143);
  work_as_user(project);
  check_kept_apart(project, project.milepost({"resume", "M1_test.md"}), {"shared.txt", "work.txt"});
}

TEST_CASE("F46: after SIGKILL the user's work cannot be told from the task's, and that is said") {
  const Project project;
  static_cast<void>(end_while_it_works(project, SIGKILL));
  REQUIRE(project.no_container_within(5s));
  work_as_user(project);
  const Ended resume = project.milepost({"resume", "M1_test.md"});
  INFO(resume.err);
  REQUIRE(resume.exit == 0);
  CHECK(resume.says("goes into the task's commit (4 files: a.txt, private.txt, shared.txt, …)"));
  CHECK(project.git({"status", "--porcelain"}).empty());
}
