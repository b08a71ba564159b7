#include "milepost/container/sweep.hpp"

#include "milepost/container/owner.hpp"

#include "fake_engine.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace milepost;
using milepost::test::FakeEngine;
using milepost::test::ScratchDir;

namespace {

std::string listed(const std::string& name, const std::map<std::string, std::string>& labels) {
  std::string json;
  for (const auto& [label, value] : labels)
    json += (json.empty() ? "{" : ",") + ("\"" + label + "\":\"" + value + "\"");
  return "/" + name + "|running|" + (json.empty() ? "{" : json) + "}\n";
}

/// An engine that lists one container of each kind.
FakeEngine engine_with_all_kinds(const ScratchDir& scratch, const std::string& rm) {
  const Owner alive = Owner::of_this_process();
  Owner dead = alive, foreign = alive, stubborn = alive;
  dead.start_time += 1;
  stubborn.start_time += 1;
  foreign.host = "elsewhere";
  scratch.write("list", listed("alive", alive.to_labels()) + listed("dead", dead.to_labels()) +
                            listed("foreign", foreign.to_labels()) + listed("malformed", {}) +
                            listed("stubborn", stubborn.to_labels()));
  return FakeEngine(scratch, "case $verb in ps) seq 5;; container) cat $dir/list;; rm) " + rm + ";; esac");
}

}  // namespace

TEST_CASE("F12, F42: a sweep removes what a dead owner left, and nothing else") {
  ScratchDir scratch;
  const FakeEngine fake = engine_with_all_kinds(scratch, "case \"$*\" in *stubborn) exec sleep 100;; esac");
  const SweepResult result = sweep(ContainerEngine(EngineKind::docker, fake.client()), /*dry_run=*/false,
                                   std::chrono::milliseconds(300));
  CHECK(result.removed == std::vector<std::string>{"dead"});
  CHECK(result.alive == std::vector<std::string>{"alive"});
  CHECK(result.unclear == std::vector<std::string>{"foreign", "malformed"});
  CHECK(result.failed == std::vector<std::string>{"stubborn"});
  CHECK(fake.count("rm --force --volumes -- dead") == 1);
  CHECK(fake.count("rm --force --volumes -- alive") == 0);
  CHECK(fake.count("rm --force --volumes -- foreign") == 0);
  CHECK(fake.count("rm --force --volumes -- malformed") == 0);
}

TEST_CASE("a dry sweep removes nothing and says what it would remove") {
  ScratchDir scratch;
  const FakeEngine fake = engine_with_all_kinds(scratch, "true");
  const SweepResult result = sweep(fake.engine(), /*dry_run=*/true);
  CHECK(result.removed == std::vector<std::string>{"dead", "stubborn"});
  CHECK(fake.count("rm") == 0);
}
