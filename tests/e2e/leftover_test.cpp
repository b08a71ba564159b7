#include "support.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>

using namespace milepost::test;

namespace {

/// A client of the engine that makes the container of `run` and then never starts it.
std::string client_that_only_creates(const Project& project) {
  const auto path = project.base() / "client";
  project.write("../client", "#!/bin/sh\n[ \"$1\" = run ] || exec " + engine_under_test() +
                                 " \"$@\"\nshift\n" + engine_under_test() +
                                 " create \"$@\" > /dev/null && exec sleep 300\n");
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path.string();
}

/// A run that was killed by SIGKILL between the engine's create and its start.
void die_before_start(const Project& project) {
  Program run = project.start({"run", "M1_test.md", "--engine", client_that_only_creates(project)});
  const bool created = eventually(30s, [&] { return project.containers("created").size() == 1; });
  run.signal_group(SIGKILL);
  const Ended ended = run.wait();
  INFO(ended.err);
  REQUIRE(created);
  REQUIRE(ended.exit == 137);
  REQUIRE(project.containers("created").size() == 1);
}

}  // namespace

TEST_CASE("F2: a container that was made but never started is gone after gc") {
  const Project project;
  project.plan({{"1.1", "One", "echo 1 > one"}});
  die_before_start(project);
  const std::string name = project.containers().front();
  const Ended gc = project.milepost({"gc"});
  INFO(gc.err, gc.out);
  CHECK(gc.exit == 0);
  CHECK((gc.err + gc.out).find(name) != std::string::npos);
  CHECK(project.containers().empty());
}

TEST_CASE("F2: a container that was made but never started is gone after the next run") {
  const Project project;
  project.plan({{"1.1", "One", "echo 1 > one"}});
  die_before_start(project);
  const Ended resume = project.milepost({"resume", "M1_test.md", "--engine", engine_under_test()});
  INFO(resume.err);
  CHECK(resume.exit == 0);
  CHECK(project.containers().empty());
  CHECK(project.text("one") == "1\n");
}
