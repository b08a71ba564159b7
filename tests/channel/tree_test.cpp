#include "supervised.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <thread>

using namespace milepost;
using namespace milepost::test;

namespace {

/// A process that sleeps for long under the name `marker`.
std::string sleeper(const std::string& marker) {
  return "bash -c 'exec -a " + marker + " sleep 1000'";
}

}  // namespace

TEST_CASE("F25: what a process leaves behind is dead when its end is reported") {
  Supervised host;
  const std::string marker = unique_marker();
  ProcessSpec spec;
  SUBCASE("a background child that holds its output") {
    spec = bash(sleeper(marker) + " & echo out");
  }
  SUBCASE("a daemon in a session of its own") {
    spec = bash("setsid " + sleeper(marker) + " & echo out");
  }
  SUBCASE("a daemon that was orphaned by a double fork") {
    spec = bash("(setsid " + sleeper(marker) + " >/dev/null 2>&1 </dev/null &) ; echo out");
  }
  SUBCASE("one that ignores what can be ignored") {
    spec = bash("trap '' TERM HUP INT; setsid " + sleeper(marker) + " & echo out");
  }
  SUBCASE("one that is stopped") {
    spec = bash(sleeper(marker) + " & kill -STOP $!; echo out");
  }
  const ProcessEnd end = host.run(spec);
  CHECK(end.success());
  CHECK(end.survivors >= 1);
  CHECK(host.output.out == "out\n");
  CHECK_FALSE(some_process_has_argument(marker));
}

TEST_CASE("F24: a silent process is ended at its idle limit") {
  Supervised host;
  ProcessSpec spec = bash("echo hello; sleep 1000");
  spec.idle_limit = Milliseconds(100);
  const ProcessEnd end = host.run(spec);
  CHECK(end.reason == EndReason::idle);
  CHECK(end.signal == SIGTERM);
  CHECK_FALSE(end.success());
  CHECK(host.output.out == "hello\n");
}

TEST_CASE("a process that waits for its reader is not idle") {
  Supervised host;
  struct Slow : CollectingSink {
    void on_stdout(std::string_view bytes) override {
      if (out.empty()) std::this_thread::sleep_for(Milliseconds(1200));
      CollectingSink::on_stdout(bytes);
    }
  } sink;
  sink.limit = 64u << 20;
  ProcessSpec spec = bash("head -c 4000000 /dev/zero");
  spec.idle_limit = Milliseconds(500);
  const ProcessEnd end = host.run(spec, sink);
  CHECK(end.success());
  CHECK(sink.out.size() == 4'000'000);
}

TEST_CASE("F25: a busy process is ended at its total limit, with SIGKILL when it ignores SIGTERM") {
  Supervised host;
  ProcessSpec spec = bash("trap '' TERM; while :; do echo busy; sleep 0.01; done");
  spec.total_limit = Milliseconds(200);
  spec.kill_grace = Milliseconds(50);
  const ProcessEnd end = host.run(spec);
  CHECK(end.reason == EndReason::total);
  CHECK_FALSE(end.exited);
  CHECK(end.signal == SIGKILL);
}

TEST_CASE("a process may end in its own way after SIGTERM") {
  Supervised host;
  ProcessSpec spec = bash("trap 'echo cleaning; exit 5' TERM; sleep 1000 & wait");
  spec.total_limit = Milliseconds(300);
  spec.kill_grace = std::chrono::seconds(20);
  const ProcessEnd end = host.run(spec);
  CHECK(end.reason == EndReason::total);
  CHECK(end.exited);
  CHECK(end.code == 5);
  CHECK(host.output.out == "cleaning\n");
}

TEST_CASE("F23: a process that has finished its work and does not go is ended after the completion grace") {
  Supervised host;
  WaitingSink sink;
  ChannelProcess process = host.channel().start(bash("echo result; sleep 1000"), sink);
  REQUIRE(sink.wait_for_output());
  process.finish_within(Milliseconds(50));
  const ProcessEnd end = process.wait({});
  CHECK(end.reason == EndReason::completion_grace);
  CHECK(sink.out == "result\n");
}

TEST_CASE("a process that goes within the completion grace has ended by itself") {
  Supervised host;
  ProcessSpec spec = bash("read -r line; exit 0");
  spec.open_input = true;
  ChannelProcess process = host.channel().start(spec, host.output);
  process.finish_within(std::chrono::seconds(60));
  process.close_input();
  process.write_input("too late");
  CHECK(process.wait({}).reason == EndReason::by_itself);
}

TEST_CASE("a tree is killed from another thread while its input is not read") {
  Supervised host;
  const std::string marker = unique_marker();
  WaitingSink sink;
  ProcessSpec spec = bash("echo started; " + sleeper(marker));
  spec.input = std::string(5'000'000, 'x');
  ChannelProcess process = host.channel().start(spec, sink);
  std::jthread killer([&] {
    sink.wait_for_output();
    process.kill_tree();
  });
  const ProcessEnd end = process.wait({});
  CHECK(end.reason == EndReason::asked);
  CHECK(end.signal == SIGKILL);
  CHECK_FALSE(some_process_has_argument(marker));
}

TEST_CASE("a stop ends the tree, first politely") {
  Supervised host;
  const std::string marker = unique_marker();
  WaitingSink sink;
  ChannelProcess process = host.channel().start(bash("echo started; " + sleeper(marker)), sink);
  std::stop_source stop;
  std::jthread stopper([&] {
    sink.wait_for_output();
    stop.request_stop();
  });
  const ProcessEnd end = process.wait(stop.get_token());
  CHECK(end.reason == EndReason::asked);
  CHECK(end.signal == SIGTERM);
  CHECK(end.error == "");
  CHECK_FALSE(some_process_has_argument(marker));
}

TEST_CASE("letting go of a running process kills its tree") {
  Supervised host;
  const std::string marker = unique_marker();
  WaitingSink sink;
  {
    ChannelProcess process =
        host.channel().start(bash("setsid " + sleeper(marker) + " & echo on; wait"), sink);
    REQUIRE(sink.wait_for_output());
  }
  CHECK_FALSE(some_process_has_argument(marker));
  CHECK(host.run(program({"true"})).success());
}

TEST_CASE("the end of one process leaves another one's tree alone") {
  Supervised host;
  const std::string kept = unique_marker(), killed = unique_marker();
  WaitingSink sink;
  ProcessSpec spec = bash(sleeper(kept) + " & (setsid " + sleeper(kept) +
                          " >/dev/null 2>&1 &); echo on; read -r line; echo $line");
  spec.open_input = true;
  ChannelProcess long_one = host.channel().start(spec, sink);
  REQUIRE(sink.wait_for_output());
  // Start times have a resolution of 10 ms: the daemon of the first is older than the second only after that.
  std::this_thread::sleep_for(Milliseconds(30));
  const ProcessEnd short_end =
      host.run(bash(sleeper(killed) + " & (setsid " + sleeper(killed) + " >/dev/null 2>&1 &); exit 4"));
  CHECK(short_end.code == 4);
  CHECK(short_end.survivors >= 2);
  CHECK_FALSE(some_process_has_argument(killed + '\0'));
  CHECK(some_process_has_argument(kept));
  long_one.write_input("go on\n");
  const ProcessEnd long_end = long_one.wait({});
  CHECK(long_end.success());
  CHECK(long_end.survivors >= 2);
  CHECK(sink.out == "on\ngo on\n");
  CHECK_FALSE(some_process_has_argument(kept));
}

TEST_CASE("two processes speak at the same time and keep their own streams") {
  Supervised host;
  CollectingSink first(8u << 20), second(8u << 20);
  ChannelProcess a = host.channel().start(bash("yes a | head -c 3000000"), first);
  ChannelProcess b = host.channel().start(bash("yes b | head -c 3000000 >&2"), second);
  CHECK(a.wait({}).success());
  CHECK(b.wait({}).success());
  CHECK(first.out.size() == 3'000'000);
  CHECK(first.out.find('b') == std::string::npos);
  CHECK(second.err.size() == 3'000'000);
  CHECK(second.err.find('a') == std::string::npos);
}
