#include "milepost/container/owner.hpp"

#include "milepost/process/process.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace milepost;

namespace {

/// The pid of a process that existed a moment ago and has been reaped.
int dead_pid() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  return child;
}

}  // namespace

TEST_CASE("an owner survives the way through labels") {
  const Owner owner = Owner::of_this_process();
  CHECK(owner.pid == ::getpid());
  const auto back = Owner::from_labels(owner.to_labels());
  REQUIRE(back);
  CHECK(back->host == owner.host);
  CHECK(back->boot_id == owner.boot_id);
  CHECK(back->pid_namespace == owner.pid_namespace);
  CHECK(back->pid == owner.pid);
  CHECK(back->start_time == owner.start_time);
}

TEST_CASE("this process is alive, whatever its name looks like") {
  char old_name[16] = {};
  ::prctl(PR_GET_NAME, old_name);
  ::prctl(PR_SET_NAME, "a) Z 1 (b c");
  CHECK(owner_state(Owner::of_this_process()) == OwnerState::alive);
  ::prctl(PR_SET_NAME, old_name);
}

TEST_CASE("F12: an owner is dead only when that is proven") {
  Owner owner = Owner::of_this_process();
  OwnerState expected = OwnerState::dead;
  SUBCASE("its pid does not exist") {
    owner.pid = dead_pid();
  }
  SUBCASE("its pid belongs to a process that started at another time") {
    owner.start_time += 1;
  }
  SUBCASE("the machine has been started again") {
    owner.boot_id = "another";
  }
  SUBCASE("another host's owner is unclear, also with a pid that does not exist here") {
    owner.host = "elsewhere";
    owner.pid = dead_pid();
    expected = OwnerState::unclear;
  }
  SUBCASE("an owner in another pid namespace is unclear") {
    owner.pid_namespace = "pid:[1]";
    owner.pid = dead_pid();
    expected = OwnerState::unclear;
  }
  CHECK(owner_state(owner) == expected);
}

TEST_CASE("F12: an owner that has ended and was not reaped yet is dead") {
  Pipe go = make_pipe();
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    char byte;
    const ssize_t count = ::read(go.read_end.get(), &byte, 1);
    ::_exit(count == 1 ? 0 : 1);
  }
  Owner owner = Owner::of_this_process();
  owner.pid = child;
  CHECK(owner_state(owner) == OwnerState::dead);  // it exists, with another start time or the same tick
  REQUIRE(::write(go.write_end.get(), "x", 1) == 1);
  siginfo_t info;
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) == 0);
  CHECK(owner_state(owner) == OwnerState::dead);
  ::waitpid(child, nullptr, 0);
}

TEST_CASE("F12: malformed labels name no owner") {
  const auto good = Owner::of_this_process().to_labels();
  for (const auto& [name, ignored] : good) {
    auto labels = good;
    labels.erase(name);
    CHECK_FALSE(Owner::from_labels(labels));
  }
  for (const char* pid : {"", "0", "-1", "12x", " 1", "99999999999999"}) {
    auto labels = good;
    labels["milepost.owner.pid"] = pid;
    CHECK_FALSE(Owner::from_labels(labels));
  }
  CHECK_FALSE(Owner::from_labels({}));
}
