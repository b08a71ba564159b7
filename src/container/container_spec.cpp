#include "milepost/container/container_spec.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "resource_limits.hpp"

#include <algorithm>

namespace milepost {

namespace {

/// Text that reaches the kernel as the same bytes: engines pass it as JSON, which replaces what is not UTF-8,
/// and their CSV reader ends a record at a line end.
void check_path(const std::string& path, const char* what) {
  const auto refuse = [&](const std::string& reason) {
    throw UsageError(
        std::string(what) + " '" + printable(path) + "' cannot be mounted: " + reason,
        "rename the folder, or give another path to it (a symbolic link is resolved, a bind mount works)");
  };
  if (path.find_first_of(std::string_view("\n\r\0", 3)) != std::string::npos)
    refuse("the engine's --mount syntax has no way to write a line break");
  if (valid_utf8(path) != path) refuse("it is not valid UTF-8, and the engine would look for another path");
}

/// One field of the --mount value, which is a CSV record.
std::string csv_field(const std::string& field) {
  if (field.find_first_of(",\"") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

ExplainedArgument mount_argument(const Mount& mount) {
  const bool bind = mount.kind == Mount::Kind::bind;
  check_path(mount.source, bind ? "the path" : "the volume");
  check_path(mount.target, "the path in the container");
  if (mount.source.empty() || (bind && !mount.source.starts_with('/')) || !mount.target.starts_with('/'))
    throw InternalError("a mount needs absolute paths: '" + mount.source + "' at '" + mount.target + "'");
  std::string value = std::string("type=") + (bind ? "bind" : "volume") + "," +
                      csv_field("src=" + mount.source) + "," + csv_field("dst=" + mount.target);
  if (mount.read_only) value += ",ro";  // Podman 4.3 knows no "readonly" for a volume
  return {{"--mount", value}, mount.reason};
}

/// The uid and gid whose files are the invoking user's outside.
std::pair<std::uint32_t, std::uint32_t> mapped_user(const ContainerEngine& engine,
                                                    const ContainerSpec& spec) {
  if (engine.kind() == EngineKind::docker && engine.rootless() && spec.is_invoking_user) return {0, 0};
  return {spec.uid, spec.gid};
}

bool selinux_enforces() {
  std::error_code failed;
  return std::filesystem::exists("/sys/fs/selinux/enforce", failed);
}

}  // namespace

std::vector<ExplainedArgument> container_arguments(const ContainerEngine& engine, const ContainerSpec& spec) {
  if (spec.image.empty() || spec.image.starts_with('-') || spec.name.empty() || spec.name.starts_with('-'))
    throw UsageError("'" + printable(spec.image) + "' is not the name of an image");
  const bool podman = engine.kind() == EngineKind::podman;

  std::vector<ExplainedArgument> all;
  const auto add = [&](std::vector<std::string> words, std::string reason) {
    all.push_back({std::move(words), std::move(reason)});
  };
  add({"run"}, "one engine client for the container's whole life");
  add({"--interactive"}, "its standard input is the channel: when it closes, the container ends");
  add({"--rm"}, "the engine removes the container when it ends");
  add({"--log-driver", "none"}, "the channel's bytes do not belong in the engine's logs");
  add({"--name", spec.name}, "unique for this run");
  for (const auto& [name, value] : spec.labels)
    add({"--label", name + "=" + value}, "finds and proves whose container it is, for the sweep");

  const auto [uid, gid] = mapped_user(engine, spec);
  add({"--user", std::to_string(uid) + ":" + std::to_string(gid)},
      spec.is_invoking_user ? "files written in the container belong to the user who started milepost"
                            : "an ordinary user of the image's");
  if (podman && engine.rootless() && spec.is_invoking_user)
    add({"--userns", "keep-id"}, "rootless Podman: the same uid inside and outside");
  add({"--cap-drop", "ALL"}, "no capability, also for uid 0");
  add({"--security-opt", "no-new-privileges"}, "setuid programs give no rights");
  if (selinux_enforces())
    add({"--security-opt", "label=disable"},
        "SELinux would refuse the code folder, and its labels are not ours to change");
  add({"--read-only"}, "the image's files cannot be changed");
  if (podman)
    add({"--read-only-tmpfs=false"}, "only the temporary directory below is writable, as with Docker");
  add({"--tmpfs", "/tmp:rw,exec,nosuid,nodev,size=" + spec.tmp_size + ",mode=1777"},
      "a temporary directory in memory, gone with the container");
  add({"--pids-limit", std::to_string(spec.pids)}, "a fork bomb stays inside");
  if (!spec.memory.empty())
    add({"--memory", spec.memory, "--memory-swap", spec.memory}, "memory limit, without swap on top of it");
  if (!spec.cpus.empty()) add({"--cpus", spec.cpus}, "processor limit");
  std::vector<std::string> limits = resource_limit_arguments(engine);
  std::erase_if(limits, [&](const std::string& limit) {
    const std::string name = limit.substr(0, limit.find('=', limit.find('=') + 1) + 1);  // "--ulimit=nofile="
    return std::ranges::any_of(spec.extra_arguments,
                               [&](const std::string& extra) { return extra.starts_with(name); });
  });
  if (!limits.empty())
    add(limits, "Podman's defaults may be above what this machine allows, and raising fails");

  add({"--network", spec.network},
      spec.network == "none"     ? "no network"
      : spec.network == "bridge" ? "the engine's own network, with no published port"
                                 : "an internal network, without a route: only the egress proxy is on it");
  if (!spec.dns.empty()) add({"--dns", spec.dns}, "no resolver: the egress proxy looks names up");
  for (const auto& [name, address] : spec.hosts)
    add({"--add-host=" + name + ":" + address},
        "leads to the ports of network.host_ports, through the proxy");
  if (spec.host_gateway && spec.network != "none") {
    if (const std::string address = engine.host_gateway(); !address.empty())
      add({"--add-host=host.docker.internal:" + address},
          "services on this machine can be reached by that name");
  }
  add({"--restart", "no"}, "never comes back by itself");
  for (const Mount& mount : spec.mounts) all.push_back(mount_argument(mount));
  if (!spec.extra_arguments.empty()) add(spec.extra_arguments, "extra engine arguments of the configuration");
  add({"--workdir", k_workspace_path}, "the code folder");
  add({"--entrypoint", std::string(k_programs_path) + "/milepost-supervisor"},
      "the supervisor is process 1: it starts, limits and ends everything inside");
  add({"--pull", "never"}, "only the image that was checked; nothing is downloaded by a run");
  add({spec.image}, "the coding-agent image");
  return all;
}

}  // namespace milepost
