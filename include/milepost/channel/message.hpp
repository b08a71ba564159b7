#pragma once

#include "milepost/channel/frame.hpp"
#include "milepost/channel/process_spec.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

/// What the frames of the protocol mean, in both directions (docs/channel.md lists every byte).
namespace milepost::wire {

inline constexpr std::uint32_t k_input_window_bytes = 256 * 1024;  ///< credit of every process at its start
inline constexpr std::size_t k_max_start_bytes = 8u << 20;  ///< argv, environment and directory together
inline constexpr std::size_t k_max_text_bytes = 4096;       ///< of an error text or a version

// From the host. Views point into the frame.

/// The first frame of the host. When `protocol` is not k_protocol, the rest is not read.
struct HostHello {
  std::uint32_t protocol = k_protocol;
  Milliseconds leash{0};
  Milliseconds max_life{0};  ///< 0 = none
  std::string version;
};
struct Heartbeat {};  ///< answered by the supervisor with one of its own
/// A piece of an encoded ProcessSpec.
struct StartPart {
  std::string_view bytes;
  bool last = false;
};
struct InputData {
  std::string_view bytes;
};
struct InputEnd {};
struct SignalGroup {
  int number = 0;  ///< 1 to 64
};
struct StopTree {};  ///< SIGTERM, after the process's kill_grace SIGKILL
struct KillTree {};  ///< SIGKILL now
struct FinishWithin {
  Milliseconds grace{0};
};
struct Resize {
  std::uint16_t columns = 0, rows = 0;
};

using FromHost = std::variant<HostHello, Heartbeat, StartPart, InputData, InputEnd, SignalGroup, StopTree,
                              KillTree, FinishWithin, Resize>;

// From the supervisor.

/// The first frame of the supervisor. When `protocol` is not k_protocol, the rest is not read.
struct SupervisorHello {
  std::uint32_t protocol = k_protocol;
  std::int32_t uid = -1, gid = -1;
  std::string version;
};
struct Started {
  std::int32_t pid = 0;  ///< in the container
};
struct OutputData {
  std::string_view bytes;
  bool is_stderr = false;
};
/// The process has taken so many bytes of its input; as many more may be sent.
struct InputCredit {
  std::uint32_t bytes = 0;
};
struct Ended {
  ProcessEnd end;
};
/// The last frame: why the supervisor ends.
struct Goodbye {
  std::string reason;
};

using FromSupervisor =
    std::variant<SupervisorHello, Heartbeat, Started, OutputData, InputCredit, Ended, Goodbye>;

/// Throw ProtocolError for an unknown type or a payload that is not exactly what the type says.
FromHost decode_from_host(const Frame& frame);
FromSupervisor decode_from_supervisor(const Frame& frame);

/// Append one frame each. Texts are cut to k_max_text_bytes, durations to ten years.
void append_message(std::string& out, const HostHello& message);
void append_message(std::string& out, const SupervisorHello& message);
void append_message(std::string& out, const Goodbye& message);
void append_heartbeat_from_host(std::string& out);
void append_heartbeat_from_supervisor(std::string& out);
void append_message(std::string& out, std::uint32_t process, const InputData& message);
void append_message(std::string& out, std::uint32_t process, const InputEnd& message);
void append_message(std::string& out, std::uint32_t process, const SignalGroup& message);
void append_message(std::string& out, std::uint32_t process, const StopTree& message);
void append_message(std::string& out, std::uint32_t process, const KillTree& message);
void append_message(std::string& out, std::uint32_t process, const FinishWithin& message);
void append_message(std::string& out, std::uint32_t process, const Resize& message);
void append_message(std::string& out, std::uint32_t process, const Started& message);
void append_message(std::string& out, std::uint32_t process, const OutputData& message);
void append_message(std::string& out, std::uint32_t process, const InputCredit& message);
void append_message(std::string& out, std::uint32_t process, const Ended& message);

/// The frames that start a process: `spec` without its input, in as many parts as it takes. With
/// `has_input` false the process reads an empty standard input.
/// Throws std::invalid_argument for what no process can be started with: no argv, a NUL byte in a text, or
/// more than k_max_start_bytes.
void append_start(std::string& out, std::uint32_t process, const ProcessSpec& spec, bool has_input);

struct StartRequest {
  ProcessSpec spec;  ///< its `input` is empty
  bool has_input = false;
};
/// The joined bytes of the StartParts of one process. Throws ProtocolError.
StartRequest decode_start(std::string_view bytes);

}  // namespace milepost::wire
