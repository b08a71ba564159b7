#include "milepost/run/container_setup.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"
#include "milepost/container/owner.hpp"
#include "milepost/harness/host_network.hpp"
#include "milepost/harness/volume.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace milepost {

namespace fs = std::filesystem;

namespace {

Mount bind_mount(const fs::path& source, const std::string& target, bool read_only, std::string reason) {
  return {Mount::Kind::bind, source.string(), target, read_only, std::move(reason)};
}

bool is_beneath(const fs::path& path, const fs::path& root) {
  const std::string relative = path.lexically_relative(root).string();
  return !relative.empty() && relative != ".." && !relative.starts_with("../");
}

/// A name for the invoking user inside the container: some programs fail for a uid without one.
void write_user_files(const fs::path& directory) {
  const std::string uid = std::to_string(::geteuid()), gid = std::to_string(::getegid());
  std::string passwd, group;
  if (uid != "0") passwd += "root:x:0:0:root:/root:/bin/bash\n";
  if (gid != "0") group += "root:x:0:\n";
  passwd += std::string(uid == "0" ? "root" : "agent") + ":x:" + uid + ":" + gid + ":agent:" + k_home_path +
            ":/bin/bash\n";
  passwd += "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
  group += std::string(gid == "0" ? "root" : "agent") + ":x:" + gid + ":\nnogroup:x:65534:\n";
  write_file_atomically(directory / "passwd", passwd);
  write_file_atomically(directory / "group", group);
  // The agent reads them as an ordinary user of the container.
  fs::permissions(directory / "passwd", fs::perms(0644));
  fs::permissions(directory / "group", fs::perms(0644));
}

std::vector<Mount> repository_mounts(const CodeFolder& folder) {
  std::vector<Mount> mounts;
  mounts.push_back(
      bind_mount(folder.root, k_workspace_path, false, "the code folder, which the agent may write"));
  mounts.push_back(
      bind_mount(folder.root / ".git", std::string(k_workspace_path) + "/.git", true,
                 "git on the host must not run what the agent plants; a mount point cannot be renamed away"));
  if (!is_beneath(folder.common_dir, folder.root)) {
    mounts.push_back(
        bind_mount(folder.common_dir, folder.common_dir.string(), true,
                   "the repository that this worktree or submodule belongs to, so that git log works"));
  }
  std::error_code ignored;
  if (fs::is_directory(folder.root / ".milepost", ignored)) {
    mounts.push_back(bind_mount(folder.root / ".milepost", std::string(k_workspace_path) + "/.milepost", true,
                                "the agent must not change the settings that judge it"));
  }
  return mounts;
}

/// Fails closed: in allowlist mode without a route there is no network at all.
void set_network(ContainerSpec& spec, const ContainerSetup& setup) {
  const bool open = setup.config.network == "open";
  spec.network = open ? "bridge" : "none";
  spec.host_gateway = open && setup.config.host_gateway;
  if (!setup.route) return;
  spec.network = setup.route->network;
  spec.dns = "127.0.0.1";  // in the container, where nothing answers
  if (setup.route->host_ports) spec.hosts["host.docker.internal"] = setup.route->proxy_address;
  // A look-up fails at once instead of after the engine's resolver has tried for 20 seconds.
  const fs::path resolver = setup.project_directory / "resolv.conf";
  write_file_atomically(resolver, "# The egress proxy looks names up.\n");
  fs::permissions(resolver, fs::perms(0644));
  spec.mounts.push_back(bind_mount(resolver, "/etc/resolv.conf", true, "there is no resolver to ask"));
}

/// For every program that knows proxies.
void use_proxy(std::vector<std::string>& environment, const EgressRoute& route) {
  const std::string proxy = "http://" + route.proxy_address + ":" + std::to_string(route.proxy_port);
  for (const char* name :
       {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"})
    environment.push_back(std::string(name) + "=" + proxy);
  for (const char* name : {"NO_PROXY", "no_proxy"})
    environment.push_back(std::string(name) + "=localhost,127.0.0.1,::1,host.docker.internal");
  environment.emplace_back("NODE_USE_ENV_PROXY=1");  // node's own fetch knows no proxy without
}

std::optional<std::string> host_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (!value || !*value) return std::nullopt;
  return std::string(value);
}

constexpr std::uintmax_t k_secret_limit_bytes = 100'000;  // Linux takes 128 KiB in one variable

std::string secret_in_file(const std::string& path) {
  std::error_code failed;
  const std::uintmax_t size = fs::file_size(path, failed);
  if (failed || !fs::is_regular_file(path, failed))
    throw EnvironmentError("cannot read the secret in " + printable(path) +
                               (failed ? ": " + failed.message() : ": it is no file"),
                           "give --secret-file NAME=PATH the path of a file that you may read");
  if (size > k_secret_limit_bytes)
    throw UsageError(
        "the secret in " + printable(path) + " is longer than 100 kB, which no variable can hold",
        "hand over a shorter one");
  std::string value = read_file(path);
  while (value.ends_with('\n') || value.ends_with('\r')) value.pop_back();
  if (value.find('\0') != std::string::npos)
    throw UsageError("the secret in " + printable(path) + " holds a NUL byte, which no variable can hold",
                     "encode it, for example in base64");
  return value;
}

void pass(std::vector<std::string>& environment, const std::string& name) {
  if (const auto value = host_variable(name)) environment.push_back(name + "=" + *value);
}

}  // namespace

ContainerSpec container_spec(const ContainerSetup& setup) {
  const fs::path home = setup.project_directory / "home";
  make_private_directories(home);
  write_user_files(setup.project_directory);

  ContainerSpec spec;
  spec.name = "milepost-" + setup.run;
  spec.image = setup.config.image;
  spec.labels = Owner::of_this_process().to_labels();
  spec.labels["milepost.run"] = setup.run;
  spec.labels["milepost.repository"] = setup.folder.key();
  spec.mounts = repository_mounts(setup.folder);
  spec.mounts.insert(spec.mounts.end(), setup.covers.begin(), setup.covers.end());
  spec.mounts.push_back(
      bind_mount(setup.programs, k_programs_path, true, "the supervisor, which works in any image"));
  if (setup.volume) {
    spec.mounts.push_back({Mount::Kind::volume, *setup.volume, k_harness_path, true, "the agent CLIs"});
  }
  spec.mounts.push_back(bind_mount(home, k_home_path, false, "sessions and logins survive the container"));
  spec.mounts.push_back(
      bind_mount(setup.project_directory / "passwd", "/etc/passwd", true, "a name for your uid"));
  spec.mounts.push_back(
      bind_mount(setup.project_directory / "group", "/etc/group", true, "a name for your gid"));
  for (const Mount& mount : host_certificates().mounts) spec.mounts.push_back(mount);
  spec.uid = ::geteuid();
  spec.gid = ::getegid();
  spec.memory = setup.config.memory;
  spec.cpus = setup.config.cpus;
  spec.pids = setup.config.pids;
  spec.tmp_size = setup.config.tmp_size;
  set_network(spec, setup);
  spec.extra_arguments = check_engine_arguments(setup.config.engine_args);
  return spec;
}

std::vector<std::string> container_environment(const ContainerSetup& setup) {
  std::string path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  if (setup.volume) path = harness_path(setup.lock) + ":" + path;
  std::vector<std::string> environment = {
      "PATH=" + path, "HOME=" + std::string(k_home_path),
      "USER=" + std::string(::geteuid() == 0 ? "root" : "agent"), "SHELL=/bin/bash", "LANG=C.UTF-8",
      "TERM=dumb", "MILEPOST_RUN=" + setup.run,
      // The code folder may belong to another uid in the container's eyes, and .git is read-only.
      "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
      "GIT_OPTIONAL_LOCKS=0"};
  for (const std::string& variable : host_certificates().environment) environment.push_back(variable);
  if (setup.route)
    use_proxy(environment, *setup.route);
  else
    for (const std::string& name : proxy_variables()) pass(environment, name);
  for (const std::string& name : setup.config.pass_env) pass(environment, name);
  return environment;
}

std::vector<Secret> secrets_of(const Config& config, const HarnessProfile& harness) {
  std::vector<Secret> secrets;
  const auto take = [&](const std::string& name) {
    if (const auto value = host_variable(name)) secrets.push_back({name, *value});
  };
  for (const CredentialKey& key : harness.credentials()) {
    if (key.secret) take(key.variable);
  }
  for (const std::string& name : config.secrets) take(name);
  for (const std::string& item : config.secret_files) {
    const std::size_t equals = item.find('=');
    secrets.push_back({item.substr(0, equals), secret_in_file(item.substr(equals + 1))});
  }
  return secrets;
}

std::vector<std::string> agent_environment(const ContainerSetup& setup, const HarnessProfile& harness) {
  std::vector<std::string> environment = container_environment(setup);
  for (const CredentialKey& key : harness.credentials()) {
    if (!key.secret) pass(environment, key.variable);
  }
  const std::vector<std::string> proxies = proxy_variables();
  for (const std::string& name : harness.passed_variables()) {
    const bool is_proxy = std::ranges::find(proxies, name) != proxies.end();
    if (!setup.route || !is_proxy) pass(environment, name);
  }
  for (const Secret& secret : secrets_of(setup.config, harness))
    environment.push_back(secret.name + "=" + secret.value);
  return environment;
}

}  // namespace milepost
