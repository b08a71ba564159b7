#include "long_task.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

TEST_CASE("F14: an engine's client that ends well in the middle of a task is no success") {
  const LongTask task;
  // Its container is killed and it says nothing of that.
  task.engine.wrap(
      "if [ \"$1\" = run ]; then\n  \"$real\" \"$@\" <&0 &\n"
      "  while [ ! -f \"$dir/cut\" ]; do sleep 0.02; done\n"
      "  kill -9 $!; exit 0\nfi");
  Program run = task.start();
  const auto names = task.project.containers();
  REQUIRE(names.size() == 1);
  task.engine.note("cut");
  engine_output(task.engine.client(), {"rm", "--force", "--", names[0]});
  const Ended ended = run.wait(40s);
  INFO(ended.err);
  CHECK(ended.exit == 6);
  CHECK(task.project.task("1.2")["outcome"] != "completed");
  task.engine.unwrap();
  task.check_gone();
  task.check_resumes();
}

TEST_CASE("F15: a removal that fails three times and then works does not change how a run ends") {
  const LongTask task;
  task.project.write("go", "");
  // The client's end proves nothing, so milepost removes by force.
  task.engine.wrap(
      "if [ \"$1\" = run ]; then \"$real\" \"$@\"; exit 137; fi\n"
      "if [ \"$1\" = rm ]; then\n  echo x >> \"$dir/removals\"\n"
      "  [ $(wc -l < \"$dir/removals\") -gt 3 ] || { echo 'Error: device busy' >&2; exit 1; }\nfi");
  const Ended ended = task.project.milepost(task.run_words());
  INFO(ended.err);
  CHECK(ended.exit == 0);
  CHECK(task.engine.noted("removals") == "x\nx\nx\nx\n");
  CHECK(task.project.containers().empty());
}

TEST_CASE("F22: a code folder that is empty in the container starts no task") {
  const LongTask task;
  task.project.write("go", "");
  std::filesystem::create_directories(task.project.base() / "elsewhere" / ".git");
  // An engine that resolves paths on another machine, where the same path has nothing in it.
  task.engine.wrap("from='src=" + task.project.folder().string() +
                   "' to='src=" + (task.project.base() / "elsewhere").string() +
                   "'\nif [ \"$1\" = run ]; then\n  words=()\n"
                   "  for word in \"$@\"; do words+=(\"${word/\"$from\"/\"$to\"}\"); done\n"
                   "  exec \"$real\" \"${words[@]}\"\nfi");
  const Ended ended = task.project.milepost(task.run_words());
  INFO(ended.err);
  CHECK(ended.exit == 3);
  CHECK(ended.says("the engine mounted another folder"));
  CHECK(task.project.subjects().empty());
  CHECK(task.project.containers().empty());
}
