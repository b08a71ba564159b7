#include "doctor/engine_checks.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/text.hpp"
#include "milepost/container/coding_agent_container.hpp"
#include "milepost/harness/installed_version.hpp"
#include "milepost/harness/profile.hpp"
#include "milepost/harness/volume.hpp"

#include "doctor/host_checks.hpp"

#include <unistd.h>

namespace milepost::doctor {

namespace fs = std::filesystem;

namespace {

constexpr const char* k_setup = "milepost setup";

std::string setup_of(const std::string& harness) {
  return "milepost setup --harness " + harness;
}

CheckResult judge(VolumeState state, const std::string& volume, const std::string& harness) {
  switch (state) {
    case VolumeState::none_needed:
      return passed("none needed");
    case VolumeState::complete:
      return passed(volume);
    case VolumeState::missing:
      return warning(volume + " is not populated yet; the next run does it", setup_of(harness));
    case VolumeState::incomplete:
      return warning(volume + " is incomplete; the next run builds it again", setup_of(harness));
  }
  return failed("unknown state", "");
}

/// The verdict where there is no volume to ask for.
std::optional<CheckResult> without_volume(const Environment& environment) {
  const std::string& harness = environment.config.harness;
  if (!harness_profile(harness).capabilities().needs_install)
    return passed("the harness '" + harness + "' needs none");
  if (!volume_name(environment.lock) || !environment.lock.find(harness)) {
    return warning("the harness '" + harness + "' is not set up here; the image would have to hold it",
                   setup_of(harness));
  }
  return std::nullopt;
}

VolumeContext volume_context(const Environment& environment) {
  return {.engine = *environment.engine,
          .image = environment.config.image,
          .programs = environment.programs,
          .lock_directory = environment.state_directory / "locks",
          .on_progress = {},
          .stop = environment.stop};
}

}  // namespace

CheckResult check_engine(Environment& environment) {
  ContainerEngine engine = ContainerEngine::find(environment.config.engine);
  const std::string detail =
      engine.name() + " " + engine.server_version() + (engine.rootless() ? " (rootless)" : "");
  const std::string unlimited = engine.limits_not_held();
  environment.engine = std::move(engine);
  if (!unlimited.empty())
    return warning(
        detail + " cannot limit " + unlimited + " here",
        "cgroup v2, and a login that systemd manages, give a rootless engine its limits; or use Docker");
  return passed(detail);
}

CheckResult check_image(const Environment& environment, const EarlyQuestion& exists) {
  const std::string& image = environment.config.image;
  if (exists.answer(*environment.engine)) return passed(image);
  const bool is_default = image == Config().image;
  return failed("the image '" + printable(image) + "' does not exist",
                is_default ? k_setup : "build or pull it, or change the setting `image`");
}

CheckResult check_egress_image(const Environment& environment, const EarlyQuestion& exists) {
  const std::string& image = environment.config.proxy_image;
  if (exists.answer(*environment.engine)) return passed(image);
  const bool is_default = image == Config().proxy_image;
  return failed("the image '" + printable(image) + "' of the egress proxy does not exist",
                is_default ? "milepost setup --set network.mode=allowlist"
                           : "build or pull it, or change the setting `network.proxy_image`");
}

CheckResult check_volume(const Environment& environment, const EarlyQuestion& exists) {
  if (auto early = without_volume(environment)) return *early;
  const std::string volume = volume_name(environment.lock).value();
  return exists.answer(*environment.engine) ? passed(volume + " exists")
                                            : judge(VolumeState::missing, volume, environment.config.harness);
}

CheckResult check_volume_content(const Environment& environment) {
  if (auto early = without_volume(environment)) return *early;
  return judge(volume_state(volume_context(environment), environment.lock),
               volume_name(environment.lock).value(), environment.config.harness);
}

CheckResult check_harness(const Environment& environment) {
  const std::optional<std::string> volume = volume_name(environment.lock);
  if (!volume) return passed("none is installed");
  const VolumeContext context = volume_context(environment);
  if (volume_state(context, environment.lock) != VolumeState::complete)
    return warning("not tried: the volume " + *volume + " is not complete", "milepost setup");
  std::string good, bad;
  for (const InstalledVersion& found : installed_versions(context, environment.lock)) {
    if (found.problem.empty())
      good += (good.empty() ? "" : ", ") + found.harness + " " + found.locked;
    else
      bad += (bad.empty() ? "" : "; ") + found.harness + ": " + found.problem;
  }
  if (bad.empty()) return passed(good);
  const std::string client = environment.engine->name();
  return failed(bad,
                "remove the volume, and the next run fills it anew: " + client + " volume rm " + *volume);
}

CheckResult check_bind_mounts(const Environment& environment) {
  const CodeFolder& folder = *environment.folder;
  const std::string file = folder.dot_git_is_file ? ".git" : ".git/HEAD";
  const std::string on_host = read_file(folder.root / file);

  ContainerSpec spec;
  spec.name = "milepost-doctor-" + random_hex(12);
  spec.image = environment.config.image;
  spec.labels = {{"milepost.run", spec.name}};
  spec.mounts = {{Mount::Kind::bind, folder.root.string(), k_workspace_path, true, "the code folder"},
                 {Mount::Kind::bind, environment.programs.string(), k_programs_path, true, "the supervisor"}};
  spec.uid = ::geteuid();
  spec.gid = ::getegid();
  spec.memory = environment.config.memory;
  spec.cpus = environment.config.cpus;
  spec.pids = environment.config.pids;
  spec.tmp_size = environment.config.tmp_size;
  spec.network = "none";
  spec.host_gateway = false;

  std::string leftover;
  CollectingSink sink;
  ProcessEnd end;
  {
    CodingAgentContainer container(*environment.engine, spec,
                                   [&](const std::string& name) { leftover = name; });
    RunningContainer& running = container.start({}, environment.stop);
    ProcessSpec process;
    process.argv = {"cat", "--", std::string(k_workspace_path) + "/" + file};
    process.environment = {"PATH=/usr/local/bin:/usr/bin:/bin"};
    process.directory = "/";
    process.total_limit = std::chrono::seconds(30);
    end = running.run(process, sink, environment.stop);
  }
  if (!leftover.empty()) {
    return failed(
        "the container " + leftover + " could not be removed",
        shell_join(std::vector<std::string>{environment.engine->client().string(), "rm", "-f", leftover}));
  }
  const std::string place = (folder.root / file).string();
  if (!end.success()) {
    const std::string words = one_line(end.error.empty() ? sink.err : end.error, 160);
    return failed(place + " is not seen in a container" + (words.empty() ? "" : ": " + words),
                  "use an engine that runs on this machine and may mount the code folder");
  }
  if (sink.out != on_host) {
    return failed(place + " has another text in a container: the engine mounts another machine's folder",
                  "use an engine that runs on this machine");
  }
  return passed(folder.root.string() + " is seen in a container");
}

}  // namespace milepost::doctor
