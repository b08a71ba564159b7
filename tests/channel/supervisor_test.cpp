#include "supervised.hpp"

#include <doctest/doctest.h>

using namespace milepost;
using namespace milepost::test;

TEST_CASE("a process's output, exit code and byte counts arrive") {
  Supervised host;
  const ProcessEnd end = host.run(bash("echo out; echo err >&2; exit 3"));
  CHECK(end.started);
  CHECK(end.exited);
  CHECK(end.code == 3);
  CHECK(end.reason == EndReason::by_itself);
  CHECK(end.error == "");
  CHECK(end.survivors == 0);
  CHECK(host.output.out == "out\n");
  CHECK(host.output.err == "err\n");
  CHECK(end.stdout_bytes == 4);
  CHECK(end.stderr_bytes == 4);
  CHECK(host.close().code == 0);
}

TEST_CASE("input larger than every buffer on the way passes through unchanged") {
  Supervised host;
  ProcessSpec spec = program({"cat"});
  for (int i = 0; i < 700'000; ++i) spec.input += std::to_string(i) + '\n';
  const ProcessEnd end = host.run(spec);
  CHECK(end.success());
  CHECK(host.output.out == spec.input);
}
