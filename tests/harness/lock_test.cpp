#include "milepost/harness/lock.hpp"

#include "milepost/base/error.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

using namespace milepost;
using milepost::test::ScratchDir;

namespace {

HarnessLock example() {
  HarnessLock lock;
  lock.architecture = "x86_64";
  lock.libc = "glibc";
  lock.harnesses = {{"claude", "@anthropic-ai/claude-code", "2.1.330", "sha512-abc==", "", 1}};
  return lock;
}

std::string error_of(const std::filesystem::path& file) {
  try {
    read_lock(file);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("the volume's name never changes for the same lock") {
  CHECK(volume_name(example()) == "milepost-harness-41749b84a333");
}

TEST_CASE("everything that changes what is installed changes the name, and nothing else does") {
  const auto name = volume_name(example());
  const auto changed = [&](auto change) {
    HarnessLock lock = example();
    change(lock);
    return volume_name(lock) != name;
  };
  CHECK(changed([](HarnessLock& lock) { lock.architecture = "aarch64"; }));
  CHECK(changed([](HarnessLock& lock) { lock.libc = "musl"; }));
  CHECK(changed([](HarnessLock& lock) { lock.harnesses[0].version = "2.1.331"; }));
  CHECK(changed([](HarnessLock& lock) { lock.harnesses[0].package = "other"; }));
  CHECK(changed([](HarnessLock& lock) { lock.harnesses[0].node_version = "22.1.0"; }));
  CHECK(changed([](HarnessLock& lock) { lock.harnesses[0].recipe_version = 2; }));
  CHECK(changed([](HarnessLock& lock) { lock.harnesses.push_back({"x", "y", "1", "", "", 1}); }));
  CHECK_FALSE(changed([](HarnessLock& lock) { lock.harnesses[0].integrity.clear(); }));
  CHECK_FALSE(changed([](HarnessLock& lock) {
    lock.harnesses.push_back({"script", "", "0.1.0", "", "", 1});
  }));
}

TEST_CASE("the order of the harnesses does not change the name") {
  HarnessLock a = example(), b = example();
  a.harnesses.push_back({"zeta", "zeta", "1.0.0", "", "", 1});
  b.harnesses.insert(b.harnesses.begin(), {"zeta", "zeta", "1.0.0", "", "", 1});
  CHECK(volume_name(a) == volume_name(b));
}

TEST_CASE("no harness that needs an install means no volume") {
  HarnessLock lock;
  CHECK_FALSE(volume_name(lock));
  lock.harnesses.push_back({"script", "", "0.1.0", "", "", 1});
  CHECK_FALSE(volume_name(lock));
}

TEST_CASE("a lock that was written is read back") {
  const ScratchDir dir;
  HarnessLock lock = example();
  lock.harnesses.push_back({"script", "", "0.1.0", "", "", 1});
  const auto file = dir / "deep/harness-lock.json";
  write_lock(file, lock);
  const HarnessLock back = read_lock(file);
  CHECK(back.architecture == "x86_64");
  CHECK(back.libc == "glibc");
  REQUIRE(back.harnesses.size() == 2);
  REQUIRE(back.find("claude"));
  CHECK(back.find("claude")->package == "@anthropic-ai/claude-code");
  CHECK(back.find("claude")->version == "2.1.330");
  CHECK(back.find("claude")->integrity == "sha512-abc==");
  CHECK(back.find("script"));
  CHECK_FALSE(back.find("codex"));
  CHECK(volume_name(back) == volume_name(lock));
}

TEST_CASE("a missing lock is an empty one") {
  const ScratchDir dir;
  CHECK(read_lock(dir / "none.json").harnesses.empty());
}

TEST_CASE("state of an earlier version has no volume name and no integrity, and gives the same volume") {
  const ScratchDir dir;
  const auto file = dir.write("lock.json", R"({"architecture": "x86_64", "libc": "glibc", "harnesses": [
    {"harness": "claude", "package": "@anthropic-ai/claude-code", "version": "2.1.330"}]})");
  const HarnessLock lock = read_lock(file);
  CHECK(lock.harnesses.at(0).integrity.empty());
  CHECK(volume_name(lock) == volume_name(example()));
}

TEST_CASE("F45: a lock that cannot be read is an error with its path, never a fresh start") {
  const ScratchDir dir;
  for (const char* text :
       {"", "{", "[]", "{}", R"({"harnesses": 3})", R"({"harnesses": ["claude"]})", R"({"harnesses": [{}]})",
        R"({"harnesses": [{"harness": "a", "package": "b"}]})", R"({"harnesses": [{"harness": 3}]})",
        R"({"harnesses": [{"harness": "a", "package": "p", "version": "1", "recipe_version": -1}]})",
        R"({"harnesses": [{"harness": "a"}, {"harness": "a"}]})"}) {
    CAPTURE(text);
    const auto file = dir.write("lock.json", text);
    CHECK(error_of(file).starts_with(file.string() + ": "));
  }
}

TEST_CASE("a lock cannot smuggle options or paths into an install") {
  const ScratchDir dir;
  for (const char* entry : {R"("harness": "a", "package": "--ignore-scripts", "version": "1")",
                            R"("harness": "a", "package": "p", "version": "1 2")",
                            R"("harness": "a", "package": "p", "version": "1\n2")",
                            R"("harness": "../a", "package": "p", "version": "1")",
                            R"("harness": "a/b", "package": "p", "version": "1")"}) {
    CAPTURE(entry);
    CHECK(error_of(dir.write("lock.json", std::string("{\"harnesses\": [{") + entry + "}]}")) != "no error");
  }
}

TEST_CASE("a lock of a newer milepost is not guessed at") {
  const ScratchDir dir;
  CHECK(error_of(dir.write("lock.json", R"({"version": 99, "harnesses": []})")).find("newer milepost") !=
        std::string::npos);
}

TEST_CASE("a harness is pinned in the place of what was pinned of it, and the rest stays") {
  HarnessLock lock = example();
  pin(lock, {"zeta", "zeta", "1.0.0", "", "", 1});
  pin(lock, {"alpha", "alpha", "1.0.0", "", "", 1});
  pin(lock, {"claude", "@anthropic-ai/claude-code", "2.1.331", "", "", 1});
  REQUIRE(lock.harnesses.size() == 3);
  CHECK(lock.harnesses[0].harness == "alpha");
  CHECK(lock.harnesses[1].version == "2.1.331");
  CHECK(lock.harnesses[2].harness == "zeta");
}

TEST_CASE("two locks are compared harness by harness") {
  HarnessLock before = example(), after = example();
  pin(before, {"gone", "gone", "1", "", "", 1});
  pin(before, {"node", "node", "1", "", "20.1.0", 1});
  pin(after, {"claude", "@anthropic-ai/claude-code", "2.1.331", "", "", 1});
  pin(after, {"new", "new", "3", "", "", 1});
  pin(after, {"node", "node", "1", "", "22.1.0", 1});
  const auto changes = lock_changes(before, after);
  REQUIRE(changes.size() == 4);
  CHECK(changes[0].harness == "claude");
  CHECK(changes[0].from == "2.1.330");
  CHECK(changes[0].to == "2.1.331");
  CHECK(changes[1].harness == "gone");
  CHECK(changes[1].to.empty());
  CHECK(changes[2].harness == "new");
  CHECK(changes[2].from.empty());
  CHECK(changes[3].changes);
  for (const LockChange& same : lock_changes(before, before)) CHECK_FALSE(same.changes);
}
