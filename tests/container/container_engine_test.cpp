// The guard against real engines. MILEPOST_TEST_ENGINES names them ("docker podman"; paths of clients are
// fine), by default all that answer; MILEPOST_TEST_IMAGE is the image; with MILEPOST_TEST_REQUIRE_ENGINE=1
// nothing to test with is a failure.

#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/text.hpp"
#include "milepost/container/coding_agent_container.hpp"
#include "milepost/container/owner.hpp"
#include "milepost/container/sweep.hpp"

#include "support/scratch_dir.hpp"
#include "support/start_listener.hpp"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace milepost;
using namespace std::chrono_literals;
using milepost::test::ScratchDir;

namespace {

std::string variable(const char* name, const std::string& otherwise) {
  const char* value = ::getenv(name);
  return value && *value ? value : otherwise;
}

std::string image() {
  return variable("MILEPOST_TEST_IMAGE", "milepost-base:bookworm");
}

/// The engines to test with; `why_not` collects what is missing.
std::vector<ContainerEngine> find_engines(std::string& why_not) {
  std::vector<ContainerEngine> engines;
  const std::string names = variable("MILEPOST_TEST_ENGINES", "docker podman");
  for (const std::string_view name : split(names, ' ')) {
    try {
      ContainerEngine engine = ContainerEngine::find(std::string(name));
      if (engine.image_exists(image()))
        engines.push_back(std::move(engine));
      else
        why_not += std::string(name) + " has no image " + image() + "; ";
    } catch (const Error& error) {
      why_not += std::string(error.what()) + "; ";
    }
  }
  return engines;
}

const std::vector<ContainerEngine>& engines() {
  static std::string ignored;
  static const std::vector<ContainerEngine> found = find_engines(ignored);
  return found;
}

struct SkipWithoutEngine : milepost::test::StartListener {
  using milepost::test::StartListener::StartListener;
  void test_run_start() override {
    std::string why_not;
    const auto found = find_engines(why_not);
    if (!why_not.empty()) std::fprintf(stderr, "SKIPPED: %s\n", why_not.c_str());
    for (const ContainerEngine& engine : found)
      std::fprintf(stderr, "testing with %s %s\n", engine.client().c_str(), engine.server_version().c_str());
    const bool required = variable("MILEPOST_TEST_REQUIRE_ENGINE", "") == "1";
    if (found.empty() || (required && !why_not.empty())) std::_Exit(required ? 1 : 77);
  }
};
REGISTER_LISTENER("skip-without-engine", 1, SkipWithoutEngine);

ContainerSpec spec_with(const std::filesystem::path& code_folder) {
  ContainerSpec spec;
  spec.name = "milepost-engine-test-" + random_hex(12);
  spec.image = image();
  spec.labels = {{"milepost.run", spec.name}};
  spec.uid = ::getuid();
  spec.gid = ::getgid();
  spec.memory = "512m";
  spec.mounts = {{Mount::Kind::bind, MILEPOST_TEST_PROGRAMS, k_programs_path, true, "the supervisor"},
                 {Mount::Kind::bind, code_folder.string(), k_workspace_path, false, "the code folder"}};
  return spec;
}

ProcessSpec shell(const std::string& script) {
  ProcessSpec process;
  process.argv = {"/bin/sh", "-c", script};
  process.environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  return process;
}

/// A guard of a container of this test; a leftover fails the test.
struct Box {
  Box(const ContainerEngine& engine, ContainerSpec spec)
      : guard(engine, std::move(spec), [](const std::string& name) { FAIL_CHECK("left behind: ", name); }) {}
  std::string output_of(const std::string& script) {
    CollectingSink sink;
    const ProcessEnd end = guard.start_if_needed().run(shell(script), sink, {});
    CHECK(end.success());
    return sink.out + sink.err;
  }
  struct Guard : CodingAgentContainer {
    using CodingAgentContainer::CodingAgentContainer;
    RunningContainer& start_if_needed() {
      if (!running) running = &start({}, {});
      return *running;
    }
    RunningContainer* running = nullptr;
  } guard;
};

bool exists(const ContainerEngine& engine, const std::string& name) {
  return !engine.list_containers("milepost.run=" + name).empty();
}

/// Whether a process on this machine has the text on its command line.
bool process_with(const std::string& text) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    if (test::slurp(entry.path() / "cmdline").find(text) != std::string::npos) return true;
  }
  return false;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "a process in the container gives its output and exit status, and the container is gone at the end") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    Box box(engine, spec_with(scratch.path()));
    RunningContainer& container = box.guard.start({}, {});
    CollectingSink sink;
    const ProcessEnd end = container.run(shell("echo out; echo err >&2; exit 9"), sink, {});
    CHECK(end.exited);
    CHECK(end.code == 9);
    CHECK(sink.out == "out\n");
    CHECK(sink.err == "err\n");
    CHECK(exists(engine, box.guard.name()));
    CHECK(box.guard.stop());
    CHECK_FALSE(exists(engine, box.guard.name()));
  }
}

TEST_CASE("the end of the attached client proves the removal, every time") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    Box box(engine, spec_with(scratch.path()));
    for (int round = 0; round < 3; ++round) {
      box.guard.start({}, {});
      CHECK(box.guard.stop());
      CHECK_FALSE(exists(engine, box.guard.name()));
    }
  }
}

TEST_CASE("F54: files written in the container belong to the user it runs for") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    std::vector<std::pair<uid_t, gid_t>> users{{::getuid(), ::getgid()}};
    if (::getuid() == 0) users.emplace_back(1234, 1235);
    for (const auto& [uid, gid] : users) {
      ScratchDir scratch;
      std::filesystem::permissions(scratch.path().parent_path(), std::filesystem::perms::others_exec,
                                   std::filesystem::perm_options::add);
      if (::getuid() == 0) REQUIRE(::chown(scratch.path().c_str(), uid, gid) == 0);
      ContainerSpec spec = spec_with(scratch.path());
      spec.uid = uid;
      spec.gid = gid;
      Box box(engine, spec);
      CHECK(box.output_of("echo x > new && mkdir -p deep/er && touch deep/er/file && id -u && id -g") ==
            std::to_string(uid) + "\n" + std::to_string(gid) + "\n");
      for (const char* file : {"new", "deep", "deep/er/file"}) {
        struct stat info;
        REQUIRE(::stat((scratch / file).c_str(), &info) == 0);
        CHECK(info.st_uid == uid);
        CHECK(info.st_gid == gid);
      }
    }
  }
}

TEST_CASE("the container is hardened") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    Box box(engine, spec_with(scratch.path()));
    const std::string status = box.output_of("cat /proc/self/status");
    for (const char* line : {"CapPrm:\t0000000000000000", "CapEff:\t0000000000000000",
                             "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"})
      CHECK(contains(status, line));
    // The root is read-only, and nothing but /tmp and the code folder can be written.
    CHECK(box.output_of("for d in / /etc /usr/bin /var/tmp /run /opt/milepost/programs; do "
                        "touch $d/probe 2>/dev/null && echo wrote $d; done; true") == "");
    CHECK(box.output_of(
              "printf '#!/bin/sh\\necho ran\\n' > /tmp/x && chmod +x /tmp/x && /tmp/x && stat -c %a /tmp") ==
          "ran\n1777\n");
    CHECK(
        box.output_of("ls /var/run/docker.sock /run/podman 2>/dev/null; grep -c -E 'docker.sock|podman.sock' "
                      "/proc/mounts; true") == "0\n");
    CHECK(box.output_of("ps -A 2>/dev/null | head -1 >/dev/null; cat /proc/1/comm") == "milepost-superv\n");
  }
}

TEST_CASE("F49: a read-only mount in the code folder can be neither written nor renamed away") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    scratch.write(".git/config", "[core]\n");
    ContainerSpec spec = spec_with(scratch.path());
    spec.mounts.push_back(
        {Mount::Kind::bind, (scratch / ".git").string(), "/workspace/.git", true, "not for the agent"});
    Box box(engine, spec);
    const std::string output = box.output_of(
        "echo evil > .git/config; mkdir .git/hooks; mv .git .x; rmdir .git; rm -rf .git; ln -s /tmp .git; "
        "cat .git/config");
    CHECK(output.starts_with("[core]\n"));
    CHECK(contains(output, "Read-only file system"));
    CHECK(contains(output, "Device or resource busy"));
    CHECK(box.guard.stop());
    CHECK(test::slurp(scratch / ".git/config") == "[core]\n");
    CHECK_FALSE(std::filesystem::exists(scratch / ".x"));
  }
}

TEST_CASE("F52: a code folder with every kind of character in its name is mounted byte-exact") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    for (const char* name : {" a b,c\"d:ro'e\\f=g", "\"a,b\",readonly", "$(id)`id`*?[x]\tgr\xc3\xbc\xc3\x9f",
                             "-v", "src=x,dst=/etc"}) {
      CAPTURE(name);
      ScratchDir scratch;
      scratch.write(std::string(name) + "/here", name);
      Box box(engine, spec_with(scratch / name));
      CHECK(box.output_of("cat here; echo back > answer") == name);
      CHECK(test::slurp(scratch / name / "answer") == "back\n");
    }
  }
}

TEST_CASE("F63: a secret that travels in the channel is not in the engine's records") {
  const std::string secret = "hunter2-" + random_hex(16);
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    ::setenv("MILEPOST_TEST_TOKEN", secret.c_str(), 1);
    Box box(engine, spec_with(scratch.path()));
    ProcessSpec process = shell("printf %s \"$TOKEN\"");
    process.environment.push_back("TOKEN=" + secret);
    CollectingSink sink;
    CHECK(box.guard.start({}, {}).run(process, sink, {}).success());
    ::unsetenv("MILEPOST_TEST_TOKEN");
    CHECK(sink.out == secret);
    const RunResult inspected =
        run_process({.argv = {engine.client().string(), "inspect", box.guard.name()}});
    CHECK(contains(inspected.out, box.guard.name()));
    CHECK_FALSE(contains(inspected.out, secret));
  }
}

TEST_CASE("F1: the container dies with the process that owns it, also by SIGKILL") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    const ContainerSpec spec = spec_with(scratch.path());
    Pipe ready = make_pipe();
    const pid_t owner = ::fork();
    REQUIRE(owner >= 0);
    if (owner == 0) {
      try {
        CodingAgentContainer guard(engine, spec, {});
        CollectingSink sink;
        ChannelProcess process = guard.start({}, {}).start(
            shell("touch started; while :; do date > beat; sleep 0.05; done"), sink);
        if (::write(ready.write_end.get(), "x", 1) == 1) ::pause();
      } catch (const std::exception& error) {
        std::fprintf(stderr, "owner: %s\n", error.what());
      }
      ::_exit(1);
    }
    ready.write_end.reset();
    char byte = 0;
    REQUIRE(::read(ready.read_end.get(), &byte, 1) == 1);
    const auto listed = engine.list_containers("milepost.run=" + spec.name);
    REQUIRE(listed.size() == 1);
    const auto label = Owner::from_labels(listed[0].labels);
    REQUIRE(label);
    CHECK(label->pid == owner);
    CHECK(owner_state(*label) == OwnerState::alive);
    ::kill(owner, SIGKILL);
    const auto killed = SteadyClock::now();
    ::waitpid(owner, nullptr, 0);
    CHECK(owner_state(*label) == OwnerState::dead);
    while (exists(engine, spec.name) && SteadyClock::now() - killed < 15s) std::this_thread::yield();
    MESSAGE(engine.client().string(), ": gone ",
            std::chrono::duration_cast<Milliseconds>(SteadyClock::now() - killed).count(),
            " ms after SIGKILL");
    CHECK_FALSE(exists(engine, spec.name));
    engine.remove_container(spec.name, 5s);
  }
}

TEST_CASE("F10: an exception that passes the guard removes the container with its running processes") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    const ContainerSpec spec = spec_with(scratch.path());
    CollectingSink sink;
    CHECK_THROWS_WITH(
        [&] {
          Box box(engine, spec);
          ChannelProcess process =
              box.guard.start({}, {}).start(shell("setsid sleep 1000 & exec sleep 1000"), sink);
          throw std::runtime_error("the real problem");
        }(),
        "the real problem");
    CHECK_FALSE(exists(engine, spec.name));
  }
}

TEST_CASE("F7: a stop at any moment of the start leaves nothing") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    for (int step = 0; step < 6; ++step) {
      const ContainerSpec spec = spec_with(scratch.path());
      Box box(engine, spec);
      std::stop_source stop;
      // Not a wait for anything: the rounds put the stop at different moments of the engine's work.
      std::jthread user([&] {
        std::this_thread::sleep_for(step * 60ms);
        stop.request_stop();
      });
      const auto begin = SteadyClock::now();
      try {
        box.guard.start({}, stop.get_token());
      } catch (const Stopped&) {
        // Expected, unless the container was quicker.
      }
      box.guard.stop();
      CHECK(SteadyClock::now() - begin < 10s);
      CHECK_FALSE(exists(engine, spec.name));
    }
  }
}

TEST_CASE("F41: containers run side by side") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    std::atomic<int> good = 0;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
          try {
            ScratchDir scratch;
            const ContainerSpec spec = spec_with(scratch.path());
            CodingAgentContainer guard(engine, spec, {});
            CollectingSink sink;
            if (guard.start({}, {}).run(shell("cat /proc/1/comm; echo x > file"), sink, {}).success() &&
                guard.stop() && !exists(engine, spec.name))
              ++good;
          } catch (const std::exception& error) {
            std::fprintf(stderr, "parallel: %s\n", error.what());
          }
        });
      }
    }
    CHECK(good == 3);
  }
}

TEST_CASE(
    "F19: a process that takes more memory than allowed is reported as such, and the container lives on") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    ContainerSpec spec = spec_with(scratch.path());
    spec.memory = "64m";
    Box box(engine, spec);
    CollectingSink sink;
    const ProcessEnd end =
        box.guard.start_if_needed().run(shell("head -c 400000000 /dev/zero | tail"), sink, {});
    CHECK_FALSE(end.success());
    CHECK(end.oom);
    CHECK(box.output_of("echo alive") == "alive\n");
  }
}

TEST_CASE("F26: a fork bomb ends at the limit and the container stays in hand") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    ContainerSpec spec = spec_with(scratch.path());
    spec.pids = 64;
    Box box(engine, spec);
    CollectingSink sink;
    ProcessSpec bomb = shell("b() { b | b & }; b; sleep 1000");
    bomb.total_limit = 1500ms;
    bomb.kill_grace = 100ms;
    const ProcessEnd end = box.guard.start_if_needed().run(bomb, sink, {});
    CHECK(end.reason != EndReason::channel_lost);
    CHECK(box.output_of("echo alive") == "alive\n");
  }
}

TEST_CASE("the host has a name in the container, unless it must not be reached") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    {
      Box box(engine, spec_with(scratch.path()));
      CHECK(contains(box.output_of("getent hosts host.docker.internal"), "host.docker.internal"));
    }
    ContainerSpec spec = spec_with(scratch.path());
    spec.network = "none";
    Box box(engine, spec);
    CHECK(box.output_of("getent hosts host.docker.internal; ls /sys/class/net") == "lo\n");
  }
}

TEST_CASE("F18: a container that somebody removes is told as lost, and its end is a success") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    Box box(engine, spec_with(scratch.path()));
    RunningContainer& container = box.guard.start({}, {});
    CollectingSink sink;
    ChannelProcess process = container.start(shell("sleep 1000"), sink);
    CHECK(engine.remove_container(box.guard.name(), 10s));
    CHECK(process.wait({}).reason == EndReason::channel_lost);
    CHECK_FALSE(container.alive());
    const std::string death = container.death();
    CAPTURE(death);
    CHECK(contains(death, box.guard.name() + " is lost"));
    CHECK(contains(death, "killed from outside"));
    CHECK(box.guard.stop());
  }
}

TEST_CASE("F20: a start that cannot work says why in the engine's words and leaves nothing") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    const auto error_of = [&](const ContainerSpec& spec) {
      Box box(engine, spec);
      std::string words = "nothing was thrown";
      try {
        box.guard.start({}, {});
      } catch (const EnvironmentError& error) {
        words = std::string(error.what()) + " | " + error.next_step();
      } catch (const Error& error) {
        words = std::string("another error: ") + error.what();
      }
      box.guard.stop();
      CHECK_FALSE(exists(engine, spec.name));
      return words;
    };
    ContainerSpec no_image = spec_with(scratch.path());
    no_image.image = "milepost-no-such-image:1";
    CHECK(contains(error_of(no_image), "'milepost setup'"));

    const std::string no_source = error_of(spec_with(scratch / "absent"));
    CHECK(contains(no_source, (scratch / "absent").string()));
    CHECK(contains(no_source, "check that the path exists"));

    ContainerSpec no_supervisor = spec_with(scratch.path());
    no_supervisor.mounts[0].source = scratch.path().string();
    CHECK(contains(error_of(no_supervisor), "milepost-supervisor"));
  }
}

TEST_CASE("F17: a name that is taken is an error, and the other container stays") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    const ContainerSpec spec = spec_with(scratch.path());
    Box first(engine, spec);
    first.guard.start_if_needed();
    {
      Box second(engine, spec);
      CHECK_THROWS_AS(second.guard.start({}, {}), InfraError);
    }
    CHECK(exists(engine, spec.name));
    CHECK(first.output_of("echo here") == "here\n");
  }
}

TEST_CASE("F12, F42: a sweep removes a dead owner's container and leaves a live owner's alone") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    Box alive(engine, spec_with(scratch.path()));
    alive.guard.start_if_needed();
    Owner dead = Owner::of_this_process();
    dead.start_time += 1;
    const std::string orphan = "milepost-engine-test-" + random_hex(12);
    HostCommand create{
        .argv = {engine.client().string(), "create", "--name", orphan, "--label", "milepost.run=" + orphan}};
    for (const auto& [name, value] : dead.to_labels()) {
      create.argv.push_back("--label");
      create.argv.push_back(name + "=" + value);
    }
    create.argv.insert(create.argv.end(), {image(), "true"});
    REQUIRE(run_process(create).success());

    const SweepResult seen = sweep(engine, /*dry_run=*/true);
    CHECK(std::ranges::count(seen.removed, orphan) == 1);
    CHECK(std::ranges::count(seen.alive, alive.guard.name()) == 1);
    CHECK(exists(engine, orphan));
    if (seen.removed.size() == 1) {
      CHECK(sweep(engine, /*dry_run=*/false).removed == std::vector<std::string>{orphan});
    } else {
      MESSAGE("orphans of others are on this machine; only ours is removed");
      CHECK(engine.remove_container(orphan, 10s));
    }
    CHECK_FALSE(exists(engine, orphan));
    CHECK(alive.output_of("echo untouched") == "untouched\n");
  }
}

TEST_CASE("a volume is made, mounted read-only, listed and removed") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    const std::string name = "milepost-engine-test-" + random_hex(12);
    const auto listed = [&] {
      return std::ranges::count(engine.list_volumes("milepost.engine-test"), name, &ListedVolume::name);
    };
    CHECK_FALSE(engine.volume_exists(name));
    engine.create_volume(name, {{"milepost.engine-test", "1"}});
    CHECK(engine.volume_exists(name));
    CHECK(listed() == 1);
    {
      ContainerSpec spec = spec_with(scratch.path());
      spec.mounts.push_back({Mount::Kind::volume, name, k_harness_path, false, "a volume"});
      Box box(engine, spec);
      box.output_of("echo content > /opt/milepost/harness/file");
    }
    {
      ContainerSpec spec = spec_with(scratch.path());
      spec.mounts.push_back({Mount::Kind::volume, name, k_harness_path, true, "a volume"});
      Box box(engine, spec);
      CHECK(box.output_of(
                "cat /opt/milepost/harness/file; touch /opt/milepost/harness/x 2>/dev/null || echo no") ==
            "content\nno\n");
    }
    engine.remove_volume(name);
    CHECK(listed() == 0);
    engine.remove_volume(name);
  }
}

TEST_CASE("allowed extra arguments work on the engine") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    ContainerSpec spec = spec_with(scratch.path());
    spec.extra_arguments =
        check_engine_arguments({"--dns", "9.9.9.9", "--dns-search=example.org", "--add-host", "db:10.0.0.7",
                                "--shm-size=32m", "--ulimit", "nofile=512:512", "--hostname=box",
                                "--env=COLOUR=blue", "--tmpfs=/cache:rw,size=8m", "--label=team=x"});
    Box box(engine, spec);
    CHECK(box.output_of("hostname; ulimit -n; getent hosts db; touch /cache/x && echo cached") ==
          "box\n512\n10.0.0.7        db\ncached\n");
  }
}

TEST_CASE("an image is built from a local one, its lines told, and its failure explained") {
  for (const ContainerEngine& engine : engines()) {
    CAPTURE(engine.client());
    ScratchDir scratch;
    scratch.write("Dockerfile", "ARG BASE\nFROM ${BASE}\nRUN echo step-$((40+2)) > /built && cat /built\n");
    const std::string tag = "milepost-engine-test-" + random_hex(12) + ":1";
    std::string told;
    engine.build_image(tag, scratch.path(), {{"BASE", image()}},
                       [&](std::string_view line) { told += std::string(line) + "\n"; }, {});
    CHECK(contains(told, "step-42\n"));
    CHECK(engine.image_exists(tag));
    CHECK(run_process({.argv = {engine.client().string(), "rmi", tag}}).success());
    CHECK_FALSE(engine.image_exists(tag));

    // A step that fails or is stopped leaves no container.
    const std::string mark = random_hex(12);
    const auto containers = [&] {
      return run_process({.argv = {engine.client().string(), "ps", "--all", "--no-trunc", "--format",
                                   "{{.Command}}"}})
          .out;
    };
    scratch.write("Dockerfile", "FROM " + image() + "\nRUN echo " + mark + " >&2; exit 7\n");
    CHECK_THROWS_AS(engine.build_image(tag, scratch.path(), {}, {}, {}), InfraError);
    CHECK_FALSE(engine.image_exists(tag));
    CHECK_FALSE(contains(containers(), mark));

    scratch.write("Dockerfile", "FROM " + image() + "\nRUN echo now-" + mark + "; sleep 1000\n");
    const auto working_containers = [&] {
      return run_process({.argv = {engine.client().string(), "ps", "--all", "--external", "--quiet"}}).out;
    };
    const std::string before = engine.kind() == EngineKind::podman ? working_containers() : "";
    std::stop_source stop;
    const auto stop_in_the_step = [&](std::string_view line) {
      if (line.starts_with("now-")) stop.request_stop();
    };
    CHECK_THROWS_AS(engine.build_image(tag, scratch.path(), {}, stop_in_the_step, stop.get_token()), Stopped);
    const auto stopped = SteadyClock::now();
    const auto remains = [&] { return contains(containers(), mark) || process_with(mark); };
    while (remains() && SteadyClock::now() - stopped < 15s) std::this_thread::yield();
    CHECK_FALSE(remains());
    if (engine.kind() == EngineKind::podman) {
      // A stopped Podman build keeps its storage (no process); it is ours when it is the only new one.
      std::vector<std::string> added;
      const std::string after = working_containers();
      for (const std::string_view id : lines_of(after)) {
        if (!contains(before, std::string(id))) added.emplace_back(id);
      }
      if (added.size() == 1) run_process({.argv = {engine.client().string(), "rm", "--force", added[0]}});
    }
  }
}
