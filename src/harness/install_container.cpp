#include "harness/install_container.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/log.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/host_network.hpp"

#include <signal.h>

#include <cstdlib>
#include <deque>

namespace milepost {

namespace {

constexpr std::size_t k_output_bytes = 1u << 20;
constexpr std::size_t k_line_bytes = 4096;
constexpr std::size_t k_tail_lines = 20;

ContainerSpec spec_of(const VolumeContext& context, const std::string& name,
                      const std::optional<MountedVolume>& volume) {
  ContainerSpec spec;
  spec.name = name;
  spec.image = context.image;
  spec.labels = {{"milepost.run", name}};
  // uid 0 owns a fresh volume's directory; it has no capability, and nothing of the host is mounted to write.
  spec.uid = 0;
  spec.gid = 0;
  spec.tmp_size = "4g";
  spec.mounts.push_back(
      {Mount::Kind::bind, context.programs.string(), k_programs_path, /*read_only=*/true, "the supervisor"});
  for (Mount& mount : host_certificates().mounts) spec.mounts.push_back(std::move(mount));
  if (volume) {
    spec.labels[k_volume_user_label] = volume->name;
    Mount mount = harness_mount(volume->name);
    mount.read_only = volume->read_only;
    spec.mounts.push_back(std::move(mount));
  }
  return spec;
}

}  // namespace

/// Keeps the head of standard output and the last lines of both streams; shows lines as they come. Or hands
/// standard output on.
class StepSink : public OutputSink {
 public:
  explicit StepSink(const std::function<void(std::string_view)>& on_line,
                    std::function<void(std::string_view)> taken = {})
      : on_line_(on_line), taken_(std::move(taken)) {}

  void on_stdout(std::string_view bytes) override {
    if (taken_) return taken_(bytes);
    out.append(bytes.substr(0, k_output_bytes - std::min(out.size(), k_output_bytes)));
    add(stdout_line_, bytes);
  }
  void on_stderr(std::string_view bytes) override { add(stderr_line_, bytes); }

  std::string finish() {
    for (std::string* line : {&stdout_line_, &stderr_line_}) {
      if (!line->empty()) add(*line, "\n");
    }
    const std::vector<std::string> lines(tail_.begin(), tail_.end());
    return join(lines, "\n");
  }

  std::string out;

 private:
  void add(std::string& line, std::string_view bytes) {
    for (const char c : bytes) {
      if (c != '\n' && c != '\r') {
        if (line.size() < k_line_bytes) line += c;
        continue;
      }
      const std::string shown = one_line(line, 200);
      line.clear();
      if (shown.empty()) continue;
      if (on_line_) on_line_(shown);
      tail_.push_back(shown);
      if (tail_.size() > k_tail_lines) tail_.pop_front();
    }
  }

  std::function<void(std::string_view)> on_line_, taken_;
  std::string stdout_line_, stderr_line_;
  std::deque<std::string> tail_;
};

InstallContainer::InstallContainer(const VolumeContext& context, const std::string& name,
                                   std::optional<MountedVolume> volume)
    : context_(context),
      guard_(context.engine, spec_of(context, name, volume), [context](const std::string& leftover) {
        if (context.on_progress) {
          context.on_progress("the container " + leftover + " could not be removed; remove it with: " +
                              context.engine.name() + " rm -f " + leftover);
        }
      }) {
  running_ = &guard_.start(ChannelTimes(), context.stop);
}

InstallContainer::Result InstallContainer::result_of(ProcessEnd end, StepSink& sink) {
  Result result;
  result.end = std::move(end);
  result.tail = sink.finish();
  result.out = std::move(sink.out);
  if (context_.stop.stop_requested()) throw Stopped(SIGINT);
  if (result.end.reason == EndReason::channel_lost) {
    throw InfraError(running_->death() + (result.tail.empty() ? "" : "\n" + result.tail));
  }
  return result;
}

InstallContainer::Result InstallContainer::run(ProcessSpec spec, bool show) {
  StepSink sink(show ? context_.on_progress : nullptr);
  log::debug("in " + guard_.name() + ": " + shell_join(spec.argv));
  return result_of(running_->run(spec, sink, context_.stop), sink);
}

InstallContainer::Result InstallContainer::stream(ProcessSpec spec, const Streams& streams) {
  StepSink sink(nullptr, streams.output);
  log::debug("in " + guard_.name() + ": " + shell_join(spec.argv));
  spec.open_input = static_cast<bool>(streams.input);
  ChannelProcess process = running_->start(spec, sink);
  if (streams.input) {
    std::string piece;
    while (!context_.stop.stop_requested() && running_->alive() && streams.input(piece))
      process.write_input(piece);
    process.close_input();
  }
  return result_of(process.wait(context_.stop), sink);
}

InstallContainer::Result InstallContainer::require(const std::string& what, ProcessSpec spec, bool show) {
  Result result = run(std::move(spec), show);
  if (result.end.success()) return result;
  std::string how = !result.end.error.empty()               ? result.end.error
                    : result.end.reason == EndReason::idle  ? "no output for five minutes"
                    : result.end.reason == EndReason::total ? "not done within an hour"
                    : result.end.exited                     ? "exit " + std::to_string(result.end.code)
                                                            : "signal " + std::to_string(result.end.signal);
  if (result.end.oom) how += ", out of memory";
  throw InfraError("cannot " + what + ": " + how + (result.tail.empty() ? "" : "\n" + result.tail),
                   "check the network, the proxy variables and npm_config_registry, then try again");
}

ProcessSpec install_command(std::vector<std::string> argv, const std::string& path_prefix) {
  ProcessSpec spec;
  spec.argv = std::move(argv);
  spec.directory = "/tmp";
  spec.idle_limit = std::chrono::minutes(5);
  spec.total_limit = std::chrono::hours(1);
  const std::string path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  spec.environment = {"PATH=" + (path_prefix.empty() ? path : path_prefix + ":" + path),
                      "HOME=/tmp/home",
                      "npm_config_cache=/tmp/npm-cache",
                      "npm_config_update_notifier=false",
                      "npm_config_fund=false",
                      "npm_config_audit=false",
                      "npm_config_progress=false",
                      "npm_config_color=false"};
  for (std::string& entry : host_certificates().environment) spec.environment.push_back(std::move(entry));
  std::vector<std::string> passed = proxy_variables();
  passed.push_back("npm_config_registry");
  for (const std::string& name : passed) {
    if (const char* value = std::getenv(name.c_str())) spec.environment.push_back(name + "=" + value);
  }
  return spec;
}

}  // namespace milepost
