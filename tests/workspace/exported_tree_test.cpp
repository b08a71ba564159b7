#include "repository.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

using namespace milepost;
using namespace milepost::test;

namespace fs = std::filesystem;

TEST_CASE("what a commit has of some paths is written as it was then") {
  const Repository repository;
  repository.write(".claude/settings.json", "old");
  repository.write(".claude/hooks/run.sh", "#!/bin/sh\n");
  fs::permissions(repository.root / ".claude/hooks/run.sh", fs::perms(0755));
  repository.write("CLAUDE.md", "old text");
  const std::string base = repository.commit_all("base");
  repository.write(".claude/settings.json", "new");
  repository.write(".claude/later.json", "new");
  repository.remove("CLAUDE.md");
  repository.commit_all("change");
  const ShadowGit git = repository.open();
  const fs::path target = repository.scratch / "out";
  const auto there = git.export_paths(base, {".claude", "CLAUDE.md", "AGENTS.md"}, target);
  CHECK(there == std::vector<std::string>{".claude", "CLAUDE.md"});
  CHECK(slurp(target / ".claude/settings.json") == "old");
  CHECK(slurp(target / "CLAUDE.md") == "old text");
  CHECK_FALSE(fs::exists(target / ".claude/later.json"));
  CHECK((fs::status(target / ".claude/hooks/run.sh").permissions() & fs::perms::owner_exec) !=
        fs::perms::none);
}

TEST_CASE("links of a commit become the files of that commit, and lead nowhere else") {
  const Repository repository;
  repository.write("AGENTS.md", "the text");
  fs::create_directories(repository.root / ".claude");
  fs::create_symlink("AGENTS.md", repository.root / "CLAUDE.md");
  fs::create_symlink("../AGENTS.md", repository.root / ".claude/inside");
  fs::create_symlink("/etc/hostname", repository.root / ".claude/outside");
  const std::string base = repository.commit_all("base");
  repository.write("AGENTS.md", "changed");
  const ShadowGit git = repository.open();
  const fs::path target = repository.scratch / "out";
  static_cast<void>(git.export_paths(base, {".claude", "CLAUDE.md"}, target));
  CHECK(slurp(target / "CLAUDE.md") == "the text");
  CHECK(slurp(target / ".claude/inside") == "the text");
  CHECK_FALSE(fs::is_symlink(target / ".claude/inside"));
  CHECK(fs::symlink_status(target / ".claude/outside").type() == fs::file_type::not_found);
}

TEST_CASE("a commit is found by branch, by tag and by its id, and by nothing else") {
  const Repository repository;
  repository.write("a", "1");
  const std::string commit = repository.commit_all("base");
  repository.git({"branch", "target"});
  repository.git({"tag", "-a", "-m", "x", "v1"});
  const ShadowGit git = repository.open();
  const std::string head = git.head().value();
  for (const std::string& name : {std::string("target"), std::string("v1"), head.substr(0, 10)})
    CHECK(git.commit_of(name) == head);
  for (const char* name : {"no-such-branch", "--help", ""}) CHECK_FALSE(git.commit_of(name));
}
