#include "shell_block.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/fd.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

namespace milepost::script_harness {

namespace {

pid_t start_bash(const std::string& block, const Fd& output) {
  const Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!nothing) throw_errno("cannot open /dev/null");
  const pid_t pid = ::fork();
  if (pid < 0) throw_errno("cannot fork");
  if (pid > 0) return pid;
  ::dup2(nothing.get(), STDIN_FILENO);
  ::dup2(output.get(), STDOUT_FILENO);
  ::dup2(output.get(), STDERR_FILENO);
  ::execlp("bash", "bash", "-euo", "pipefail", "-c", block.c_str(), static_cast<char*>(nullptr));
  ::_exit(errno == ENOENT ? 127 : 126);
}

int exit_code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Cuts a stream into lines of bounded length, longer ones between characters.
class Lines {
 public:
  explicit Lines(const std::function<void(std::string_view line, bool continues)>& on_line)
      : on_line_(on_line) {}

  void add(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      const std::size_t room = k_max_line_bytes - line_.size();
      if (end != std::string_view::npos && end <= room) {
        line_.append(bytes.substr(0, end));
        on_line_(line_, /*continues=*/false);
        line_.clear();
        bytes.remove_prefix(end + 1);
        continue;
      }
      line_.append(bytes.substr(0, room));
      bytes.remove_prefix(std::min(room, bytes.size()));
      if (line_.size() < k_max_line_bytes) continue;
      const std::size_t cut = character_boundary(line_);
      on_line_(std::string_view(line_).substr(0, cut), /*continues=*/true);
      line_.erase(0, cut);
    }
  }

  void end() {
    if (!line_.empty()) on_line_(line_, /*continues=*/false);
  }

 private:
  /// Where the last character begins if it is not complete; otherwise the end.
  static std::size_t character_boundary(std::string_view text) {
    for (std::size_t back = 1; back <= 3 && back < text.size(); ++back) {
      const auto byte = static_cast<unsigned char>(text[text.size() - back]);
      if ((byte & 0xC0) == 0x80) continue;
      const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
      return length > back ? text.size() - back : text.size();
    }
    return text.size();
  }

  const std::function<void(std::string_view, bool)>& on_line_;
  std::string line_;
};

}  // namespace

int run_shell_block(const std::string& block,
                    const std::function<void(std::string_view line, bool continues)>& on_line,
                    const std::function<void()>& on_pause) {
  Pipe pipe = make_pipe();
  ::fcntl(pipe.read_end.get(), F_SETFL, O_NONBLOCK);
  const pid_t pid = start_bash(block, pipe.write_end);
  pipe.write_end.reset();
  Lines lines(on_line);
  char bytes[64 * 1024];
  std::optional<int> status;
  while (true) {
    const ssize_t length = ::read(pipe.read_end.get(), bytes, sizeof bytes);
    if (length > 0) {
      lines.add(std::string_view(bytes, static_cast<std::size_t>(length)));
      on_pause();
    } else if (length == 0) {
      break;
    } else if (errno == EAGAIN) {
      if (status) break;
      // A background process of the block may keep the pipe open for ever: then bash's end counts.
      constexpr int k_look_again_ms = 20;
      pollfd readable{pipe.read_end.get(), POLLIN, 0};
      ::poll(&readable, 1, k_look_again_ms);
    }
    int now = 0;
    if (!status && ::waitpid(pid, &now, WNOHANG) == pid) status = now;
  }
  lines.end();
  on_pause();
  int last = 0;
  while (!status)
    if (::waitpid(pid, &last, 0) == pid) status = last;
  return exit_code_of(*status);
}

}  // namespace milepost::script_harness
