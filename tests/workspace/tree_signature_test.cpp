#include "workspace/tree_signature.hpp"

#include "milepost/base/time.hpp"

#include "support/scratch_dir.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <fstream>
#include <thread>

using namespace milepost;
using namespace milepost::test;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

/// With a short time to settle.
std::optional<std::string> quick_signature(const fs::path& root) {
  return tree_signature(root, 1000, Milliseconds(40));
}

/// The signature once every change is old enough to be relied on.
std::string settled(const fs::path& root) {
  for (int tries = 0; tries < 400; ++tries) {
    if (const auto signature = quick_signature(root)) return *signature;
    std::this_thread::sleep_for(Milliseconds(10));
  }
  return "it never settled";
}

}  // namespace

TEST_CASE("a tree that rests has one signature, and every change gives another") {
  const ScratchDir scratch;
  const fs::path root = scratch.path();
  write(root / "a.txt", "one");
  write(root / "deep/b.txt", "two");
  write(root / ".git/index", "x");
  fs::create_symlink("a.txt", root / "link");
  CHECK_FALSE(tree_signature(root));  // just written: it may change again within the same tick
  const std::string before = settled(root);
  CHECK(before.size() == 64);
  CHECK(settled(root) == before);

  SUBCASE("git's own directory does not count") {
    write(root / ".git/index", "changed");
    CHECK(quick_signature(root) == before);
  }
  SUBCASE("an edit that puts size and times back") {
    struct stat old {};
    REQUIRE(::stat((root / "a.txt").c_str(), &old) == 0);
    write(root / "a.txt", "two");
    const timespec times[2] = {old.st_atim, old.st_mtim};
    REQUIRE(::utimensat(AT_FDCWD, (root / "a.txt").c_str(), times, 0) == 0);
    CHECK(settled(root) != before);
  }
  SUBCASE("a new mode") {
    fs::permissions(root / "a.txt", fs::perms::owner_exec, fs::perm_options::add);
    CHECK(settled(root) != before);
  }
  SUBCASE("a removed file") {
    fs::remove(root / "deep/b.txt");
    CHECK(settled(root) != before);
  }
  SUBCASE("a file that moved to another directory") {
    fs::rename(root / "deep/b.txt", root / "b.txt");
    CHECK(settled(root) != before);
  }
  SUBCASE("an empty directory") {
    fs::create_directory(root / "empty");
    CHECK(settled(root) != before);
  }
  SUBCASE("a link with another target") {
    fs::remove(root / "link");
    fs::create_symlink("b.txt", root / "link");
    CHECK(settled(root) != before);
  }
}

TEST_CASE("a tree that cannot be looked at cheaply and whole has no signature") {
  const ScratchDir scratch;
  const fs::path root = scratch.path();
  SUBCASE("more entries than the limit") {
    for (int i = 0; i < 4; ++i) fs::create_directory(root / std::to_string(i));
    CHECK(tree_signature(root, 4));
    CHECK_FALSE(tree_signature(root, 3));
  }
  SUBCASE("deeper than any source tree") {
    fs::path deep = root;
    for (int i = 0; i < 120; ++i) deep /= "d";
    fs::create_directories(deep);
    CHECK_FALSE(tree_signature(root));
  }
  SUBCASE("not there") {
    CHECK_FALSE(tree_signature(root / "nowhere"));
  }
}
