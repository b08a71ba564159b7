#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/container/engine.hpp"

#include "engine_failure.hpp"

#include <unistd.h>

#include <cstdlib>

namespace milepost {

namespace {

constexpr Milliseconds k_answer_limit = std::chrono::seconds(8);

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

RunResult ask(const std::filesystem::path& client, std::vector<std::string> arguments, Milliseconds limit) {
  arguments.insert(arguments.begin(), client.native());
  RunLimits limits;
  limits.timeout = limit;
  return run_process({.argv = std::move(arguments), .environment = {}, .directory = {}}, limits);
}

/// What an engine said about itself.
struct Answer {
  EngineKind kind = EngineKind::docker;
  std::string version;
  bool rootless = false;
};

/// A daemon on another machine (or behind a tunnel) mounts that machine's folders: the code folder would be
/// empty, silently.
void refuse_remote(const std::string& client, const std::string& endpoint, const std::string& origin) {
  if (endpoint.empty() || endpoint.starts_with("unix://") || endpoint.starts_with("/")) return;
  throw EnvironmentError(client + " talks to a remote engine, " + printable(endpoint) + " (from " + origin +
                             "): folders of this machine cannot be mounted there, /workspace would be empty",
                         "use an engine on this machine: unset " + origin + " or choose another --engine");
}

[[noreturn]] void throw_no_answer(EngineKind kind, const std::filesystem::path& client,
                                  const RunResult& result) {
  const std::string words = client_words(result);
  const std::string next_step = next_step_for(kind, words);
  throw EnvironmentError("the engine behind " + printable(client.native()) + " does not answer: " + words,
                         next_step.empty()
                             ? "run '" + printable(client.native()) + " version' to see what is wrong"
                             : next_step);
}

Answer ask_podman(const std::filesystem::path& client, Milliseconds limit) {
  refuse_remote("podman", variable("CONTAINER_HOST"), "CONTAINER_HOST");
  const RunResult result = ask(client, {"version", "--format", "{{.Server.Version}}"}, limit);
  if (!result.success() || trim(result.out).empty()) throw_no_answer(EngineKind::podman, client, result);
  return {EngineKind::podman, one_line(result.out, 100), ::geteuid() != 0};
}

/// Whether a program called docker is Podman's stand-in for it.
bool is_podman_in_disguise(const std::filesystem::path& client, Milliseconds limit) {
  const RunResult result = ask(client, {"--version"}, limit);
  return result.success() && to_lower_ascii(result.out).starts_with("podman");
}

Answer ask_docker(const std::filesystem::path& client, Milliseconds limit) {
  refuse_remote("docker", variable("DOCKER_HOST"), "DOCKER_HOST");
  const RunResult result =
      ask(client,
          {"version", "--format",
           "{{.Client.Context}}|{{.Server.Version}}|{{range .Server.Components}}{{.Name}},{{end}}"},
          limit);
  if (!result.success()) {
    if (!result.timed_out && is_podman_in_disguise(client, limit)) return ask_podman(client, limit);
    throw_no_answer(EngineKind::docker, client, result);
  }
  const std::vector<std::string_view> parts = split(trim(result.out), '|');
  if (parts.size() != 3 || parts[1].empty()) throw_no_answer(EngineKind::docker, client, result);

  std::string endpoint = variable("DOCKER_HOST");
  if (endpoint.empty() && !parts[0].empty() && parts[0] != "default") {
    const RunResult context =
        ask(client, {"context", "inspect", "--format", "{{.Endpoints.docker.Host}}", std::string(parts[0])},
            limit);
    if (!context.success()) throw_no_answer(EngineKind::docker, client, context);
    endpoint = trim(context.out);
    refuse_remote("docker", endpoint, "the docker context '" + printable(parts[0]) + "'");
  }
  if (parts[2].find("Podman") != std::string_view::npos)
    throw EnvironmentError("the docker client " + printable(client.native()) + " talks to a Podman service",
                           "use --engine podman, which needs no service");
  const bool rootless = parts[2].find("rootlesskit") != std::string_view::npos ||
                        (::geteuid() != 0 && endpoint.starts_with("unix:///run/user/"));
  return {EngineKind::docker, one_line(parts[1], 100), rootless};
}

Answer ask_engine(EngineKind kind, const std::filesystem::path& client, Milliseconds limit) {
  return kind == EngineKind::podman ? ask_podman(client, limit) : ask_docker(client, limit);
}

EngineKind kind_of(const std::filesystem::path& client) {
  return client.filename().native().find("podman") != std::string::npos ? EngineKind::podman
                                                                        : EngineKind::docker;
}

}  // namespace

ContainerEngine ContainerEngine::find(const std::string& preferred, Milliseconds answer_limit) {
  const auto with_answer = [](const std::filesystem::path& client, Milliseconds limit) {
    const Answer answer = ask_engine(kind_of(client), client, limit);
    ContainerEngine engine(answer.kind, client);
    engine.version_ = answer.version;
    engine.rootless_ = answer.rootless;
    return engine;
  };
  if (preferred.find('/') != std::string::npos)
    return with_answer(std::filesystem::absolute(preferred), answer_limit);
  if (!preferred.empty()) {
    if (preferred != "docker" && preferred != "podman")
      throw UsageError("unknown engine '" + printable(preferred) + "'",
                       "use docker, podman, or the path of a client");
    const auto client = find_program(preferred);
    if (!client)
      throw EnvironmentError(
          "the engine '" + preferred + "' was asked for, but there is no '" + preferred + "' in PATH",
          "install it (sudo apt-get install " + std::string(preferred == "docker" ? "docker.io" : "podman") +
              "), or choose another --engine");
    return with_answer(*client, answer_limit);
  }

  std::string tried, next_step;
  for (const char* name : {"docker", "podman"}) {
    const auto client = find_program(name);
    if (!client) {
      tried += std::string(tried.empty() ? "" : "; ") + "no '" + name + "' in PATH";
      continue;
    }
    try {
      return with_answer(*client, answer_limit / 2);
    } catch (const EnvironmentError& failure) {
      tried += (tried.empty() ? "" : "; ") + std::string(failure.what());
      if (next_step.empty()) next_step = failure.next_step();
    }
  }
  throw EnvironmentError(
      "no container engine answers: " + tried,
      next_step.empty() ? "install one: sudo apt-get install docker.io (or podman)" : next_step);
}

std::optional<ContainerEngine> ContainerEngine::likely(const std::string& preferred) {
  for (const std::string& name :
       preferred.empty() ? std::vector<std::string>{"docker", "podman"} : std::vector{preferred}) {
    const bool is_path = name.find('/') != std::string::npos;
    const auto client = is_path ? std::optional(std::filesystem::absolute(name)) : find_program(name);
    if (!client) continue;
    ContainerEngine engine(kind_of(*client), *client);
    engine.query_limit_ = k_answer_limit;
    return engine;
  }
  return std::nullopt;
}

std::string ContainerEngine::server_version() const {
  if (!version_.empty()) return version_;
  return ask_engine(kind_, client_, k_answer_limit).version;
}

}  // namespace milepost
