#include "spawn.hpp"

#include "milepost/base/error.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <vector>

namespace milepost::supervisor {

namespace {

constexpr std::string_view k_default_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr int k_pipe_bytes = 256 * 1024;

enum class Stage : std::uint8_t { terminal, directory, limits, exec };

struct Report {
  Stage stage = Stage::exec;
  std::int32_t error = 0;
  bool file_exists = false;
};

/// The child's ends of its standard streams; its own descriptors, closed in the parent after the fork.
struct ChildEnds {
  Fd input, output, errors, report;
  bool terminal = false;
};

void set_nonblocking(const Fd& fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

Fd opened(int fd, const char* what) {
  if (fd < 0) throw_errno(what);
  return Fd(fd);
}

void open_terminal(const ProcessSpec& spec, Spawned& ours, ChildEnds& theirs) {
  Fd master =
      opened(::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), "cannot open a terminal (/dev/ptmx)");
  int unlock = 0;
  if (::ioctl(master.get(), TIOCSPTLCK, &unlock) != 0) throw_errno("cannot unlock a terminal");
  theirs.input = opened(::ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC),
                        "cannot open the other end of a terminal");
  theirs.output = opened(::fcntl(theirs.input.get(), F_DUPFD_CLOEXEC, 3), "cannot copy a descriptor");
  theirs.errors = opened(::fcntl(theirs.input.get(), F_DUPFD_CLOEXEC, 3), "cannot copy a descriptor");
  theirs.terminal = true;
  winsize size{};
  size.ws_col = spec.columns;
  size.ws_row = spec.rows;
  ::ioctl(master.get(), TIOCSWINSZ, &size);
  ours.input = opened(::fcntl(master.get(), F_DUPFD_CLOEXEC, 3), "cannot copy a descriptor");
  ours.output = std::move(master);
}

/// A file without a name: nobody else can open it by path, and it is gone when both ends are closed.
void open_output_file(Spawned& ours, ChildEnds& theirs) {
  char directory[] = "/tmp/milepost-XXXXXX";
  if (!::mkdtemp(directory)) throw_errno("cannot make a directory for the output in /tmp");
  const std::string path = std::string(directory) + "/output";
  const int reader = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const int error = errno;
  const int writer = reader < 0 ? -1 : ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  ::unlink(path.c_str());
  ::rmdir(directory);
  if (reader < 0) errno = error;
  ours.output = opened(reader, "cannot make a file for the output in /tmp");
  theirs.output = opened(writer, "cannot open the file for the output in /tmp");
}

Pipe make_output_pipe() {
  Pipe pipe = make_pipe();
  ::fcntl(pipe.read_end.get(), F_SETPIPE_SZ, k_pipe_bytes);  // refused to a user with many pipes: fine
  return pipe;
}

void open_streams(const ProcessSpec& spec, bool has_input, Spawned& ours, ChildEnds& theirs) {
  if (spec.output == OutputMode::pty) {
    open_terminal(spec, ours, theirs);
  } else {
    if (has_input) {
      Pipe pipe = make_pipe();
      theirs.input = std::move(pipe.read_end);
      ours.input = std::move(pipe.write_end);
    } else {
      theirs.input = opened(::open("/dev/null", O_RDONLY | O_CLOEXEC), "cannot open /dev/null");
    }
    if (spec.output == OutputMode::file) {
      open_output_file(ours, theirs);
    } else {
      Pipe pipe = make_output_pipe();
      theirs.output = std::move(pipe.write_end);
      ours.output = std::move(pipe.read_end);
    }
    Pipe errors = make_output_pipe();
    theirs.errors = std::move(errors.write_end);
    ours.errors = std::move(errors.read_end);
  }
  Pipe report = make_pipe();
  theirs.report = std::move(report.write_end);
  ours.report = std::move(report.read_end);
  for (Fd* fd : {&ours.input, &ours.output, &ours.errors, &ours.report})
    if (*fd) set_nonblocking(*fd);
}

std::string_view path_of(const ProcessSpec& spec) {
  for (const std::string& variable : spec.environment)
    if (variable.starts_with("PATH=")) return std::string_view(variable).substr(5);
  return k_default_path;
}

/// What execve may try, in order.
std::vector<std::string> candidates(const ProcessSpec& spec) {
  const std::string& name = spec.argv[0];
  if (name.find('/') != std::string::npos || name.empty()) return {name};
  std::vector<std::string> all;
  std::string_view path = path_of(spec);
  while (true) {
    const std::size_t end = std::min(path.find(':'), path.size());
    const std::string_view directory = path.substr(0, end);
    all.push_back(std::string(directory.empty() ? "." : directory) + "/" + name);
    if (end == path.size()) break;
    path.remove_prefix(end + 1);
  }
  return all;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

[[noreturn]] void fail_child(int report_fd, Stage stage, int error, bool file_exists = false) {
  Report report;
  std::memset(static_cast<void*>(&report), 0, sizeof report);
  report.stage = stage;
  report.error = error;
  report.file_exists = file_exists;
  [[maybe_unused]] const ssize_t written = ::write(report_fd, &report, sizeof report);
  ::_exit(127);
}

/// Runs in the child; leaves only by exec or _exit.
[[noreturn]] void become(const ProcessSpec& spec, const ChildEnds& ends, const StartLimits& limits,
                         pid_t supervisor) {
  ::setsid();
  const int report = ::fcntl(ends.report.get(), F_DUPFD_CLOEXEC, 10);
  // The streams may themselves be 0, 1 or 2 when the supervisor was started without those.
  const int input = ::fcntl(ends.input.get(), F_DUPFD, 10), output = ::fcntl(ends.output.get(), F_DUPFD, 10),
            errors = ::fcntl(ends.errors.get(), F_DUPFD, 10);
  if (report < 0 || ::dup2(input, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(errors, 2) < 0) ::_exit(127);
  ::close_range(3, static_cast<unsigned>(report) - 1, 0);
  ::close_range(static_cast<unsigned>(report) + 1, ~0U, 0);
  if (ends.terminal && ::ioctl(0, TIOCSCTTY, 0) != 0) fail_child(report, Stage::terminal, errno);
  if (!limits.apply()) fail_child(report, Stage::limits, errno);

  for (int number = 1; number <= 64; ++number) ::signal(number, SIG_DFL);
  if (supervisor != 1) {  // the kernel does this for the children of a container's first process
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != supervisor) ::_exit(127);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);

  if (::chdir(spec.directory.c_str()) != 0) fail_child(report, Stage::directory, errno);
  const std::vector<char*> argv = pointers(spec.argv), environment = pointers(spec.environment);
  int error = ENOENT;
  bool file_exists = false;
  for (const std::string& file : candidates(spec)) {
    ::execve(file.c_str(), argv.data(), environment.data());
    const int failed = errno;
    struct stat info {};
    const bool exists = ::stat(file.c_str(), &info) == 0;
    if (exists || (failed != ENOENT && failed != ENOTDIR && !file_exists)) error = failed;
    file_exists = file_exists || exists;
    if (failed != ENOENT && failed != ENOTDIR && failed != EACCES) break;
  }
  fail_child(report, Stage::exec, error, file_exists);
}

}  // namespace

StartLimits::StartLimits() {
  for (std::size_t i = 0; i < limits_.size(); ++i)
    ::getrlimit(static_cast<__rlimit_resource>(i), &limits_[i]);
}

bool StartLimits::apply() const {
  for (std::size_t i = 0; i < limits_.size(); ++i)
    if (::setrlimit(static_cast<__rlimit_resource>(i), &limits_[i]) != 0) return false;
  return true;
}

Spawned spawn(const ProcessSpec& spec, bool has_input, const StartLimits& limits) {
  Spawned ours;
  ChildEnds theirs;
  open_streams(spec, has_input, ours, theirs);
  const pid_t supervisor = ::getpid();
  ours.pid = ::fork();
  if (ours.pid < 0) throw_errno("cannot fork");
  if (ours.pid == 0) become(spec, theirs, limits, supervisor);
  return ours;
}

std::optional<ExecFailure> read_exec_report(int fd, const ProcessSpec& spec) {
  Report report;
  const ssize_t length = ::read(fd, &report, sizeof report);
  if (length != static_cast<ssize_t>(sizeof report)) return std::nullopt;
  const std::string cause = std::generic_category().message(report.error);
  const std::string& name = spec.argv[0];
  ExecFailure failure;
  switch (report.stage) {
    case Stage::terminal:
      failure.text = "cannot give '" + name + "' a terminal: " + cause;
      break;
    case Stage::directory:
      failure.text = "cannot start '" + name + "': its directory '" + spec.directory + "': " + cause;
      break;
    case Stage::limits:
      failure.text = "cannot start '" + name +
                     "': a process in the container has changed the supervisor's resource limits: " + cause;
      break;
    case Stage::exec:
      if (report.error == ENOENT && report.file_exists) {
        failure.text = "cannot start '" + name + "': the interpreter or loader that it names is missing";
      } else if (report.error == ENOENT && name.find('/') == std::string::npos) {
        failure.code = 127;
        failure.text = "cannot start '" + name + "': not found in PATH (" + std::string(path_of(spec)) + ")";
      } else {
        if (report.error == ENOENT || report.error == ENOTDIR) failure.code = 127;
        failure.text = "cannot start '" + name + "': " + cause;
      }
      break;
  }
  return failure;
}

}  // namespace milepost::supervisor
