#include "milepost/container/container_spec.hpp"

#include "milepost/base/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace milepost;

namespace {

ContainerSpec spec_of(std::vector<Mount> mounts = {}) {
  ContainerSpec spec;
  spec.name = "milepost-test";
  spec.image = "some-image:1";
  spec.uid = 1000;
  spec.gid = 1001;
  spec.memory = "4g";
  spec.mounts = std::move(mounts);
  return spec;
}

std::vector<std::string> words_of(const ContainerSpec& spec) {
  std::vector<std::string> words;
  for (const auto& argument : container_arguments(ContainerEngine(EngineKind::docker, "/no/client"), spec))
    words.insert(words.end(), argument.words.begin(), argument.words.end());
  return words;
}

std::string value_after(const std::vector<std::string>& words, const std::string& flag) {
  const auto found = std::ranges::find(words, flag);
  return found == words.end() || found + 1 == words.end() ? "" : *(found + 1);
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

TEST_CASE("the command of a container is hardened by default") {
  const auto words = words_of(spec_of());
  CHECK(words.front() == "run");
  CHECK(words.back() == "some-image:1");
  for (const char* flag : {"--interactive", "--rm", "--read-only"}) CHECK(has(words, flag));
  CHECK(value_after(words, "--cap-drop") == "ALL");
  CHECK(value_after(words, "--security-opt") == "no-new-privileges");
  CHECK(value_after(words, "--user") == "1000:1001");
  CHECK(value_after(words, "--memory") == "4g");
  CHECK(value_after(words, "--memory-swap") == "4g");
  CHECK(value_after(words, "--pids-limit") == "4096");
  CHECK(value_after(words, "--tmpfs") == "/tmp:rw,exec,nosuid,nodev,size=2g,mode=1777");
  CHECK(value_after(words, "--restart") == "no");
  CHECK(value_after(words, "--pull") == "never");
  CHECK(value_after(words, "--log-driver") == "none");
  CHECK(value_after(words, "--network") == "bridge");
  CHECK(value_after(words, "--entrypoint") == "/opt/milepost/programs/milepost-supervisor");
  CHECK(has(words, "--add-host=host.docker.internal:host-gateway"));
  for (const char* flag : {"--privileged", "--init", "-v", "--volume", "--env", "-e"})
    CHECK_FALSE(has(words, flag));
}

TEST_CASE("every argument has its reason") {
  const ContainerSpec spec =
      spec_of({{.source = "/src", .target = "/workspace", .reason = "the code folder"}});
  for (const auto& argument : container_arguments(ContainerEngine(EngineKind::docker, "/no/client"), spec)) {
    CAPTURE(argument.words.front());
    CHECK_FALSE(argument.reason.empty());
  }
}

TEST_CASE("without network there is no way to this machine either") {
  ContainerSpec spec = spec_of();
  spec.network = "none";
  const auto words = words_of(spec);
  CHECK(value_after(words, "--network") == "none");
  CHECK(std::ranges::none_of(words, [](const std::string& word) { return word.starts_with("--add-host"); }));
  spec = spec_of();
  spec.host_gateway = false;
  CHECK_FALSE(has(words_of(spec), "--add-host=host.docker.internal:host-gateway"));
}

TEST_CASE("paths become fields of the engine's CSV, whatever they hold") {
  const auto mount = [](std::string source, bool read_only) {
    return value_after(
        words_of(spec_of({{.source = std::move(source), .target = "/workspace", .read_only = read_only}})),
        "--mount");
  };
  CHECK(mount("/plain/a b:c", true) == "type=bind,src=/plain/a b:c,dst=/workspace,ro");
  CHECK(mount("/plain", false) == "type=bind,src=/plain,dst=/workspace");
  CHECK(mount("/a,readonly", false) == "type=bind,\"src=/a,readonly\",dst=/workspace");
  CHECK(mount("/a\"b", false) == "type=bind,\"src=/a\"\"b\",dst=/workspace");
}

TEST_CASE("F52: a path that no engine can mount byte-exact is refused with the reason") {
  const auto mount = [](std::string source) {
    return words_of(spec_of({{.source = std::move(source), .target = "/workspace"}}));
  };
  CHECK_THROWS_AS(mount("/a\nb"), UsageError);
  CHECK_THROWS_AS(mount("/a\rb"), UsageError);
  CHECK_THROWS_AS(mount("/a\xff"
                        "b"),
                  UsageError);
  CHECK_THROWS_AS(mount("relative"), InternalError);
}

TEST_CASE("an image name cannot be an option") {
  ContainerSpec spec = spec_of();
  spec.image = "--privileged";
  CHECK_THROWS_AS(words_of(spec), UsageError);
}

TEST_CASE("a volume is mounted by its name") {
  CHECK(value_after(words_of(spec_of(
                        {{.kind = Mount::Kind::volume, .source = "harness-1", .target = k_harness_path}})),
                    "--mount") == "type=volume,src=harness-1,dst=/opt/milepost/harness,ro");
}

TEST_CASE("F21: Podman gets limits it can give, unless the configuration names its own") {
  const ContainerEngine podman(EngineKind::podman, "/no/client");
  const auto limits_with = [&](std::vector<std::string> extra) {
    ContainerSpec spec = spec_of();
    spec.host_gateway = false;
    spec.extra_arguments = std::move(extra);
    std::vector<std::string> limits;
    for (const auto& argument : container_arguments(podman, spec)) {
      for (const std::string& word : argument.words) {
        if (word.starts_with("--ulimit=")) limits.push_back(word.substr(9, word.find('=', 9) - 9));
      }
    }
    return limits;
  };
  CHECK(limits_with({}) == std::vector<std::string>{"nofile", "nproc"});
  CHECK(limits_with({"--ulimit=nofile=512:512"}) == std::vector<std::string>{"nproc", "nofile"});
}
