#include "milepost/base/fd.hpp"

#include "support.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace milepost::test {

namespace {

std::vector<char*> pointers(const Words& words) {
  std::vector<char*> list;
  for (const std::string& word : words) list.push_back(const_cast<char*>(word.c_str()));
  list.push_back(nullptr);
  return list;
}

}  // namespace

Program::Program(const Words& argv, const Words& environment, const std::filesystem::path& directory,
                 std::filesystem::path output_files)
    : files_(std::move(output_files)) {
  std::vector<char*> arguments = pointers(argv), variables = pointers(environment);
  const std::string out = files_.string() + ".out", err = files_.string() + ".err";
  Pipe until_exec = make_pipe();
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ > 0) {
    ::setpgid(pid_, pid_);
    until_exec.write_end.reset();
    char none = 0;
    // Until then a signal would meet the test's own handlers.
    while (::read(until_exec.read_end.get(), &none, 1) < 0 && errno == EINTR) {
    }
    return;
  }
  ::setpgid(0, 0);
  const auto put = [](const char* path, int flags, int fd) {
    const int opened = ::open(path, flags | O_CLOEXEC, 0600);
    if (opened < 0 || ::dup2(opened, fd) < 0) ::_exit(126);
  };
  put("/dev/null", O_RDONLY, 0);
  put(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 1);
  put(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 2);
  if (::chdir(directory.c_str()) != 0) ::_exit(126);
  ::execvpe(arguments[0], arguments.data(), variables.data());
  ::_exit(127);
}

Program::Program(Program&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      waited_(std::exchange(other.waited_, true)),
      begin_(other.begin_),
      files_(std::move(other.files_)) {}

Program::~Program() {
  if (waited_ || pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Program::signal(int number) const {
  if (!waited_) ::kill(pid_, number);
}

void Program::signal_group(int number) const {
  if (!waited_) ::kill(-pid_, number);
}

bool Program::has_ended() const {
  siginfo_t info{};
  return waited_ || (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
                     info.si_pid == pid_);
}

Ended Program::wait(Clock::duration limit) {
  Ended ended;
  int status = 0;
  const bool in_time = eventually(limit, [&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; });
  ended.took = Clock::now() - begin_;
  if (!in_time) {
    signal_group(SIGKILL);
    ::waitpid(pid_, &status, 0);
  }
  waited_ = true;
  ended.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (!in_time) ended.exit = -1;
  ended.out = slurp(files_.string() + ".out");
  ended.err = err();
  if (!in_time) ended.err += "\n[did not end within the limit of the test]\n";
  return ended;
}

std::string Program::err() const {
  return slurp(files_.string() + ".err");
}

long Program::peak_kib() const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
  }
  return -1;
}

bool eventually(Clock::duration limit, const std::function<bool()>& is_true) {
  const auto end = Clock::now() + limit;
  while (!is_true()) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(3ms);
  }
  return true;
}

}  // namespace milepost::test
