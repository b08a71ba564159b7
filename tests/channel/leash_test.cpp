#include "milepost/base/error.hpp"
#include "milepost/channel/message.hpp"

#include "supervised.hpp"

#include <unistd.h>

#include <doctest/doctest.h>

using namespace milepost;
using namespace milepost::test;

namespace {

/// A supervisor with a host that says what the test says, byte by byte.
struct RawSupervisor {
  ChildProcess process;

  RawSupervisor() : process(start()) {}
  static ChildProcess start() {
    HostCommand command;
    command.argv = {MILEPOST_SUPERVISOR};
    return ChildProcess::start(command);
  }
  void send(std::string_view bytes) {
    write_all(process.stdin_pipe().get(), bytes.data(), bytes.size(), "frames");
  }
  /// Reads to the end of the stream; the last frame has to be a goodbye.
  std::string goodbye() {
    wire::FrameReader reader;
    std::string last = "no goodbye";
    while (true) {
      const auto space = reader.space();
      const ssize_t length = ::read(process.stdout_pipe().get(), space.data(), space.size());
      if (length <= 0) return last;
      reader.added(static_cast<std::size_t>(length));
      while (const auto frame = reader.next()) {
        const auto message = wire::decode_from_supervisor(*frame);
        const auto* bye = std::get_if<wire::Goodbye>(&message);
        last = bye ? bye->reason : "no goodbye";
      }
    }
  }
  int exit_code() {
    const auto status = process.wait(std::chrono::seconds(20));
    return status && status->exited ? status->code : -1;
  }
};

std::string hello(Milliseconds leash) {
  std::string bytes;
  wire::append_message(bytes, wire::HostHello{wire::k_protocol, leash, Milliseconds(0), "test"});
  return bytes;
}

std::string start_of(const ProcessSpec& spec, std::uint32_t process = 1) {
  std::string bytes;
  wire::append_start(bytes, process, spec, /*has_input=*/true);
  return bytes;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("F1: when the host goes away everything in the container is killed") {
  const std::string marker = unique_marker();
  WaitingSink sink;
  Supervised host;
  ChannelProcess process = host.channel().start(
      bash("trap '' TERM HUP; setsid bash -c 'exec -a " + marker + " sleep 1000' & echo on; wait"), sink);
  REQUIRE(sink.wait_for_output());
  CHECK(host.close().code == 0);
  CHECK_FALSE(some_process_has_argument(marker));
  const ProcessEnd end = process.wait({});
  CHECK(end.reason == EndReason::channel_lost);
  CHECK(end.error == "milepost closed the channel");
}

TEST_CASE("F9, F37: without a heartbeat the supervisor kills everything and ends") {
  const std::string marker = unique_marker();
  RawSupervisor raw;
  raw.send(hello(Milliseconds(200)) + start_of(bash("exec -a " + marker + " sleep 1000")));
  CHECK(raw.goodbye() == "no sign of life from the host for 0.2 s");
  CHECK(raw.exit_code() == 5);
  CHECK_FALSE(some_process_has_argument(marker));
}

TEST_CASE("F37: heartbeats keep the container alive beyond its leash") {
  ChannelTimes times;
  times.heartbeat = Milliseconds(50);
  times.leash = Milliseconds(1000);
  Supervised host(times);
  CHECK(host.run(bash("sleep 1.5; echo alive")).success());
  CHECK(host.output.out == "alive\n");
}

TEST_CASE("F29: the container ends at its longest life, whatever the host says") {
  ChannelTimes times = quiet();
  times.max_life = Milliseconds(200);
  Supervised host(times);
  const ProcessEnd end = host.run(bash("sleep 1000"));
  CHECK(end.reason == EndReason::channel_lost);
  CHECK(contains(end.error, "the container has reached its longest life of 0.2 s"));
  CHECK(contains(host.channel().death(), "longest life"));
  CHECK_FALSE(host.channel().alive());
  CHECK_THROWS_AS(host.channel().start(program({"true"}), host.output), InfraError);
  CHECK(host.wait_for_exit().code == 6);
}

TEST_CASE("a host that breaks the protocol is told how, and everything ends") {
  RawSupervisor raw;
  std::string bytes = hello(std::chrono::seconds(30)), expected;
  SUBCASE("garbage") {
    bytes += "garbage", expected = "does not begin with";
  }
  SUBCASE("another protocol") {
    bytes.clear();
    wire::append_message(bytes, wire::HostHello{9, Milliseconds(1), Milliseconds(1), "9.0"});
    expected = "it speaks protocol 9, this supervisor";
  }
  SUBCASE("a process before the hello") {
    bytes = start_of(bash("true")), expected = "first frame is not a hello";
  }
  SUBCASE("a second hello") {
    bytes += hello(Milliseconds(1000)), expected = "a second hello";
  }
  SUBCASE("an unknown frame type") {
    wire::append_frame(bytes, 0x7f, 1, {});
    expected = "frame type 127";
  }
  SUBCASE("a process that was never started") {
    wire::append_message(bytes, 3, wire::KillTree{});
    expected = "process 3, which was never started";
  }
  SUBCASE("a process number that is used twice") {
    bytes += start_of(bash("sleep 1000")) + start_of(bash("true"));
    expected = "used twice";
  }
  SUBCASE("more input than the window allows") {
    bytes += start_of(program({"sleep", "1000"}));
    const std::string chunk(wire::k_max_payload_bytes, 'x');
    for (int i = 0; i < 6; ++i) wire::append_message(bytes, 1, wire::InputData{chunk});
    expected = "than its window allows";
  }
  SUBCASE("input after its end") {
    bytes += start_of(program({"sleep", "1000"}));
    // More than the pipe takes, so that the end waits behind it.
    const std::string chunk(wire::k_max_payload_bytes, 'x');
    for (int i = 0; i < 3; ++i) wire::append_message(bytes, 1, wire::InputData{chunk});
    wire::append_message(bytes, 1, wire::InputEnd{});
    wire::append_message(bytes, 1, wire::InputData{"x"});
    expected = "after its end";
  }
  raw.send(bytes);
  const std::string goodbye = raw.goodbye();
  CHECK_MESSAGE(contains(goodbye, "the host broke the protocol: "), goodbye);
  CHECK_MESSAGE(contains(goodbye, expected), goodbye);
  CHECK(raw.exit_code() == 4);
}

TEST_CASE("the supervisor says its version and refuses options") {
  HostCommand command;
  command.argv = {MILEPOST_SUPERVISOR, "--version"};
  CHECK(run_process(command).out.starts_with("milepost-supervisor "));
  CHECK(contains(run_process(command).out, "(protocol 1)"));
  command.argv[1] = "--nonsense";
  CHECK(run_process(command).status.code == 2);
}
