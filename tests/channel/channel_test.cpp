#include "milepost/channel/channel.hpp"

#include "milepost/base/error.hpp"
#include "milepost/channel/message.hpp"

#include <unistd.h>

#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <thread>

using namespace milepost;

namespace {

/// A supervisor that is a pair of pipes: it says what the test says.
struct FakeSupervisor {
  Pipe to = make_pipe(), from = make_pipe();
  std::optional<Channel> channel;
  CollectingSink sink;

  void open(const ChannelTimes& times = {}, std::stop_token stop = {}) {
    channel.emplace(std::move(to.write_end), std::move(from.read_end), times, stop);
  }
  void say(std::string_view bytes) { write_all(from.write_end.get(), bytes.data(), bytes.size(), "frames"); }
  void say_hello(std::uint32_t protocol = wire::k_protocol) {
    std::string bytes;
    wire::append_message(bytes, wire::SupervisorHello{protocol, 10, 20, "1.2.3"});
    say(bytes);
  }
  /// What the channel throws when it is opened.
  std::string refusal(const ChannelTimes& times = {}) {
    try {
      open(times);
    } catch (const InfraError& error) {
      return error.what();
    }
    return "no refusal";
  }
  ChannelProcess start(const std::string& input = {}) {
    ProcessSpec spec;
    spec.argv = {"program"};
    spec.input = input;
    return channel->start(spec, sink);
  }
};

template <class Message>
std::string frame(std::uint32_t process, const Message& message) {
  std::string bytes;
  wire::append_message(bytes, process, message);
  return bytes;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the channel knows what the supervisor said in its hello") {
  FakeSupervisor fake;
  fake.say_hello();
  fake.open();
  CHECK(fake.channel->supervisor().version == "1.2.3");
  CHECK(fake.channel->supervisor().uid == 10);
  CHECK(fake.channel->supervisor().gid == 20);
  CHECK(fake.channel->alive());
  CHECK(fake.channel->death() == "");
}

TEST_CASE("a channel that is not the protocol is refused with what came instead") {
  FakeSupervisor fake;
  SUBCASE("an engine's error message") {
    fake.say("docker: Error response from daemon\nmore");
    const std::string text = fake.refusal();
    CHECK_MESSAGE(contains(text, "received: 'docker: Error response from daemon more'"), text);
  }
  SUBCASE("a line before the frames") {
    fake.say("warning\n");
    fake.say_hello();
    CHECK(contains(fake.refusal(), "received: 'warning"));
  }
  SUBCASE("another protocol version") {
    fake.say_hello(7);
    CHECK(contains(fake.refusal(), "the supervisor speaks protocol 7, this milepost protocol 1"));
  }
  SUBCASE("end of file") {
    fake.from.write_end.reset();
    CHECK(contains(fake.refusal(), "it ended before it said hello"));
  }
  SUBCASE("another frame than a hello") {
    std::string bytes;
    wire::append_heartbeat_from_supervisor(bytes);
    fake.say(bytes);
    CHECK(contains(fake.refusal(), "first frame is not a hello"));
  }
  SUBCASE("silence") {
    ChannelTimes times;
    times.handshake = Milliseconds(50);
    CHECK(contains(fake.refusal(times), "has not answered within 50 ms"));
  }
}

TEST_CASE("a stop ends the wait for the hello") {
  FakeSupervisor fake;
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  CHECK_THROWS_AS(fake.open({}, stop.get_token()), Stopped);
}

TEST_CASE("F14: bytes that were lost on the way are seen at the end") {
  FakeSupervisor fake;
  fake.say_hello();
  fake.open();
  ChannelProcess process = fake.start();
  wire::Ended ended;
  ended.end.exited = true;
  ended.end.stdout_bytes = 6;
  fake.say(frame(1, wire::OutputData{"12345", false}) + frame(1, ended));
  const ProcessEnd end = process.wait({});
  CHECK(end.error == "bytes of standard output were lost on the way: 6 sent, 5 received");
  CHECK_FALSE(end.success());
  CHECK(fake.sink.out == "12345");
}

TEST_CASE("F14: a process whose channel dies has the cause in its end") {
  FakeSupervisor fake;
  fake.say_hello();
  ChannelTimes times;
  times.heartbeat = Milliseconds(10);
  times.leash = Milliseconds(300);
  fake.open(times);
  ChannelProcess process = fake.start("input");
  std::string expected;
  SUBCASE("the stream ends") {
    fake.from.write_end.reset();
    expected = "the container has ended";
  }
  SUBCASE("the stream ends in the middle of a frame") {
    fake.say(frame(1, wire::Started{4}).substr(0, 5));
    fake.from.write_end.reset();
    expected = "in the middle of a frame";
  }
  SUBCASE("the supervisor says goodbye") {
    std::string bytes;
    wire::append_message(bytes, wire::Goodbye{"tired"});
    fake.say(bytes);
    expected = "the supervisor in the container has ended: tired";
  }
  SUBCASE("garbage in the stream") {
    fake.say("garbage");
    expected = "does not begin with";
  }
  SUBCASE("a process that does not run") {
    fake.say(frame(9, wire::OutputData{"x", false}));
    expected = "process 9, which does not run";
  }
  SUBCASE("more credit than the window has") {
    fake.say(frame(1, wire::InputCredit{wire::k_input_window_bytes}));
    expected = "more credit than the window has";
  }
  SUBCASE("a second hello") {
    fake.say_hello();
    expected = "said hello twice";
  }
  SUBCASE("a supervisor that does not answer heartbeats") {
    expected = "has not answered for 300 ms";
  }
  const ProcessEnd end = process.wait({});
  CHECK(end.reason == EndReason::channel_lost);
  CHECK_MESSAGE(contains(end.error, expected), end.error);
  CHECK_FALSE(end.success());
  CHECK_FALSE(fake.channel->alive());
  CHECK(fake.channel->death() == end.error);
  // Both descriptors are closed, so that a supervisor that still lives ends.
  char byte = 0;
  while (::read(fake.to.read_end.get(), &byte, 1) > 0) {
  }
  process.kill_tree();
  process.write_input("ignored");
}

TEST_CASE("a container whose input is closed may still say its last words") {
  FakeSupervisor fake;
  fake.say_hello();
  fake.open();
  fake.to.read_end.reset();
  ChannelProcess process = fake.start("input");
  std::string bytes;
  wire::append_message(bytes, wire::Goodbye{"last words"});
  fake.say(bytes);
  CHECK(contains(process.wait({}).error, "last words"));
}

TEST_CASE("no more input is sent than the window allows, and frames still pass") {
  FakeSupervisor fake;
  fake.say_hello();
  fake.open();
  ChannelProcess process = fake.start(std::string(2'000'000, 'x'));
  process.kill_tree();
  wire::FrameReader reader;
  std::size_t input_bytes = 0;
  for (bool killed = false; !killed || input_bytes < wire::k_input_window_bytes;) {
    const auto space = reader.space();
    const ssize_t length = ::read(fake.to.read_end.get(), space.data(), space.size());
    REQUIRE(length > 0);
    reader.added(static_cast<std::size_t>(length));
    while (const auto next = reader.next()) {
      const auto message = wire::decode_from_host(*next);
      if (const auto* data = std::get_if<wire::InputData>(&message)) input_bytes += data->bytes.size();
      killed = killed || std::holds_alternative<wire::KillTree>(message);
    }
  }
  CHECK(input_bytes == wire::k_input_window_bytes);
  wire::Ended ended;
  fake.say(frame(1, ended));
  CHECK(process.wait({}).error == "");
}

TEST_CASE("a supervisor that does not confirm a stop does not hold up its caller") {
  FakeSupervisor fake;
  fake.say_hello();
  fake.open();
  ProcessSpec spec;
  spec.argv = {"program"};
  spec.kill_grace = Milliseconds(0);
  ChannelProcess process = fake.channel->start(spec, fake.sink);
  std::stop_source stop;
  stop.request_stop();
  const ProcessEnd end = process.wait(stop.get_token());
  CHECK(end.reason == EndReason::asked);
  CHECK(contains(end.error, "did not report the end"));
  fake.channel.reset();
  CHECK(process.wait({}).reason == EndReason::channel_lost);
}

TEST_CASE("who writes input that nobody reads is let go when the input is closed") {
  FakeSupervisor fake;
  fake.say_hello();
  fake.open();
  ProcessSpec spec;
  spec.argv = {"program"};
  spec.open_input = true;
  ChannelProcess process = fake.channel->start(spec, fake.sink);
  std::promise<void> returned;
  std::thread writer([&] {
    process.write_input(std::string(2'000'000, 'x'));
    returned.set_value();
  });
  process.close_input();
  const bool is_free = returned.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready;
  CHECK(is_free);
  fake.say(frame(1, wire::Ended{}));
  writer.join();
}

TEST_CASE("a sink whose reader rests costs no heartbeat") {
  struct RestingSink : OutputSink {
    void on_stdout(std::string_view) override { reader.get_future().wait(); }
    void on_stderr(std::string_view) override {}
    std::promise<void> reader;
  };
  FakeSupervisor fake;
  fake.say_hello();
  ChannelTimes times;
  times.heartbeat = Milliseconds(10);
  fake.open(times);
  RestingSink sink;
  ProcessSpec spec;
  spec.argv = {"program"};
  ChannelProcess process = fake.channel->start(spec, sink);
  fake.say(frame(1, wire::OutputData{"output"}));
  // More than the first ones, which may have been sent before the output came.
  wire::FrameReader reader;
  for (int heartbeats = 0; heartbeats < 20;) {
    const auto space = reader.space();
    const ssize_t length = ::read(fake.to.read_end.get(), space.data(), space.size());
    REQUIRE(length > 0);
    reader.added(static_cast<std::size_t>(length));
    while (const auto next = reader.next())
      if (std::holds_alternative<wire::Heartbeat>(wire::decode_from_host(*next))) ++heartbeats;
  }
  sink.reader.set_value();
  fake.say(frame(1, wire::Ended{}));
  process.wait({});
}

TEST_CASE("a collecting sink keeps the head of a stream") {
  CollectingSink sink(4);
  sink.on_stdout("abc");
  sink.on_stdout("def");
  sink.on_stderr("xyz");
  CHECK(sink.out == "abcd");
  CHECK(sink.err == "xyz");
}
