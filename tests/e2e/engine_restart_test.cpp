#include "support.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <thread>

using namespace milepost::test;

namespace {

/// A client of the engine that can be made to find no engine, and that says which process is attached to the
/// container.
std::string client_of_a_restarting_engine(const Project& project) {
  const std::string base = project.base().string(), engine = engine_under_test();
  project.write("../client", "#!/bin/sh\nif [ -e " + base +
                                 "/down ]; then\n  echo 'Cannot connect to the Docker daemon. Is the docker "
                                 "daemon running?' >&2\n  exit 1\nfi\n[ \"$1\" != run ] || echo $$ > " +
                                 base + "/attached\nexec " + engine + " \"$@\"\n");
  std::filesystem::permissions(project.base() / "client", std::filesystem::perms::owner_all);
  return base + "/client";
}

}  // namespace

TEST_CASE(
    "F13: an engine that restarts in the middle of a task ends the run as infra, and resume completes it") {
  const Project project;
  project.plan({{"1.1", "Before", "echo 1 > first"},
                {"1.2", "Stay", "echo begun > begun\nif [ ! -f go ]; then sleep 300; fi\necho 2 > second"}});
  Program run = project.start({"run", "M1_test.md", "--engine", client_of_a_restarting_engine(project)});
  const bool begun = eventually(30s, [&] { return project.has("begun"); });
  INFO(run.err());
  REQUIRE(begun);
  project.write("../down", "");
  ::kill(std::stoi(project.text("../attached")), SIGKILL);
  std::this_thread::sleep_for(6s);
  CHECK_FALSE(run.err().find("may remain") != std::string::npos);
  std::filesystem::remove(project.base() / "down");
  const Ended ended = run.wait();
  INFO(ended.err);
  CHECK(ended.exit == 6);
  CHECK(ended.says("milepost resume M1_test.md"));
  CHECK(project.no_container_within(5s));
  CHECK(project.task("1.2")["outcome"] == "infra");

  project.write("go", "");
  const Ended resume = project.milepost({"resume", "M1_test.md", "--engine", engine_under_test()});
  INFO(resume.err);
  REQUIRE(resume.exit == 0);
  CHECK(project.text("second") == "2\n");
  CHECK(project.task("1.1")["attempts"].size() == 1);
}

TEST_CASE("F13, F15: an engine that does not come back is told with the container's name") {
  const Project project;
  project.plan({{"1.1", "Stay", "echo begun > begun\nsleep 300"}});
  Program run = project.start({"run", "M1_test.md", "--engine", client_of_a_restarting_engine(project)});
  REQUIRE(eventually(30s, [&] { return project.has("begun"); }));
  const std::string name = project.containers().front();
  project.write("../down", "");
  ::kill(std::stoi(project.text("../attached")), SIGKILL);
  const Ended ended = run.wait();
  INFO(ended.err);
  CHECK(ended.exit == 8);
  CHECK(ended.says("rm -f " + name));
  CHECK(project.no_container_within(30s));  // it does not outlive its channel
}
