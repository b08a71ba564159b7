#include "launch.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>

// Boost.Process v2 of Boost 1.81 forks and executes; what it gets wrong for us is put right here by
// initializers of our own, and ending and waiting are done with plain system calls (child_process.cpp).

namespace milepost {

namespace {

namespace bp = boost::process::v2;
using Launcher = bp::posix::default_launcher;
using boost::system::error_code;

error_code last_error() {
  return error_code(errno, boost::system::system_category());
}

/// The standard streams of the child and its working directory.
struct ChildStreams {
  int in, out, err;
  const char* directory;  ///< nullptr: the caller's

  error_code on_exec_setup(Launcher&, const bp::filesystem::path&, const char* const*&) const {
    if (::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(err, 2) < 0) return last_error();
    if (directory && ::chdir(directory) != 0) return last_error();
    return {};
  }
};

/// Own process group, death with the launching thread, default signals, empty mask.
struct ChildOfOurs {
  pid_t parent;

  error_code on_exec_setup(Launcher&, const bp::filesystem::path&, const char* const*&) const {
    if (::setpgid(0, 0) != 0) return last_error();
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return last_error();
    if (::getppid() != parent) ::_exit(127);  // the parent died before the line above took effect

    // Handlers first, mask second: the other way round, a pending signal would run a handler of ours in the
    // child.
    struct sigaction default_action = {};
    default_action.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &default_action, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    if (::sigprocmask(SIG_SETMASK, &none, nullptr) != 0) return last_error();
    return {};
  }
};

/// Only descriptors 0 to 2 survive exec. Boost's own closing misses everything below its error pipe
/// (posix/detail/close_handles.ipp: the gap loop compares an element with itself).
struct NoOtherDescriptors {
  error_code on_exec_setup(Launcher&, const bp::filesystem::path&, const char* const*&) const {
    if (::syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC) == 0) return {};
    const long limit = ::sysconf(_SC_OPEN_MAX);  // a kernel before 5.11
    for (int fd = 3; fd < limit; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    return {};
  }
};

/// Boost calls ::exit here, which would run our static destructors and flush our stdio buffers a second time.
/// Variadic, because the hook is detected with five arguments and called with four.
struct LeaveWithoutExit {
  template <class... Arguments>
  void on_exec_error(Arguments&&...) const {
    ::_exit(127);
  }
};

/// Boost's process_environment does not link header-only.
struct Environment {
  const char* const* variables;  ///< nullptr: the caller's

  error_code on_setup(Launcher& launcher, const bp::filesystem::path&, const char* const*&) const {
    if (variables) launcher.env = variables;
    return {};
  }
};

/// No signal reaches a handler of ours between fork and the reset in the child.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &old_);
  }
  ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &old_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t old_;
};

/// A pipe with both ends above 2, so that the child's dup2 calls cannot overwrite one another's source when
/// we were started with a closed standard stream.
Pipe make_high_pipe() {
  Pipe pipe = make_pipe();
  for (Fd* end : {&pipe.read_end, &pipe.write_end}) {
    if (end->get() > 2) continue;
    Fd high(::fcntl(end->get(), F_DUPFD_CLOEXEC, 3));
    if (!high) throw_errno("cannot make a pipe");
    *end = std::move(high);
  }
  return pipe;
}

/// An ignored SIGCHLD is inherited through exec, and the kernel then throws exit statuses away.
void keep_exit_statuses() {
  struct sigaction current = {};
  if (::sigaction(SIGCHLD, nullptr, &current) == 0 && current.sa_handler == SIG_IGN)
    ::signal(SIGCHLD, SIG_DFL);
}

void kill_and_reap(pid_t pid, int signal) {
  if (pid <= 0) return;
  if (signal != 0) ::kill(pid, signal);
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::filesystem::path program_of(const HostCommand& command) {
  if (command.argv.empty() || command.argv[0].empty()) throw InternalError("a command without a program");
  for (const std::string& argument : command.argv) {
    if (argument.find('\0') != std::string::npos)
      throw UsageError("an argument of '" + printable(command.argv[0]) +
                       "' holds a NUL byte, which no command line can carry");
  }
  const std::string& name = command.argv[0];
  if (name.find('/') != std::string::npos) return std::filesystem::absolute(name);
  if (const auto found = find_program(name)) return *found;
  throw EnvironmentError("program '" + printable(name) + "' is not in PATH",
                         "install it, or add its directory to PATH");
}

[[noreturn]] void throw_launch_failure(const HostCommand& command, const std::filesystem::path& program,
                                       int error) {
  std::error_code ignored;
  const std::string reason = std::strerror(error);
  if (error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE)
    throw InfraError("cannot start '" + printable(program.native()) + "': " + reason,
                     "the machine is out of processes, memory or descriptors: free some or raise the limit");
  if (!command.directory.empty() && !std::filesystem::is_directory(command.directory, ignored))
    throw EnvironmentError("cannot start '" + printable(program.native()) + "' in the directory '" +
                           printable(command.directory.native()) + "': there is no such directory");
  throw EnvironmentError("cannot execute '" + printable(program.native()) + "': " + reason,
                         "check that the program exists and may be executed");
}

}  // namespace

LaunchedChild launch(const HostCommand& command) {
  const std::filesystem::path program = program_of(command);
  keep_exit_statuses();

  std::vector<const char*> environment;
  if (command.environment) {
    for (const std::string& variable : *command.environment) environment.push_back(variable.c_str());
    environment.push_back(nullptr);
  }
  Pipe in = make_high_pipe(), out = make_high_pipe(), err = make_high_pipe();

  // A context of its own: nothing in it can be locked by another thread at the moment of the fork.
  boost::asio::io_context context(1);
  Launcher launcher;
  error_code error;
  Fd pidfd;
  try {
    const std::vector<std::string> arguments(command.argv.begin() + 1, command.argv.end());
    AllSignalsBlocked blocked;
    auto process = launcher(context.get_executor(), error, bp::filesystem::path(program.native()), arguments,
                            ChildStreams{in.read_end.get(), out.write_end.get(), err.write_end.get(),
                                         command.directory.empty() ? nullptr : command.directory.c_str()},
                            ChildOfOurs{::getpid()}, NoOtherDescriptors{}, LeaveWithoutExit{},
                            Environment{command.environment ? environment.data() : nullptr});
    if (!error) {
      process.detach();  // its destructor would kill
      // One of our own: basic_process::native_handle() does not compile in 1.81.
      pidfd = Fd(static_cast<int>(::syscall(SYS_pidfd_open, launcher.pid, 0)));
    }
  } catch (const boost::system::system_error& failure) {
    kill_and_reap(launcher.pid, SIGKILL);
    throw InfraError("cannot watch the process of '" + printable(program.native()) +
                     "': " + failure.code().message());
  }
  if (error) {
    kill_and_reap(launcher.pid, 0);  // a failed exec leaves its child unreaped
    throw_launch_failure(command, program, error.value());
  }
  if (!pidfd) {
    kill_and_reap(launcher.pid, SIGKILL);
    throw_errno("cannot watch the process of '" + printable(program.native()) + "'");
  }
  return {launcher.pid, std::move(pidfd), std::move(in.write_end), std::move(out.read_end),
          std::move(err.read_end)};
}

}  // namespace milepost
