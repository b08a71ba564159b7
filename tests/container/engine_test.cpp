#include "milepost/container/engine.hpp"

#include "milepost/base/error.hpp"

#include "fake_engine.hpp"

#include <stdlib.h>

#include <doctest/doctest.h>

#include <chrono>

using namespace milepost;
using namespace std::chrono_literals;
using milepost::test::FakeEngine;
using milepost::test::ScratchDir;

namespace {

/// Sets an environment variable for one scope; nothing as the value removes it.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = ::getenv(name)) old_ = old;
    value ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  ~Variable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

/// The message and the next step of the error that `call` throws.
template <class Error, class Call>
std::string words_of_error(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.next_step();
  }
  return "nothing was thrown";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string k_answers =
    "[ $verb = version ] && echo 'default|20.10.24|Engine,containerd,' && exit 0; exit 1";

}  // namespace

TEST_CASE("a client that answers is the engine") {
  ScratchDir scratch;
  Variable host("DOCKER_HOST", nullptr);
  const FakeEngine fake(scratch, k_answers);
  const ContainerEngine engine = ContainerEngine::find(fake.client().string());
  CHECK(engine.kind() == EngineKind::docker);
  CHECK(engine.server_version() == "20.10.24");
  CHECK_FALSE(engine.rootless());
  CHECK(fake.count("version") == 1);
}

TEST_CASE("a rootless daemon is known by its components") {
  ScratchDir scratch;
  Variable host("DOCKER_HOST", nullptr);
  const FakeEngine fake(scratch, "echo 'default|28.0|Engine,rootlesskit,'");
  CHECK(ContainerEngine::find(fake.client().string()).rootless());
}

TEST_CASE("a rootless engine is asked which limits it holds, another is not") {
  ScratchDir scratch;
  Variable host("DOCKER_HOST", nullptr);
  const auto not_held = [&](const std::string& version, const std::string& info) {
    const FakeEngine fake(scratch, "[ $verb = info ] && echo '" + info + "' || echo '" + version + "'");
    return ContainerEngine::find(fake.client().string()).limits_not_held();
  };
  const std::string rootless = "default|28.0|Engine,rootlesskit,";
  CHECK(not_held(rootless, "memory pids") == "");
  CHECK(not_held(rootless, "memory ") == "processes");
  CHECK(not_held(rootless, "pids") == "memory");
  CHECK(not_held(rootless, "[]") == "memory and processes");
  CHECK(not_held("default|28.0|Engine,containerd,", "") == "");
}

TEST_CASE("the first engine that answers is taken when none is asked for") {
  ScratchDir scratch;
  Variable host("DOCKER_HOST", nullptr);
  const FakeEngine docker(scratch, "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
  const FakeEngine podman(scratch, "[ $verb = version ] && echo 4.3.1", "podman");
  Variable path("PATH", (scratch.path().string() + ":/usr/bin:/bin").c_str());
  const ContainerEngine engine = ContainerEngine::find("");
  CHECK(engine.kind() == EngineKind::podman);
  CHECK(engine.client() == podman.client());
}

TEST_CASE("when no engine answers, the error says what was tried and how to go on") {
  ScratchDir scratch;
  Variable host("DOCKER_HOST", nullptr);
  SUBCASE("none is installed") {
    Variable path("PATH", "/nowhere");
    const std::string words = words_of_error<EnvironmentError>([] { ContainerEngine::find(""); });
    CHECK(contains(words, "no 'docker' in PATH; no 'podman' in PATH"));
    CHECK(contains(words, "apt-get install"));
  }
  SUBCASE("the daemon does not run") {
    const FakeEngine fake(
        scratch,
        "echo 'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?' >&2; exit 1");
    const std::string words =
        words_of_error<EnvironmentError>([&] { ContainerEngine::find(fake.client().string()); });
    CHECK(contains(words, "Cannot connect to the Docker daemon at unix:///x"));
    CHECK(contains(words, "systemctl start docker"));
  }
  SUBCASE("the socket may not be used") {
    const FakeEngine fake(
        scratch, "echo 'permission denied while trying to connect to the Docker daemon socket' >&2; exit 1");
    const std::string words =
        words_of_error<EnvironmentError>([&] { ContainerEngine::find(fake.client().string()); });
    CHECK(contains(words, "usermod -aG docker"));
  }
  SUBCASE("its words cannot act on a terminal") {
    const FakeEngine fake(scratch, "printf '\\033]0;owned\\007bad' >&2; exit 1");
    const std::string words =
        words_of_error<EnvironmentError>([&] { ContainerEngine::find(fake.client().string()); });
    CHECK(contains(words, "\\x1b]0;owned\\x07bad"));
    CHECK_FALSE(contains(words, "\x1b"));
  }
}

TEST_CASE("F22: Podman's stand-in for docker is taken as Podman") {
  ScratchDir scratch;
  Variable host("DOCKER_HOST", nullptr);
  const FakeEngine fake(scratch, R"(
case "$verb $*" in
  --version*) echo 'podman version 4.3.1';;
  *Context*) echo "Error: can't evaluate field Client" >&2; exit 125;;
  version*) echo 4.3.1;;
esac)");
  const ContainerEngine engine = ContainerEngine::find(fake.client().string());
  CHECK(engine.kind() == EngineKind::podman);
  CHECK(engine.server_version() == "4.3.1");
}

TEST_CASE("F22: an engine on another machine is refused before it is asked") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, k_answers);
  for (const char* remote : {"tcp://10.0.0.1:2375", "ssh://me@box", "http://x"}) {
    Variable host("DOCKER_HOST", remote);
    const std::string words =
        words_of_error<EnvironmentError>([&] { ContainerEngine::find(fake.client().string()); });
    CHECK(contains(words, remote));
    CHECK(contains(words, "cannot be mounted"));
    CHECK(contains(words, "DOCKER_HOST"));
  }
  CHECK(fake.calls().empty());
}

TEST_CASE("F22: a context that points to another machine is refused") {
  ScratchDir scratch;
  Variable host("DOCKER_HOST", nullptr);
  const FakeEngine fake(
      scratch, "case $verb in version) echo 'far|20.10|Engine,';; context) echo ssh://me@box;; esac");
  const std::string words =
      words_of_error<EnvironmentError>([&] { ContainerEngine::find(fake.client().string()); });
  CHECK(contains(words, "ssh://me@box"));
  CHECK(contains(words, "the docker context 'far'"));
}

TEST_CASE("F16: a client that hangs is given up") {
  ScratchDir scratch;
  Variable host("DOCKER_HOST", nullptr);
  const FakeEngine docker(scratch, "exec sleep 1000");
  Variable path("PATH", (scratch.path().string() + ":/usr/bin:/bin").c_str());
  const std::string words = words_of_error<EnvironmentError>([] { ContainerEngine::find("docker", 300ms); });
  CHECK(contains(words, "no answer within"));
}

TEST_CASE("a preferred engine that is not installed or unknown is named") {
  Variable path("PATH", "/nowhere");
  CHECK(contains(words_of_error<EnvironmentError>([] { ContainerEngine::find("podman"); }),
                 "no 'podman' in PATH"));
  CHECK(contains(words_of_error<UsageError>([] { ContainerEngine::find("lxc"); }), "unknown engine 'lxc'"));
}

TEST_CASE("an image is there, or not, or the engine failed") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, R"(
case "$*" in
  *there) echo sha256:abc;;
  *absent) echo 'Error response from daemon: No such image: absent' >&2; exit 1;;
  *) echo 'Error response from daemon: disk on fire' >&2; exit 1;;
esac)");
  const ContainerEngine engine = fake.engine();
  CHECK(engine.image_id("there") == "sha256:abc");
  CHECK_FALSE(engine.image_exists("absent"));
  CHECK(contains(words_of_error<InfraError>([&] { engine.image_exists("broken"); }),
                 "docker: cannot look for the image 'broken': Error response from daemon: disk on fire"));
}

TEST_CASE("F15, F16: removing tries again when the engine fails, and then gives up in time") {
  ScratchDir scratch;
  SUBCASE("it works in the end") {
    const FakeEngine fake(scratch,
                          "n=$(cat $dir/n 2>/dev/null || echo 0); echo $((n+1)) > $dir/n; "
                          "[ $n -ge 3 ] || { echo 'device busy' >&2; exit 1; }");
    CHECK(fake.engine().remove_container("box", 5s));
    CHECK(fake.count("rm --force --volumes -- box") == 4);
  }
  SUBCASE("it never works") {
    const FakeEngine fake(scratch, "echo 'device busy' >&2; exit 1");
    CHECK_FALSE(fake.engine().remove_container("box", 300ms));
  }
  SUBCASE("it hangs") {
    const FakeEngine fake(scratch, "exec sleep 1000");
    CHECK_FALSE(fake.engine().remove_container("box", 300ms));
  }
  SUBCASE("there is no such container") {
    const FakeEngine fake(scratch, "echo 'Error: No such container: box' >&2; exit 1");
    CHECK(fake.engine().remove_container("box", 5s));
    CHECK(fake.count("rm") == 1);
  }
  SUBCASE("there is no such client") {
    CHECK_FALSE(ContainerEngine(EngineKind::docker, "/no/such/client").remove_container("box", 300ms));
  }
}

TEST_CASE("F17: containers are listed with their labels, and one that vanishes meanwhile is left out") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, R"x(
case "$verb" in
  ps) printf 'id1\nid2\n';;
  container) echo '/one|running|{"milepost.run":"r","odd":"a,b=\"c|d"}'
             echo 'Error: No such container: id2' >&2; exit 1;;
esac)x");
  const auto listed = fake.engine().list_containers("milepost.run");
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].name == "one");
  CHECK(listed[0].state == "running");
  CHECK(listed[0].labels.at("odd") == "a,b=\"c|d");
}

TEST_CASE("nothing is inspected when nothing is listed") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, "true");
  CHECK(fake.engine().list_containers("milepost.run").empty());
  CHECK(fake.engine().list_volumes("milepost.harness").empty());
  CHECK(fake.count("container") == 0);
}

TEST_CASE("volumes are made, listed and removed") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, R"(
case "$1" in
  ls) echo v1;;
  inspect) [ "${@: -1}" = v1 ] && echo 'v1|{"a":"b"}' || { echo 'Error: No such volume: v2' >&2; exit 1; };;
  rm) echo 'Error: No such volume: v2' >&2; exit 1;;
esac)");
  const ContainerEngine engine = fake.engine();
  engine.create_volume("v1", {{"a", "b"}});
  CHECK(fake.count("volume create --label a=b -- v1") == 1);
  CHECK(engine.volume_exists("v1"));
  CHECK_FALSE(engine.volume_exists("v2"));
  engine.remove_volume("v2");
  const auto volumes = engine.list_volumes("a");
  REQUIRE(volumes.size() == 1);
  CHECK(volumes[0].labels.at("a") == "b");
}

TEST_CASE("a build tells its lines as they come, and its failure with the last of them") {
  ScratchDir scratch;
  const FakeEngine fake(
      scratch, "echo 'Step 1'; printf 'no line end'; case \"$*\" in *bad*) echo 'oh no' >&2; exit 1;; esac");
  std::vector<std::string> lines;
  fake.engine().build_image("good:1", "/context", {{"BASE", "debian:12"}},
                            [&](std::string_view line) { lines.emplace_back(line); }, {});
  CHECK(lines == std::vector<std::string>{"Step 1", "no line end"});
  CHECK(fake.count("build --force-rm --tag good:1 --build-arg BASE=debian:12 /context") == 1);
  CHECK(contains(
      words_of_error<InfraError>([&] { fake.engine().build_image("bad:1", "/context", {}, {}, {}); }),
      "oh no"));
}
