#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/container/container_spec.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace milepost {

namespace {

/// Why a value of an allowed argument is refused; empty when it is fine.
using Check = std::string (*)(const std::string& value);

bool only(std::string_view text, std::string_view more) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
  });
}

bool is_address(const std::string& text) {
  std::array<unsigned char, 16> bytes;
  return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

std::string check_address(const std::string& value) {
  return is_address(value) ? "" : "it takes an IP address";
}

std::string check_host_name(const std::string& value) {
  return only(value, ".-") && value.size() < 254 && !value.starts_with('-') ? "" : "it takes a host name";
}

std::string check_added_host(const std::string& value) {
  const std::size_t colon = value.find(':');
  if (colon == std::string::npos || !check_host_name(value.substr(0, colon)).empty())
    return "it takes NAME:ADDRESS";
  const std::string address = value.substr(colon + 1);
  if (address == "host-gateway") return "the way to this machine is the setting network.host_gateway";
  return check_address(address).empty() ? "" : "it takes NAME:ADDRESS with an IP address";
}

std::string check_size(const std::string& value) {
  const std::string_view digits = std::string_view(value).substr(0, value.find_first_not_of("0123456789"));
  const std::string_view unit = std::string_view(value).substr(digits.size());
  constexpr std::string_view units[] = {"", "b", "k", "m", "g", "kb", "mb", "gb"};
  const bool known = std::ranges::find(units, to_lower_ascii(unit)) != std::end(units);
  return !digits.empty() && digits.size() < 16 && known ? "" : "it takes a size such as 512m";
}

std::string check_ulimit(const std::string& value) {
  const std::size_t equals = value.find('=');
  if (equals == std::string::npos || !only(value.substr(0, equals), "") ||
      !only(value.substr(equals + 1), ":-"))
    return "it takes NAME=SOFT[:HARD]";
  return "";
}

std::string check_platform(const std::string& value) {
  return only(value, "/-._") && !value.starts_with('-') ? "" : "it takes OS/ARCHITECTURE";
}

std::string check_label(const std::string& value) {
  const std::string name = to_lower_ascii(value.substr(0, value.find('=')));
  if (!only(name, ".-_/")) return "it takes NAME=VALUE";
  if (name == "milepost" || name.starts_with("milepost."))
    return "labels of milepost prove whose container it is";
  return "";
}

bool names_a_secret(const std::string& name) {
  constexpr std::string_view parts[] = {"KEY",        "TOKEN", "SECRET", "PASS",    "PWD",
                                        "CREDENTIAL", "AUTH",  "COOKIE", "PRIVATE", "SESSION",
                                        "SIGNATURE",  "DSN",   "_PAT",   "CERT"};
  std::string upper = name;
  std::ranges::transform(upper, upper.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper == "PAT" || std::ranges::any_of(parts, [&](std::string_view part) {
           return upper.find(part) != std::string::npos;
         });
}

bool looks_secret(std::string_view value) {
  constexpr std::string_view starts[] = {"sk-",    "ghp_", "gho_", "github_pat_",
                                         "glpat-", "xox",  "AKIA", "-----BEGIN"};
  // user:password@host in an address
  const std::size_t scheme = value.find("://"), at = value.find('@');
  const bool with_password = scheme != std::string_view::npos && at != std::string_view::npos &&
                             at > scheme &&
                             value.substr(scheme + 3, at - scheme - 3).find(':') != std::string_view::npos;
  return with_password ||
         std::ranges::any_of(starts, [&](std::string_view start) { return value.starts_with(start); });
}

std::string check_variable(const std::string& value) {
  const std::size_t equals = value.find('=');
  const std::string name = value.substr(0, equals);
  if (equals == std::string::npos || !only(name, "_")) return "it takes NAME=VALUE";
  if (names_a_secret(name) || looks_secret(std::string_view(value).substr(equals + 1)))
    return "the engine would show this secret to everybody who may inspect the container; name it in the "
           "setting 'secrets' instead";
  if (name.starts_with("LD_") || name.starts_with("MILEPOST_") || name == "GLIBC_TUNABLES")
    return "this variable acts on the supervisor";
  return "";
}

std::string check_tmpfs(const std::string& value) {
  const std::size_t colon = value.find(':');
  const std::string path = value.substr(0, colon);
  if (!path.starts_with('/') ||
      std::filesystem::path(path).lexically_normal() != std::filesystem::path(path) || path.ends_with('/') ||
      path.find_first_of(",\"") != std::string::npos)
    return "it takes a plain absolute path";
  constexpr std::string_view covered[] = {
      "/workspace", "/opt/milepost", "/home/agent", "/etc",   "/proc",  "/sys",    "/dev",  "/usr",
      "/bin",       "/sbin",         "/lib",        "/lib32", "/lib64", "/libx32", "/boot", "/tmp"};
  for (const std::string_view place : covered) {
    const bool inside = path == place || (path.starts_with(place) && path[place.size()] == '/');
    const bool above = place.starts_with(path) && place.size() > path.size() && place[path.size()] == '/';
    if (inside || above)
      return "it would cover " + std::string(place) + ", which milepost or the system needs";
  }
  if (colon == std::string::npos) return "";
  for (const std::string_view option : split(std::string_view(value).substr(colon + 1), ',')) {
    constexpr std::string_view plain[] = {"rw", "ro", "exec", "noexec", "nosuid", "nodev"};
    const bool known = std::ranges::find(plain, option) != std::end(plain) ||
                       (option.starts_with("size=") && check_size(std::string(option.substr(5))).empty()) ||
                       (option.starts_with("mode=") &&
                        option.substr(5).find_first_not_of("01234567") == std::string_view::npos);
    if (!known)
      return "the option '" + printable(option) +
             "' is not one of rw, ro, exec, noexec, nosuid, nodev, size=, mode=";
  }
  return "";
}

struct Allowed {
  std::string_view name;
  Check check;
};

constexpr Allowed k_allowed[] = {
    {"--add-host", check_added_host},  {"--dns", check_address},
    {"--dns-search", check_host_name}, {"--domainname", check_host_name},
    {"--env", check_variable},         {"--hostname", check_host_name},
    {"--label", check_label},          {"--memory-reservation", check_size},
    {"--platform", check_platform},    {"--shm-size", check_size},
    {"--tmpfs", check_tmpfs},          {"--ulimit", check_ulimit},
};

/// What is refused by name, so that the message can say what it would open. Everything else that is not
/// allowed is refused as unknown.
struct Refused {
  std::string_view name;
  std::string_view opens;
};

constexpr Refused k_refused[] = {
    {"--privileged", "it gives the container every right on this machine"},
    {"--cap-add", "it gives capabilities back that the container must not have"},
    {"--pid", "it shows and opens other processes"},
    {"--network", "the network is chosen by the setting network.mode"},
    {"--net", "the network is chosen by the setting network.mode"},
    {"--userns", "it changes whose rights uid 0 has"},
    {"--ipc", "it opens shared memory outside the container"},
    {"--uts", "it opens the host's name"},
    {"--cgroupns", "it opens the host's control groups"},
    {"--cgroup-parent", "it moves the container out of its limits"},
    {"--device", "it opens a device of this machine"},
    {"--device-cgroup-rule", "it opens devices of this machine"},
    {"--gpus", "it opens devices of this machine"},
    {"--security-opt", "it can switch the protections off"},
    {"--mount", "it opens folders of this machine; the code folder is mounted already"},
    {"--volume", "it opens folders of this machine; the code folder is mounted already"},
    {"--volumes-from", "it opens what other containers have mounted"},
    {"--use-api-socket", "the engine's socket gives every right on this machine"},
    {"--env-file", "it puts secrets into the engine's records"},
    {"--publish", "it opens a port of this machine"},
    {"--publish-all", "it opens ports of this machine"},
    {"--user", "the user decides who owns the written files"},
    {"--group-add", "it gives rights of other groups"},
    {"--entrypoint", "process 1 is the supervisor"},
    {"--init", "process 1 is the supervisor"},
    {"--restart", "a container that comes back outlives its run"},
    {"--detach", "the channel is the container's standard input"},
    {"--name", "the name finds the container again"},
    {"--runtime", "another runtime can switch the protections off"},
    {"--sysctl", "it changes kernel settings"},
    {"--oom-kill-disable", "the memory limit must act"},
    {"--memory", "the limit is the setting resources.memory"},
    {"--memory-swap", "the limit is the setting resources.memory"},
    {"--cpus", "the limit is the setting resources.cpus"},
    {"--pids-limit", "the limit is the setting resources.pids"},
    {"--read-only", "it is set already"},
    {"--rm", "it is set already"},
};

[[noreturn]] void refuse(const std::string& argument, const std::string& reason) {
  std::string allowed;
  for (const Allowed& one : k_allowed) allowed += (allowed.empty() ? "" : ", ") + std::string(one.name);
  throw UsageError("engine argument '" + printable(argument) + "' is refused: " + reason,
                   "allowed are " + allowed);
}

}  // namespace

std::vector<std::string> check_engine_arguments(const std::vector<std::string>& arguments) {
  std::vector<std::string> normalised;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (printable(argument) != argument) refuse(argument, "it holds control characters");
    if (!argument.starts_with("--") || argument == "--")
      refuse(argument,
             argument.starts_with('-') ? "only the long form of an argument is read" : "it is not an option");
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const auto allowed = std::ranges::find(k_allowed, name, &Allowed::name);
    if (allowed == std::end(k_allowed)) {
      const auto refused = std::ranges::find(k_refused, name, &Refused::name);
      refuse(name, refused == std::end(k_refused) ? "milepost does not know what it opens"
                                                  : std::string(refused->opens));
    }
    std::string value;
    if (equals != std::string::npos) {
      value = argument.substr(equals + 1);
    } else {
      if (i + 1 == arguments.size()) refuse(argument, "its value is missing");
      value = arguments[++i];
      if (printable(value) != value) refuse(name, "its value holds control characters");
    }
    // A secret must not come back in an error message.
    if (const std::string reason = allowed->check(value); !reason.empty())
      refuse(name == "--env" ? name + "=" + value.substr(0, value.find('=')) : name + "=" + value, reason);
    normalised.push_back(name + "=" + value);
  }
  return normalised;
}

}  // namespace milepost
