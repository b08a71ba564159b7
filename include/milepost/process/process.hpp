#pragma once

#include "milepost/base/fd.hpp"
#include "milepost/base/time.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// How a process ended.
struct ExitStatus {
  bool exited = false;  ///< true: `code`; false: killed by `signal`
  int code = 0;
  int signal = 0;
  bool success() const { return exited && code == 0; }
  /// "exit 3" or "signal 9 (Killed)".
  std::string text() const;
};

/// A host program to start. Arguments are a vector; no shell is involved.
struct HostCommand {
  std::vector<std::string> argv;  ///< argv[0] is looked up in PATH unless it holds a slash
  std::optional<std::vector<std::string>> environment{};  ///< "NAME=value"; nothing: the caller's own
  std::filesystem::path directory{};                      ///< empty: the caller's
};

struct RunLimits {
  Milliseconds timeout = std::chrono::seconds(60);
  std::size_t output_bytes = 16u << 20;  ///< kept of each stream; the rest is read and dropped
  std::stop_token stop;
  /// Told every piece of both streams as it is read, kept or not; on the calling thread. May throw: the
  /// program is then killed.
  std::function<void(std::string_view bytes)> on_output;
};

struct RunResult {
  ExitStatus status;
  std::string out;
  std::string err;
  bool out_truncated = false;
  bool timed_out = false;
  bool stopped = false;
  Milliseconds duration{0};
  bool success() const { return status.success() && !timed_out && !stopped; }
};

/// Runs a program to its end with these bytes as its standard input (then end of file), its whole process
/// group killed at the timeout or a stop. Throws EnvironmentError when the program does not exist or cannot
/// be executed. Any thread; it blocks.
RunResult run_process(const HostCommand& command, const RunLimits& limits = {}, std::string_view input = {});

/// A program that runs with its standard streams in our hands, in its own process group; it dies with us
/// (PR_SET_PDEATHSIG: of the thread that started it, so start it on a thread that outlives it).
/// The destructor kills the group with SIGKILL and reaps. Not thread-safe, but kill() may be called from any
/// thread.
class ChildProcess {
 public:
  /// Throws EnvironmentError as run_process does.
  static ChildProcess start(const HostCommand& command);
  ~ChildProcess();
  ChildProcess(ChildProcess&&) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;

  Fd& stdin_pipe();   ///< write end; reset() it to give end of file
  Fd& stdout_pipe();  ///< read end
  Fd& stderr_pipe();  ///< read end
  int pid() const;
  int end_fd() const;  ///< readable, for poll(), once the program has ended; stays ours

  void kill(int signal);  ///< to the whole group; nothing after wait() gave a status
  /// The status once it has ended; nothing when `limit` passes first. What is left of its group is killed.
  std::optional<ExitStatus> wait(Milliseconds limit);

 private:
  struct State;
  explicit ChildProcess(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The absolute path of a program in PATH; nothing when there is none that may be executed.
std::optional<std::filesystem::path> find_program(const std::string& name);

}  // namespace milepost
