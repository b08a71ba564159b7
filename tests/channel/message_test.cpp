#include "milepost/channel/message.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

using namespace milepost;
using namespace milepost::wire;

namespace {

Frame frame_of(FrameReader& reader, std::string_view bytes) {
  const auto space = reader.space();
  REQUIRE(bytes.size() <= space.size());
  std::copy(bytes.begin(), bytes.end(), space.begin());
  reader.added(bytes.size());
  const auto frame = reader.next();
  REQUIRE(frame.has_value());
  return *frame;
}

template <class Message>
Message host_message(FrameReader& reader, const std::string& bytes) {
  return std::get<Message>(decode_from_host(frame_of(reader, bytes)));
}

template <class Message>
Message supervisor_message(FrameReader& reader, const std::string& bytes) {
  return std::get<Message>(decode_from_supervisor(frame_of(reader, bytes)));
}

ProcessEnd sample_end() {
  ProcessEnd end;
  end.started = false;
  end.exited = true;
  end.code = -7;
  end.signal = 11;
  end.reason = EndReason::completion_grace;
  end.oom = true;
  end.survivors = 3;
  end.duration = Milliseconds(123456789);
  end.cpu = Milliseconds(42);
  end.max_rss_bytes = 1ull << 40;
  end.stdout_bytes = 1ull << 41;
  end.stderr_bytes = 5;
  end.error = "why";
  return end;
}

/// One frame of every type that the host sends.
std::vector<std::string> host_frames() {
  std::vector<std::string> frames(8);
  append_message(frames[0], HostHello{k_protocol, Milliseconds(1), Milliseconds(2), "v"});
  append_heartbeat_from_host(frames[1]);
  append_message(frames[2], 1, InputEnd{});
  append_message(frames[3], 1, SignalGroup{15});
  append_message(frames[4], 1, StopTree{});
  append_message(frames[5], 1, KillTree{});
  append_message(frames[6], 1, FinishWithin{Milliseconds(7)});
  append_message(frames[7], 1, Resize{1, 2});
  return frames;
}

std::vector<std::string> supervisor_frames() {
  std::vector<std::string> frames(6);
  append_message(frames[0], SupervisorHello{k_protocol, 1, 2, "v"});
  append_heartbeat_from_supervisor(frames[1]);
  append_message(frames[2], 1, Started{1});
  append_message(frames[3], 1, InputCredit{1});
  append_message(frames[4], 1, Ended{sample_end()});
  append_message(frames[5], Goodbye{"bye"});
  return frames;
}

/// Whether decoding the changed bytes ends in a message or a ProtocolError; anything else fails the test.
void decode_changed(const std::string& bytes, const std::function<void(const Frame&)>& decode) {
  FrameReader reader;
  const auto space = reader.space();
  std::copy(bytes.begin(), bytes.end(), space.begin());
  reader.added(bytes.size());
  try {
    while (const auto frame = reader.next()) decode(*frame);
  } catch (const ProtocolError&) {
  }
}

}  // namespace

TEST_CASE("a hello of the host arrives with every field") {
  std::string bytes;
  append_message(bytes, HostHello{k_protocol, Milliseconds(30'000), Milliseconds(86'400'000), "1.2.3"});
  FrameReader reader;
  const auto hello = host_message<HostHello>(reader, bytes);
  CHECK(hello.protocol == k_protocol);
  CHECK(hello.leash == Milliseconds(30'000));
  CHECK(hello.max_life == Milliseconds(86'400'000));
  CHECK(hello.version == "1.2.3");
}

TEST_CASE("a hello of another protocol version is understood as far as its number") {
  std::string bytes;
  append_frame(bytes, 0x41, 0, std::string_view("milepost\x09\0\0\0whatever comes in version nine", 42));
  FrameReader reader;
  CHECK(supervisor_message<SupervisorHello>(reader, bytes).protocol == 9);
}

TEST_CASE("an end arrives with every field") {
  std::string bytes;
  append_message(bytes, 4, Ended{sample_end()});
  FrameReader reader;
  const ProcessEnd end = supervisor_message<Ended>(reader, bytes).end, sent = sample_end();
  CHECK(end.started == sent.started);
  CHECK(end.exited == sent.exited);
  CHECK(end.code == sent.code);
  CHECK(end.signal == sent.signal);
  CHECK(end.reason == sent.reason);
  CHECK(end.oom == sent.oom);
  CHECK(end.survivors == sent.survivors);
  CHECK(end.duration == sent.duration);
  CHECK(end.cpu == sent.cpu);
  CHECK(end.max_rss_bytes == sent.max_rss_bytes);
  CHECK(end.stdout_bytes == sent.stdout_bytes);
  CHECK(end.stderr_bytes == sent.stderr_bytes);
  CHECK(end.error == sent.error);
}

TEST_CASE("small messages keep their numbers") {
  std::string bytes;
  FrameReader reader;
  append_message(bytes, 1, SignalGroup{64});
  CHECK(host_message<SignalGroup>(reader, bytes).number == 64);
  bytes.clear();
  append_message(bytes, 1, FinishWithin{Milliseconds::max()});
  CHECK(host_message<FinishWithin>(reader, bytes).grace == std::chrono::hours(24 * 3650));
  bytes.clear();
  append_message(bytes, 1, Resize{65535, 2});
  const auto resize = host_message<Resize>(reader, bytes);
  CHECK(resize.columns == 65535);
  CHECK(resize.rows == 2);
  bytes.clear();
  append_message(bytes, 1, InputCredit{k_input_window_bytes});
  CHECK(supervisor_message<InputCredit>(reader, bytes).bytes == k_input_window_bytes);
  bytes.clear();
  append_message(bytes, 1, OutputData{"abc", /*is_stderr=*/true});
  const auto output = supervisor_message<OutputData>(reader, bytes);
  CHECK(output.bytes == "abc");
  CHECK(output.is_stderr);
}

TEST_CASE("a start of several frames is put together again") {
  ProcessSpec spec;
  spec.argv = {"name", "", std::string(100'000, 'a')};
  spec.environment = {"A=" + std::string(100'000, 'b')};
  spec.directory = "/some where";
  spec.output = OutputMode::file;
  spec.idle_limit = Milliseconds(1);
  spec.total_limit = Milliseconds(2);
  spec.kill_grace = Milliseconds(3);
  spec.columns = 4;
  spec.rows = 5;
  std::string bytes, joined;
  append_start(bytes, 8, spec, /*has_input=*/true);
  int frames = 0;
  FrameReader reader;
  for (std::string_view rest = bytes; !rest.empty(); ++frames) {
    const std::size_t count = std::min(rest.size(), k_header_bytes + k_max_payload_bytes);
    const Frame frame = frame_of(reader, rest.substr(0, count));
    const auto part = std::get<StartPart>(decode_from_host(frame));
    joined += part.bytes;
    rest.remove_prefix(count);
    CHECK(part.last == rest.empty());
  }
  CHECK(frames == 4);
  const StartRequest request = decode_start(joined);
  CHECK(request.has_input);
  CHECK(request.spec.argv == spec.argv);
  CHECK(request.spec.environment == spec.environment);
  CHECK(request.spec.directory == spec.directory);
  CHECK(request.spec.output == spec.output);
  CHECK(request.spec.idle_limit == spec.idle_limit);
  CHECK(request.spec.total_limit == spec.total_limit);
  CHECK(request.spec.kill_grace == spec.kill_grace);
  CHECK(request.spec.columns == 4);
  CHECK(request.spec.rows == 5);

  for (std::size_t length = 0; length < 60; ++length)
    CHECK_THROWS_AS(decode_start(std::string_view(joined).substr(0, length)), ProtocolError);
  CHECK_THROWS_AS(decode_start(joined + "x"), ProtocolError);
}

TEST_CASE("what no process can be started with is refused before it is sent") {
  ProcessSpec spec;
  std::string bytes;
  SUBCASE("no program") {}
  SUBCASE("a NUL byte") {
    spec.argv = {std::string("a\0b", 3)};
  }
  SUBCASE("more than the protocol carries") {
    spec.argv = {"a", std::string(k_max_start_bytes, 'x')};
  }
  CHECK_THROWS_AS(append_start(bytes, 1, spec, /*has_input=*/false), std::invalid_argument);
  CHECK(bytes.empty());
}

TEST_CASE("a payload that is shorter or longer than its type says is refused") {
  const auto check = [](const std::string& whole, const std::function<void(const Frame&)>& decode) {
    FrameReader reader;
    const Frame frame = frame_of(reader, whole);
    for (std::size_t length = 0; length < frame.payload.size(); ++length)
      CHECK_THROWS_AS(decode({frame.type, frame.process, frame.payload.substr(0, length)}), ProtocolError);
    const std::string longer = std::string(frame.payload) + "x";
    CHECK_THROWS_AS(decode({frame.type, frame.process, longer}), ProtocolError);
  };
  for (const std::string& bytes : host_frames())
    check(bytes, [](const Frame& frame) { decode_from_host(frame); });
  for (const std::string& bytes : supervisor_frames())
    check(bytes, [](const Frame& frame) { decode_from_supervisor(frame); });
}

TEST_CASE("every type that a direction does not have is refused") {
  for (unsigned type = 0; type < 256; ++type) {
    const Frame frame{static_cast<std::uint8_t>(type), 1, {}};
    if (type < 0x01 || type > 0x0b) CHECK_THROWS_AS(decode_from_host(frame), ProtocolError);
    if (type < 0x41 || type > 0x48) CHECK_THROWS_AS(decode_from_supervisor(frame), ProtocolError);
  }
}

TEST_CASE("flipped bits end in a message or a protocol error, nothing else") {
  const auto flip_all = [](std::string bytes, const std::function<void(const Frame&)>& decode) {
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
      decode_changed(bytes, decode);
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    }
  };
  for (const std::string& bytes : host_frames())
    flip_all(bytes, [](const Frame& frame) { decode_from_host(frame); });
  for (const std::string& bytes : supervisor_frames())
    flip_all(bytes, [](const Frame& frame) { decode_from_supervisor(frame); });
  ProcessSpec spec;
  spec.argv = {"bash", "-c", "true"};
  spec.environment = {"PATH=/bin"};
  std::string start;
  append_start(start, 1, spec, /*has_input=*/true);
  flip_all(start, [](const Frame& frame) {
    const FromHost message = decode_from_host(frame);
    if (const auto* part = std::get_if<StartPart>(&message)) decode_start(part->bytes);
  });
}
