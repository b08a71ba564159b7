#include "milepost/container/engine.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/log.hpp"
#include "milepost/base/text.hpp"

#include "engine_failure.hpp"
#include "listed_labels.hpp"
#include "resource_limits.hpp"

#include <signal.h>

#include <algorithm>
#include <deque>
#include <thread>

namespace milepost {

namespace {

constexpr Milliseconds k_build_limit = std::chrono::hours(6);
constexpr std::size_t k_build_tail_lines = 15;  ///< of a failed build, for the error message

/// Cuts a stream of pieces into lines.
class LineCutter {
 public:
  explicit LineCutter(std::function<void(std::string_view)> on_line) : on_line_(std::move(on_line)) {}

  void add(std::string_view bytes) {
    pending_ += bytes;
    std::size_t begin = 0;
    for (std::size_t end; (end = pending_.find('\n', begin)) != std::string::npos; begin = end + 1)
      on_line_(trim(std::string_view(pending_).substr(begin, end - begin)));
    pending_.erase(0, begin);
  }
  void finish() {
    if (!trim(pending_).empty()) on_line_(trim(pending_));
    pending_.clear();
  }

 private:
  std::function<void(std::string_view)> on_line_;
  std::string pending_;
};

}  // namespace

ContainerEngine::ContainerEngine(EngineKind kind, std::filesystem::path client)
    : kind_(kind), client_(std::move(client)) {}

std::string ContainerEngine::name() const {
  return kind_ == EngineKind::docker ? "docker" : "podman";
}

RunResult ContainerEngine::call(std::vector<std::string> arguments, Milliseconds limit,
                                std::stop_token stop) const {
  arguments.insert(arguments.begin(), client_.native());
  RunLimits limits;
  limits.timeout = limit;
  limits.stop = std::move(stop);
  return run_process({.argv = std::move(arguments), .environment = {}, .directory = {}}, limits);
}

std::string ContainerEngine::limits_not_held() const {
  if (!rootless_) return {};
  const char* const format = kind_ == EngineKind::podman
                                 ? "{{.Host.CgroupControllers}}"
                                 : "{{if .MemoryLimit}}memory {{end}}{{if .PidsLimit}}pids{{end}}";
  const RunResult result = call({"info", "--format", format}, query_limit_);
  if (!result.success()) return {};
  const bool memory = result.out.find("memory") != std::string::npos;
  const bool processes = result.out.find("pids") != std::string::npos;
  if (!memory && !processes) return "memory and processes";
  return !memory ? "memory" : !processes ? "processes" : "";
}

std::string ContainerEngine::host_gateway() const {
  if (kind_ == EngineKind::docker) return "host-gateway";
  int major = 0, minor = 0;
  if (std::sscanf(server_version().c_str(), "%d.%d", &major, &minor) == 2 &&
      std::pair(major, minor) >= std::pair(4, 7))
    return "host-gateway";
  if (rootless_) return {};  // its containers reach the host by host.containers.internal alone
  const RunResult result =
      call({"network", "inspect", "podman", "--format", "{{(index .Subnets 0).Gateway}}"}, query_limit_);
  return result.success() ? one_line(result.out, 100) : std::string();
}

bool ContainerEngine::image_exists(const std::string& image) const {
  return image_id(image).has_value();
}

std::optional<std::string> ContainerEngine::image_id(const std::string& image) const {
  const RunResult result = call({"image", "inspect", "--format", "{{.Id}}", "--", image}, query_limit_);
  if (result.success()) return one_line(result.out, 200);
  if (!result.timed_out && says_no_such(result.err)) return {};
  require_success(*this, result, "look for the image '" + printable(image) + "'");
  return {};
}

void ContainerEngine::build_image(const std::string& tag, const std::filesystem::path& context,
                                  const std::map<std::string, std::string>& build_arguments,
                                  const std::function<void(std::string_view line)>& on_line,
                                  std::stop_token stop) const {
  HostCommand command{
      .argv = {client_.native(), "build", "--force-rm", "--tag", tag}, .environment = {}, .directory = {}};
  // A step in a container of its own runs on when Podman 4.3 is stopped in the middle of it.
  if (kind_ == EngineKind::podman) command.argv.push_back("--isolation=chroot");
  for (std::string& word : resource_limit_arguments(*this)) command.argv.push_back(std::move(word));
  for (const auto& [name, value] : build_arguments) {
    command.argv.push_back("--build-arg");
    command.argv.push_back(name + "=" + value);
  }
  command.argv.push_back(context.native());

  std::deque<std::string> tail;
  LineCutter cutter([&](std::string_view line) {
    log::debug(line);
    if (on_line) on_line(line);
    tail.emplace_back(line);
    if (tail.size() > k_build_tail_lines) tail.pop_front();
  });
  RunLimits limits;
  limits.timeout = k_build_limit;
  limits.output_bytes = 0;
  limits.stop = std::move(stop);
  limits.on_output = [&](std::string_view bytes) { cutter.add(bytes); };
  RunResult result = run_process(command, limits);
  cutter.finish();
  for (const std::string& line : tail) result.err += line + "\n";
  require_success(*this, result, "build the image '" + printable(tag) + "'");
}

bool ContainerEngine::volume_exists(const std::string& name) const {
  const RunResult result = call({"volume", "inspect", "--format", "{{.Name}}", "--", name}, query_limit_);
  if (result.success()) return true;
  if (!result.timed_out && says_no_such(result.err)) return false;
  require_success(*this, result, "look for the volume '" + printable(name) + "'");
  return false;
}

void ContainerEngine::create_volume(const std::string& name,
                                    const std::map<std::string, std::string>& labels) const {
  std::vector<std::string> arguments{"volume", "create"};
  for (const auto& [label, value] : labels) {
    arguments.push_back("--label");
    arguments.push_back(label + "=" + value);
  }
  arguments.push_back("--");
  arguments.push_back(name);
  const RunResult result = call(std::move(arguments), query_limit_);
  if (kind_ == EngineKind::podman && result.err.find("already exists") != std::string::npos) return;
  require_success(*this, result, "create the volume '" + printable(name) + "'");
}

void ContainerEngine::remove_volume(const std::string& name) const {
  const RunResult result = call({"volume", "rm", "--", name}, query_limit_);
  if (!result.timed_out && says_no_such(result.err)) return;
  require_success(*this, result, "remove the volume '" + printable(name) + "'");
}

std::vector<std::string> ContainerEngine::inspect(const std::vector<std::string>& object,
                                                  const std::string& format, const std::string& ids) const {
  std::vector<std::string> arguments = object;
  arguments.insert(arguments.end(), {"inspect", "--format", format, "--"});
  for (const std::string_view id : lines_of(ids)) {
    if (!trim(id).empty()) arguments.emplace_back(trim(id));
  }
  if (arguments.back() == "--") return {};
  const RunResult result = call(std::move(arguments), query_limit_);
  // One that went away since it was listed is reported as an error beside the others.
  if (!(result.status.exited && !result.timed_out && says_no_such(result.err)))
    require_success(*this, result, "inspect what was listed");
  std::vector<std::string> lines;
  for (const std::string_view line : lines_of(result.out)) {
    if (!trim(line).empty()) lines.emplace_back(line);
  }
  return lines;
}

std::vector<ListedVolume> ContainerEngine::list_volumes(const std::string& label) const {
  const RunResult listed = call({"volume", "ls", "--quiet", "--filter", "label=" + label}, query_limit_);
  require_success(*this, listed, "list volumes");
  std::vector<ListedVolume> volumes;
  for (const std::string& line : inspect({"volume"}, "{{.Name}}|{{json .Labels}}", listed.out)) {
    const std::size_t bar = line.find('|');
    if (bar == std::string::npos) continue;
    volumes.push_back({line.substr(0, bar), parse_labels(std::string_view(line).substr(bar + 1))});
  }
  return volumes;
}

std::vector<ListedContainer> ContainerEngine::list_containers(const std::string& label) const {
  const RunResult listed =
      call({"ps", "--all", "--quiet", "--no-trunc", "--filter", "label=" + label}, query_limit_);
  require_success(*this, listed, "list containers");
  std::vector<ListedContainer> containers;
  for (const std::string& line :
       inspect({"container"}, "{{.Name}}|{{.State.Status}}|{{json .Config.Labels}}", listed.out)) {
    const std::size_t first = line.find('|'), second = line.find('|', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    std::string name = line.substr(0, first);
    if (name.starts_with('/')) name.erase(0, 1);  // Docker's way to write it
    containers.push_back({std::move(name), line.substr(first + 1, second - first - 1),
                          parse_labels(std::string_view(line).substr(second + 1))});
  }
  return containers;
}

std::vector<std::string> ContainerEngine::containers_with_volume(const std::string& volume) const {
  const RunResult listed =
      call({"ps", "--all", "--filter", "volume=" + volume, "--format", "{{.Names}}"}, query_limit_);
  require_success(*this, listed, "list the containers of the volume '" + printable(volume) + "'");
  std::vector<std::string> names;
  for (const std::string_view line : lines_of(listed.out)) {
    if (!trim(line).empty()) names.emplace_back(trim(line));
  }
  return names;
}

bool ContainerEngine::remove_container(const std::string& name, Milliseconds limit) const noexcept {
  try {
    std::vector<std::string> arguments{"rm", "--force", "--volumes"};
    if (kind_ == EngineKind::podman) arguments.insert(arguments.end(), {"--time", "0"});
    arguments.insert(arguments.end(), {"--", name});
    return remove(arguments, "the container " + name, limit);
  } catch (const std::exception&) {
    return false;
  }
}

bool ContainerEngine::remove(const std::vector<std::string>& arguments, const std::string& what,
                             Milliseconds limit) const noexcept {
  try {
    const auto deadline = SteadyClock::now() + limit;
    Milliseconds pause{50};
    while (true) {
      const auto left = std::chrono::duration_cast<Milliseconds>(deadline - SteadyClock::now());
      if (left <= Milliseconds(0)) return false;
      const RunResult result = call(arguments, left);
      if (result.success() || (!result.timed_out && says_no_such(result.err))) return true;
      log::warning(name() + ": cannot remove " + what + ": " + client_words(result));
      // An engine that answers with an error gets time to recover before it is asked again.
      std::this_thread::sleep_until(std::min(deadline, SteadyClock::now() + pause));
      pause = std::min(pause * 2, Milliseconds(1000));
    }
  } catch (const std::exception& failure) {
    try {
      log::error("cannot remove " + what + ": " + failure.what());
    } catch (const std::exception&) {
      // Not even memory for a message: the answer below says what matters.
    }
    return false;
  }
}

}  // namespace milepost
