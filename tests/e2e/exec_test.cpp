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

TEST_CASE("F6: a signal ends exec although nobody reads its output") {
  const Project project;
  const Ended ended = project.call(line("mkfifo out; exec 3<>out; $exec sh -c 'touch here; yes' >&3 & "
                                        "until test -e here; do sleep 0.1; done; sleep 0.5; "
                                        "kill $!; wait $!; echo $?"),
                                   60s);
  INFO(ended.err);
  CHECK(ended.out == "143\n");
  CHECK(project.no_container_within(0s));
}

TEST_CASE("exec says that the command's output could not be written") {
  const Project project;
  const Ended ended = project.call(line("$exec echo x >/dev/full"));
  CHECK(ended.exit == 6);
  CHECK(ended.says("the command's output could not be written: No space left on device"));
  CHECK(project.no_container_within(0s));
}

TEST_CASE("exec hands its standard input to the command, however much it is") {
  const Project project;
  const Ended ended =
      project.call(line("head -c 5000000 /dev/urandom >blob; "
                        "$exec cat <blob | cmp - blob && cat blob | $exec cat | cmp - blob"));
  INFO(ended.err);
  CHECK(ended.exit == 0);
  CHECK(ended.out.empty());
}

TEST_CASE("exec ends with its command, whatever its input does") {
  const Project project;
  const std::string end_status = "; echo ${PIPESTATUS[1]}";
  SUBCASE("the input is not read") {
    CHECK(project.call(line("yes | $exec sh -c 'exit 4'" + end_status)).out == "4\n");
  }
  SUBCASE("the input never comes and never ends") {
    const Ended ended = project.call(line("mkfifo never; exec 3<>never; $exec sh -c 'exit 4' <&3; echo $?"));
    CHECK(ended.out == "4\n");
  }
  SUBCASE("the input is a part of what comes") {
    CHECK(project.call(line("yes | $exec head -1" + end_status)).out == "y\n0\n");
  }
  SUBCASE("the input cannot be read, as that of nohup") {
    CHECK(project.call(line("$exec cat 0>unreadable; echo $?")).out == "0\n");
  }
  CHECK(project.no_container_within(0s));
}

TEST_CASE("exec gives the command no pipe when there is nothing to forward") {
  const Project project;
  CHECK(project.milepost({"exec", "--", "sh", "-c", "test ! -p /dev/stdin"}).exit == 0);
}

TEST_CASE("exec works in the folder that it is started in") {
  const Project project;
  project.write("src/deep/file", "");
  const Ended below = project.call(line("cd src/deep; $exec pwd"));
  INFO(below.err);
  CHECK(below.out == "/workspace/src/deep\n");
  CHECK(project.call(line("$exec pwd", "-C src")).out == "/workspace/src\n");
}

TEST_CASE("exec runs no agent and needs no credentials of one") {
  const Project project;
  const Words harness = {"--harness",           "custom", "--set",
                         "custom.command=true", "--set",  "custom.secrets=NO_SUCH_KEY"};
  Words words = {"exec"};
  words.insert(words.end(), harness.begin(), harness.end());
  words.insert(words.end(), {"--", "echo", "ran"});
  const Ended ended = project.milepost(words);
  INFO(ended.err);
  CHECK(ended.out == "ran\n");
}
