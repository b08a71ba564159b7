#include "support.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

namespace {

/// A line of the user's shell, in which $exec is `milepost exec` with its options.
Words line(const std::string& script, const std::string& options = "") {
  return {"bash", "-c",
          "exec='" MILEPOST_TEST_PROGRAM " exec --harness script --engine " + engine_under_test() + " " +
              options + " --'; " + script};
}

}  // namespace

TEST_CASE("F6: exec ends with its command when the reader of its output goes") {
  const Project project;
  const Ended ended = project.call(line("$exec sh -c yes | head -1; echo ${PIPESTATUS[0]}"), 60s);
  INFO(ended.err);
  CHECK(ended.out == "y\n141\n");
  CHECK(ended.err.empty());
  CHECK(project.no_container_within(0s));
}

TEST_CASE("exec says that the command's output could not be written") {
  const Project project;
  const Ended ended = project.call(line("$exec echo x >/dev/full"));
  CHECK(ended.exit == 6);
  CHECK(ended.says("the command's output could not be written: No space left on device"));
  CHECK(project.no_container_within(0s));
}
