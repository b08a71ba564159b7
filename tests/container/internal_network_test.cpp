#include "milepost/container/internal_network.hpp"

#include "milepost/base/error.hpp"

#include "fake_engine.hpp"

#include <doctest/doctest.h>

using namespace milepost;
using milepost::test::FakeEngine;
using milepost::test::ScratchDir;

TEST_CASE("a network is internal, owned by this process, and gone with its guard") {
  ScratchDir scratch;
  const FakeEngine fake(scratch, "true");
  {
    InternalNetwork network(fake.engine(), "milepost-x-net", {{"milepost.run", "x"}}, nullptr);
    CHECK(fake.calls().empty());
    network.create();
  }
  CHECK(fake.count("network create --internal --opt com.docker.network.bridge.inhibit_ipv4=true ") == 1);
  CHECK(fake.calls().find("--label milepost.run=x") != std::string::npos);
  CHECK(fake.calls().find("--label milepost.owner.pid=") != std::string::npos);
  CHECK(fake.count("network rm milepost-x-net") == 1);
}

TEST_CASE("a network that could not be made may exist, and is removed") {
  ScratchDir scratch;
  const FakeEngine fake(
      scratch, "case \"$1\" in create) exit 1;; rm) echo 'Error: No such network: n' >&2; exit 1;; esac");
  std::string leftover;
  {
    InternalNetwork network(fake.engine(), "n", {}, [&](const std::string& name) { leftover = name; });
    CHECK_THROWS_AS(network.create(), InfraError);
  }
  CHECK(fake.count("network rm n") == 1);
  CHECK(leftover.empty());
}

TEST_CASE("a network in use is asked for again until it goes") {
  ScratchDir scratch;
  const FakeEngine fake(
      scratch,
      "if [ \"$1\" = rm ] && [ ! -e $dir/tried ]; then touch $dir/tried; echo 'has active endpoints' >&2; "
      "exit 1; fi");
  InternalNetwork network(fake.engine(), "n", {}, nullptr);
  network.create();
  CHECK(network.remove());
  CHECK(fake.count("network rm n") == 2);
  CHECK(network.remove());
  CHECK(fake.count("network rm n") == 2);
}
