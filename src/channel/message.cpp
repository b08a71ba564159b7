#include "milepost/channel/message.hpp"

#include <algorithm>
#include <stdexcept>
#include <type_traits>

namespace milepost::wire {

namespace {

enum Type : std::uint8_t {
  k_host_hello = 0x01,
  k_host_heartbeat = 0x02,
  k_start_part = 0x03,
  k_start_last = 0x04,
  k_input_data = 0x05,
  k_input_end = 0x06,
  k_signal = 0x07,
  k_stop_tree = 0x08,
  k_kill_tree = 0x09,
  k_finish_within = 0x0a,
  k_resize = 0x0b,

  k_supervisor_hello = 0x41,
  k_supervisor_heartbeat = 0x42,
  k_started = 0x43,
  k_stdout = 0x44,
  k_stderr = 0x45,
  k_input_credit = 0x46,
  k_ended = 0x47,
  k_goodbye = 0x48,
};

constexpr std::string_view k_greeting = "milepost";
constexpr Milliseconds k_longest = std::chrono::hours(24 * 3650);
constexpr std::uint32_t k_max_strings = 65536;

class Writer {
 public:
  template <class Number>
  void number(Number value) {
    const auto bits = static_cast<std::make_unsigned_t<Number>>(value);
    for (unsigned i = 0; i < sizeof(Number); ++i)
      bytes_.push_back(static_cast<char>((static_cast<std::uint64_t>(bits) >> (8 * i)) & 0xff));
  }
  void flag(bool value) { number<std::uint8_t>(value ? 1 : 0); }
  void duration(Milliseconds value) {
    number(static_cast<std::uint64_t>(std::clamp(value, Milliseconds(0), k_longest).count()));
  }
  void raw(std::string_view bytes) { bytes_.append(bytes); }
  void text(std::string_view bytes) {
    number(static_cast<std::uint32_t>(bytes.size()));
    raw(bytes);
  }
  void short_text(std::string_view bytes) { text(bytes.substr(0, k_max_text_bytes)); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <class Number>
  Number number() {
    const std::string_view bytes = raw(sizeof(Number));
    std::uint64_t value = 0;
    for (unsigned i = 0; i < sizeof(Number); ++i)
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    return static_cast<Number>(static_cast<std::make_unsigned_t<Number>>(value));
  }
  bool flag() { return up_to<std::uint8_t>(1) == 1; }
  template <class Number>
  Number up_to(Number greatest) {
    const Number value = number<Number>();
    if (value > greatest) throw ProtocolError("a value in a frame is out of range");
    return value;
  }
  Milliseconds duration() {
    return Milliseconds(
        static_cast<Milliseconds::rep>(up_to<std::uint64_t>(static_cast<std::uint64_t>(k_longest.count()))));
  }
  std::string_view raw(std::size_t count) {
    if (count > rest_.size()) throw ProtocolError("a frame is shorter than its content");
    const std::string_view bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }
  std::string_view text() { return raw(number<std::uint32_t>()); }
  std::string short_text() { return std::string(raw(up_to<std::uint32_t>(k_max_text_bytes))); }
  void end() const {
    if (!rest_.empty()) throw ProtocolError("a frame is longer than its content");
  }

 private:
  std::string_view rest_;
};

/// Hello frames begin alike in every protocol version, so that two versions can tell each other apart.
std::uint32_t read_greeting(Reader& reader) {
  if (reader.raw(k_greeting.size()) != k_greeting)
    throw ProtocolError("the hello frame does not say milepost");
  return reader.number<std::uint32_t>();
}

void require_process(const Frame& frame) {
  if (frame.process == 0) throw ProtocolError("a frame about a process names none");
}

void require_channel(const Frame& frame) {
  if (frame.process != 0) throw ProtocolError("a frame about the channel names a process");
}

std::string c_text(std::string_view text) {
  if (text.find('\0') != std::string_view::npos)
    throw ProtocolError("a text of a start frame holds a NUL byte");
  return std::string(text);
}

Ended read_ended(Reader& reader) {
  Ended message;
  ProcessEnd& end = message.end;
  end.started = reader.flag();
  end.exited = reader.flag();
  end.code = reader.number<std::int32_t>();
  end.signal = reader.number<std::int32_t>();
  end.reason =
      static_cast<EndReason>(reader.up_to<std::uint8_t>(static_cast<std::uint8_t>(EndReason::channel_lost)));
  end.oom = reader.flag();
  end.survivors = reader.number<std::uint32_t>();
  end.duration = reader.duration();
  end.cpu = reader.duration();
  end.max_rss_bytes = reader.number<std::uint64_t>();
  end.stdout_bytes = reader.number<std::uint64_t>();
  end.stderr_bytes = reader.number<std::uint64_t>();
  end.error = reader.short_text();
  return message;
}

}  // namespace

FromHost decode_from_host(const Frame& frame) {
  Reader reader(frame.payload);
  const auto whole = [&](auto message) {
    reader.end();
    return message;
  };
  if (frame.type == k_host_hello || frame.type == k_host_heartbeat)
    require_channel(frame);
  else
    require_process(frame);
  switch (frame.type) {
    case k_host_hello: {
      HostHello hello;
      hello.protocol = read_greeting(reader);
      if (hello.protocol != k_protocol) return hello;
      hello.leash = reader.duration();
      hello.max_life = reader.duration();
      hello.version = reader.short_text();
      return whole(std::move(hello));
    }
    case k_host_heartbeat:
      return whole(Heartbeat{});
    case k_start_part:
      return StartPart{frame.payload, /*last=*/false};
    case k_start_last:
      return StartPart{frame.payload, /*last=*/true};
    case k_input_data:
      return InputData{frame.payload};
    case k_input_end:
      return whole(InputEnd{});
    case k_signal: {
      const auto number = reader.up_to<std::uint8_t>(64);
      if (number == 0) throw ProtocolError("a signal frame names signal 0");
      return whole(SignalGroup{number});
    }
    case k_stop_tree:
      return whole(StopTree{});
    case k_kill_tree:
      return whole(KillTree{});
    case k_finish_within:
      return whole(FinishWithin{reader.duration()});
    case k_resize: {
      Resize resize;
      resize.columns = reader.number<std::uint16_t>();
      resize.rows = reader.number<std::uint16_t>();
      return whole(resize);
    }
    default:
      throw ProtocolError("frame type " + std::to_string(frame.type) + " is not one of the host's");
  }
}

FromSupervisor decode_from_supervisor(const Frame& frame) {
  Reader reader(frame.payload);
  const auto whole = [&](auto message) {
    reader.end();
    return message;
  };
  if (frame.type == k_supervisor_hello || frame.type == k_supervisor_heartbeat || frame.type == k_goodbye)
    require_channel(frame);
  else
    require_process(frame);
  switch (frame.type) {
    case k_supervisor_hello: {
      SupervisorHello hello;
      hello.protocol = read_greeting(reader);
      if (hello.protocol != k_protocol) return hello;
      hello.uid = reader.number<std::int32_t>();
      hello.gid = reader.number<std::int32_t>();
      hello.version = reader.short_text();
      return whole(std::move(hello));
    }
    case k_supervisor_heartbeat:
      return whole(Heartbeat{});
    case k_started:
      return whole(Started{reader.number<std::int32_t>()});
    case k_stdout:
      return OutputData{frame.payload, /*is_stderr=*/false};
    case k_stderr:
      return OutputData{frame.payload, /*is_stderr=*/true};
    case k_input_credit:
      return whole(InputCredit{reader.up_to<std::uint32_t>(k_input_window_bytes)});
    case k_ended:
      return whole(read_ended(reader));
    case k_goodbye:
      return whole(Goodbye{reader.short_text()});
    default:
      throw ProtocolError("frame type " + std::to_string(frame.type) + " is not one of the supervisor's");
  }
}

void append_message(std::string& out, const HostHello& message) {
  Writer payload;
  payload.raw(k_greeting);
  payload.number(message.protocol);
  payload.duration(message.leash);
  payload.duration(message.max_life);
  payload.short_text(message.version);
  append_frame(out, k_host_hello, 0, payload.bytes());
}

void append_message(std::string& out, const SupervisorHello& message) {
  Writer payload;
  payload.raw(k_greeting);
  payload.number(message.protocol);
  payload.number(message.uid);
  payload.number(message.gid);
  payload.short_text(message.version);
  append_frame(out, k_supervisor_hello, 0, payload.bytes());
}

void append_message(std::string& out, const Goodbye& message) {
  Writer payload;
  payload.short_text(message.reason);
  append_frame(out, k_goodbye, 0, payload.bytes());
}

void append_heartbeat_from_host(std::string& out) {
  append_frame(out, k_host_heartbeat, 0, {});
}

void append_heartbeat_from_supervisor(std::string& out) {
  append_frame(out, k_supervisor_heartbeat, 0, {});
}

void append_message(std::string& out, std::uint32_t process, const InputData& message) {
  append_frame(out, k_input_data, process, message.bytes);
}

void append_message(std::string& out, std::uint32_t process, const InputEnd&) {
  append_frame(out, k_input_end, process, {});
}

void append_message(std::string& out, std::uint32_t process, const SignalGroup& message) {
  Writer payload;
  payload.number(static_cast<std::uint8_t>(message.number));
  append_frame(out, k_signal, process, payload.bytes());
}

void append_message(std::string& out, std::uint32_t process, const StopTree&) {
  append_frame(out, k_stop_tree, process, {});
}

void append_message(std::string& out, std::uint32_t process, const KillTree&) {
  append_frame(out, k_kill_tree, process, {});
}

void append_message(std::string& out, std::uint32_t process, const FinishWithin& message) {
  Writer payload;
  payload.duration(message.grace);
  append_frame(out, k_finish_within, process, payload.bytes());
}

void append_message(std::string& out, std::uint32_t process, const Resize& message) {
  Writer payload;
  payload.number(message.columns);
  payload.number(message.rows);
  append_frame(out, k_resize, process, payload.bytes());
}

void append_message(std::string& out, std::uint32_t process, const Started& message) {
  Writer payload;
  payload.number(message.pid);
  append_frame(out, k_started, process, payload.bytes());
}

void append_message(std::string& out, std::uint32_t process, const OutputData& message) {
  append_frame(out, message.is_stderr ? k_stderr : k_stdout, process, message.bytes);
}

void append_message(std::string& out, std::uint32_t process, const InputCredit& message) {
  Writer payload;
  payload.number(message.bytes);
  append_frame(out, k_input_credit, process, payload.bytes());
}

void append_message(std::string& out, std::uint32_t process, const Ended& message) {
  const ProcessEnd& end = message.end;
  Writer payload;
  payload.flag(end.started);
  payload.flag(end.exited);
  payload.number(static_cast<std::int32_t>(end.code));
  payload.number(static_cast<std::int32_t>(end.signal));
  payload.number(static_cast<std::uint8_t>(end.reason));
  payload.flag(end.oom);
  payload.number(end.survivors);
  payload.duration(end.duration);
  payload.duration(end.cpu);
  payload.number(end.max_rss_bytes);
  payload.number(end.stdout_bytes);
  payload.number(end.stderr_bytes);
  payload.short_text(end.error);
  append_frame(out, k_ended, process, payload.bytes());
}

void append_start(std::string& out, std::uint32_t process, const ProcessSpec& spec, bool has_input) {
  const auto check = [](std::string_view text) {
    if (text.find('\0') != std::string_view::npos)
      throw std::invalid_argument("an argument, a variable or the directory of the process holds a NUL byte");
  };
  if (spec.argv.empty()) throw std::invalid_argument("the process to start has no name");
  if (spec.argv.size() > k_max_strings || spec.environment.size() > k_max_strings)
    throw std::invalid_argument("the process to start has more than " + std::to_string(k_max_strings) +
                                " arguments or variables");
  Writer payload;
  payload.flag(has_input);
  payload.number(static_cast<std::uint8_t>(spec.output));
  payload.duration(spec.idle_limit);
  payload.duration(spec.total_limit);
  payload.duration(spec.kill_grace);
  payload.number(spec.columns);
  payload.number(spec.rows);
  check(spec.directory);
  payload.text(spec.directory);
  for (const auto* list : {&spec.argv, &spec.environment}) {
    payload.number(static_cast<std::uint32_t>(list->size()));
    for (const std::string& text : *list) {
      check(text);
      payload.text(text);
    }
  }
  std::string_view rest = payload.bytes();
  if (rest.size() > k_max_start_bytes)
    throw std::invalid_argument("the arguments and the environment of '" + spec.argv[0] + "' are " +
                                std::to_string(rest.size()) + " bytes, more than " +
                                std::to_string(k_max_start_bytes));
  while (rest.size() > k_max_payload_bytes) {
    append_frame(out, k_start_part, process, rest.substr(0, k_max_payload_bytes));
    rest.remove_prefix(k_max_payload_bytes);
  }
  append_frame(out, k_start_last, process, rest);
}

StartRequest decode_start(std::string_view bytes) {
  if (bytes.size() > k_max_start_bytes) throw ProtocolError("a start is larger than the protocol allows");
  Reader reader(bytes);
  StartRequest request;
  ProcessSpec& spec = request.spec;
  request.has_input = reader.flag();
  spec.output =
      static_cast<OutputMode>(reader.up_to<std::uint8_t>(static_cast<std::uint8_t>(OutputMode::pty)));
  spec.idle_limit = reader.duration();
  spec.total_limit = reader.duration();
  spec.kill_grace = reader.duration();
  spec.columns = reader.number<std::uint16_t>();
  spec.rows = reader.number<std::uint16_t>();
  spec.directory = c_text(reader.text());
  for (auto* list : {&spec.argv, &spec.environment}) {
    const auto count = reader.up_to<std::uint32_t>(k_max_strings);
    for (std::uint32_t i = 0; i < count; ++i) list->push_back(c_text(reader.text()));
  }
  reader.end();
  if (spec.argv.empty()) throw ProtocolError("a start frame names no program");
  return request;
}

}  // namespace milepost::wire
