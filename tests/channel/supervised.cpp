#include "supervised.hpp"

#include "milepost/base/ids.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace milepost::test {

namespace fs = std::filesystem;

namespace {

HostCommand supervisor_command() {
  HostCommand command;
  command.argv = {MILEPOST_SUPERVISOR};
  return command;
}

}  // namespace

ChannelTimes quiet() {
  ChannelTimes times;
  times.heartbeat = std::chrono::hours(1);
  times.leash = std::chrono::hours(3);
  return times;
}

Supervised::Supervised(const ChannelTimes& times) : process_(ChildProcess::start(supervisor_command())) {
  channel_ =
      std::make_unique<Channel>(std::move(process_.stdin_pipe()), std::move(process_.stdout_pipe()), times);
}

ProcessEnd Supervised::run(const ProcessSpec& spec) {
  return run(spec, output);
}

ProcessEnd Supervised::run(const ProcessSpec& spec, OutputSink& sink) {
  ChannelProcess process = channel_->start(spec, sink);
  return process.wait({});
}

ExitStatus Supervised::close() {
  channel_.reset();
  return wait_for_exit();
}

ExitStatus Supervised::wait_for_exit() {
  const auto status = process_.wait(std::chrono::seconds(20));
  if (!status) throw std::runtime_error("the supervisor does not end");
  return *status;
}

void WaitingSink::on_stdout(std::string_view bytes) {
  CollectingSink::on_stdout(bytes);
  const std::lock_guard lock(mutex_);
  has_output_ = true;
  arrived_.notify_all();
}

bool WaitingSink::wait_for_output() {
  std::unique_lock lock(mutex_);
  return arrived_.wait_for(lock, std::chrono::seconds(20), [&] { return has_output_; });
}

ProcessSpec bash(const std::string& script) {
  return program({"bash", "-c", script});
}

ProcessSpec program(std::initializer_list<std::string> argv) {
  ProcessSpec spec;
  spec.argv = argv;
  spec.environment = {"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp"};
  spec.directory = "/tmp";
  spec.kill_grace = std::chrono::milliseconds(100);
  return spec;
}

bool some_process_has_argument(const std::string& marker) {
  for (const auto& item : fs::directory_iterator("/proc")) {
    std::ifstream file(item.path() / "cmdline", std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (text.str().find(marker) != std::string::npos) return true;
  }
  return false;
}

std::string unique_marker() {
  return "milepost-test-" + random_hex(16);
}

}  // namespace milepost::test
