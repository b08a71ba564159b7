#include "milepost/base/error.hpp"
#include "milepost/process/process.hpp"
#include "milepost/workspace/shadow_git.hpp"
#include "milepost/workspace/tamper_check.hpp"

#include "repository.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <fstream>
#include <functional>

// What an agent can plant so that git on the host runs its program. Each is planted in a repository that the
// agent could write as a whole (worse than in a run, where .git is a read-only mount), and every operation of
// ShadowGit must leave the marker file unmade. Beside it the same plant is tried with plain git, so that a
// vector that has lost its teeth is noticed.

namespace fs = std::filesystem;
using milepost::ShadowGit;
using milepost::Snapshot;
using milepost::test::Repository;

namespace {

struct Planted {
  Repository repo;
  fs::path marker = repo.scratch / "marker";
  fs::path payload = repo.root / "payload.sh";

  Planted() {
    repo.write("file.txt", "one\n");
    repo.write("old.dat", "one\n");
    repo.commit_all("first");
    repo.git({"branch", "other"});
    repo.write("payload.sh", "#!/bin/sh\ntouch '" + marker.string() + "'\n");
    fs::permissions(payload, fs::perms::owner_all);
  }
  bool fired() const { return fs::exists(marker); }
  void config(const std::string& key, const std::string& value) const { repo.git({"config", key, value}); }
  void hook(const fs::path& directory, const std::string& name) const {
    fs::create_directories(directory);
    fs::copy_file(payload, directory / name);
  }
};

struct Vector {
  const char* name;
  bool fires_with_plain_git;
  std::function<void(const Planted&)> plant;
};

const std::string k_with_payload =
    "[core]\n\tfsmonitor = ./payload.sh\n[filter \"x\"]\n\tclean = ./payload.sh\n";

void plant_repository(const Planted& p, const std::string& name) {
  p.repo.git({"init", "--quiet", name});
  p.repo.write(name + "/inner", "1");
  p.repo.git_in(p.repo.root / name, {"add", "inner"});
  p.repo.git_in(p.repo.root / name, {"commit", "--quiet", "-m", "inner"});
  p.repo.git_in(p.repo.root / name, {"config", "core.fsmonitor", p.payload.string()});
  p.repo.git_in(p.repo.root / name, {"config", "filter.x.clean", p.payload.string()});
  p.repo.write(name + "/.gitattributes", "* filter=x\n");
  p.repo.write(name + "/inner", "2");
}

const std::vector<Vector>& vectors() {
  static const std::vector<Vector> all{
      {"hooks/post-commit", true,
       [](const Planted& p) { p.hook(p.repo.root / ".git/hooks", "post-commit"); }},
      {"hooks/post-index-change", true,
       [](const Planted& p) { p.hook(p.repo.root / ".git/hooks", "post-index-change"); }},
      {"hooks/reference-transaction", true,
       [](const Planted& p) { p.hook(p.repo.root / ".git/hooks", "reference-transaction"); }},
      {"core.hooksPath", true,
       [](const Planted& p) {
         p.hook(p.repo.root / "hooks", "pre-commit");
         p.config("core.hooksPath", "hooks");
       }},
      {"core.fsmonitor", true, [](const Planted& p) { p.config("core.fsmonitor", "./payload.sh"); }},
      {"core.fsmonitor by include.path", true,
       [](const Planted& p) {
         p.repo.write("inc", "[core]\n\tfsmonitor = ./payload.sh\n");
         p.config("include.path", "../inc");
       }},
      {"core.fsmonitor by includeIf", true,
       [](const Planted& p) {
         p.repo.write("inc", "[core]\n\tfsmonitor = ./payload.sh\n");
         p.config("includeIf.onbranch:**.path", "../inc");
       }},
      {"core.fsmonitor by config.worktree", true,
       [](const Planted& p) {
         p.config("extensions.worktreeConfig", "true");
         p.repo.write(".git/config.worktree", "[core]\n\tfsmonitor = ./payload.sh\n");
       }},
      {"diff.external", true, [](const Planted& p) { p.config("diff.external", "./payload.sh"); }},
      {"textconv by .gitattributes", true,
       [](const Planted& p) {
         p.config("diff.x.textconv", "./payload.sh");
         p.repo.write(".gitattributes", "* diff=x\n");
       }},
      {"textconv by info/attributes", true,
       [](const Planted& p) {
         p.config("diff.x.textconv", "./payload.sh");
         p.repo.write(".git/info/attributes", "* diff=x\n");
       }},
      {"diff driver command", true,
       [](const Planted& p) {
         p.config("diff.x.command", "./payload.sh");
         p.repo.write(".gitattributes", "* diff=x\n");
       }},
      {"filter.clean", true,
       [](const Planted& p) {
         p.config("filter.x.clean", "./payload.sh");
         p.repo.write(".gitattributes", "* filter=x\n");
       }},
      {"filter.smudge", true,
       [](const Planted& p) {
         p.config("filter.x.smudge", "./payload.sh");
         p.repo.write(".git/info/attributes", "* filter=x\n");
       }},
      {"filter.process", true,
       [](const Planted& p) {
         p.config("filter.x.process", "./payload.sh");
         p.repo.write(".gitattributes", "* filter=x\n");
       }},
      {"filter.lfs redefined", true,
       [](const Planted& p) {
         p.config("filter.lfs.clean", "./payload.sh");
         p.config("filter.lfs.required", "true");
         p.repo.write(".gitattributes", "* filter=lfs\n");
       }},
      {"gpg.program", true,
       [](const Planted& p) {
         p.config("gpg.program", "./payload.sh");
         p.config("commit.gpgSign", "true");
       }},
      {"gpg.program by log.showSignature", false,
       [](const Planted& p) {
         p.config("gpg.program", "./payload.sh");
         p.config("log.showSignature", "true");
       }},
      {"core.sshCommand", true,
       [](const Planted& p) {
         p.config("core.sshCommand", "./payload.sh");
         p.config("remote.origin.url", "ssh://localhost/x");
       }},
      {"remote.uploadpack", true,
       [](const Planted& p) {
         p.config("remote.origin.url", p.repo.root.string());
         p.config("remote.origin.uploadpack", "./payload.sh");
       }},
      {"a promisor remote and a missing object", true,
       [](const Planted& p) {
         p.config("remote.origin.url", p.repo.root.string());
         p.config("remote.origin.uploadpack", "./payload.sh");
         p.config("remote.origin.promisor", "true");
         p.config("extensions.partialClone", "origin");
         std::string id = p.repo.git({"rev-parse", "HEAD:old.dat"});
         p.repo.write("file.txt", "first other content\n");
         fs::remove_all(p.repo.root / ".git/objects" / id.substr(0, 2));
       }},
      {"a nested repository", true, [](const Planted& p) { plant_repository(p, "nested"); }},
      {"a nested repository in the index", true,
       [](const Planted& p) {
         plant_repository(p, "nested");
         p.repo.git({"-c", "core.fsmonitor=false", "update-index", "--add", "--cacheinfo",
                     "160000," + p.repo.git_in(p.repo.root / "nested", {"rev-parse", "HEAD"}).substr(0, 40) +
                         ",nested"});
       }},
      {"a nested repository by a .git file", true,
       [](const Planted& p) {
         plant_repository(p, "elsewhere");
         p.repo.write("nested/.git", "gitdir: ../elsewhere/.git\n");
         p.repo.write("nested/inner", "2");
       }},
      {".git replaced by a file", true,
       [](const Planted& p) {
         fs::rename(p.repo.root / ".git", p.repo.root / "evil");
         std::ofstream(p.repo.root / "evil/config", std::ios::app) << k_with_payload;
         p.repo.write(".gitattributes", "* filter=x\n");
         p.repo.write(".git", "gitdir: ./evil\n");
       }},
      {".git moved away and made again", true,
       [](const Planted& p) {
         fs::rename(p.repo.root / ".git", p.repo.root / ".x");
         fs::copy(p.repo.root / ".x", p.repo.root / ".git", fs::copy_options::recursive);
         std::ofstream(p.repo.root / ".git/config", std::ios::app) << k_with_payload;
         p.repo.write(".gitattributes", "* filter=x\n");
       }},
      {".git replaced by a link", true,
       [](const Planted& p) {
         fs::rename(p.repo.root / ".git", p.repo.root / "evil");
         std::ofstream(p.repo.root / "evil/config", std::ios::app) << k_with_payload;
         fs::create_directory_symlink("evil", p.repo.root / ".git");
       }},
      {"pager, editor, alias and credential helper", false,
       [](const Planted& p) {
         for (const char* key : {"core.pager", "pager.log", "pager.diff", "core.editor", "sequence.editor",
                                 "credential.helper", "alias.lg", "core.askPass", "core.gitProxy"}) {
           p.config(key, std::string(key) == "alias.lg" ? "!./payload.sh" : "./payload.sh");
         }
         for (const char* name : {"status", "add", "log", "update-index", "write-tree"}) {
           p.config("alias." + std::string(name), "!./payload.sh");
         }
       }},
  };
  return all;
}

void use_plain_git(const Planted& p) {
  const auto run = [&](const std::vector<std::string>& arguments) {
    if (!p.fired()) p.repo.try_git(arguments);
  };
  run({"status"});
  run({"diff"});
  run({"log", "-p", "-1"});
  run({"add", "--all"});
  run({"commit", "-m", "x"});
  run({"diff", "HEAD~1"});
  run({"cat-file", "blob", "HEAD:old.dat"});
  run({"checkout", "-f", "other", "--", "."});
  run({"fetch", "origin"});
}

/// Every operation; an error is a fine answer to a broken repository, a started program is not.
void use_shadow_git(ShadowGit& git, const Planted& p, const Snapshot& before) {
  const auto attempt = [&](const char* what, const std::function<void()>& work) {
    try {
      work();
    } catch (const milepost::Error&) {
    }
    CAPTURE(what);
    CHECK_FALSE(p.fired());
  };
  Snapshot after = before;
  attempt("head", [&] { (void)git.head(), (void)git.branch(); });
  attempt("identity", [&] { git.identity(); });
  attempt("commit_problem", [&] { (void)git.commit_problem(); });
  attempt("uncommitted", [&] { git.uncommitted(); });
  attempt("snapshot", [&] { after = git.snapshot("after"); });
  attempt("find_snapshot", [&] { (void)git.find_snapshot("after"), (void)git.snapshots(); });
  attempt("changes", [&] { git.changes(before, after); });
  attempt("diff", [&] { git.diff(before, after, 100'000); });
  attempt("commit", [&] { git.commit({before, "task"}); });
  attempt("find_commit_with_line", [&] { (void)git.find_commit_with_line("x"); });
  attempt("commits_since", [&] { git.commits_since(std::string(40, '0')); });
  attempt("restore", [&] { git.restore(before); });
}

}  // namespace

TEST_CASE("F48: no operation of ShadowGit runs what an agent planted") {
  for (const Vector& vector : vectors()) {
    const std::string name = vector.name;
    CAPTURE(name);
    const Planted p;
    ShadowGit git = p.repo.open();
    const Snapshot before = git.snapshot("before");
    p.repo.write("file.txt", "two, by the agent\n");
    vector.plant(p);
    fs::remove(p.marker);
    use_shadow_git(git, p, before);
    try {
      ShadowGit later = p.repo.open();
      use_shadow_git(later, p, before);
    } catch (const milepost::Error&) {
    }
    CHECK_FALSE(p.fired());
  }
}

TEST_CASE("F48: the same plants do run with plain git") {
  for (const Vector& vector : vectors()) {
    const std::string name = vector.name;
    CAPTURE(name);
    const Planted p;
    p.repo.write("file.txt", "two, by the agent\n");
    vector.plant(p);
    fs::remove(p.marker);
    use_plain_git(p);
    CHECK(p.fired() == vector.fires_with_plain_git);
  }
}

TEST_CASE("the user's own hooks and programs are not run by a commit either") {
  const Planted p;
  p.repo.git({"config", "--global", "core.hooksPath", (p.repo.root / "hooks").string()});
  p.repo.git({"config", "--global", "core.fsmonitor", p.payload.string()});
  for (const char* name :
       {"pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index-change"}) {
    p.hook(p.repo.root / "hooks", name);
  }
  ShadowGit git = p.repo.open();
  const Snapshot before = git.snapshot("before");
  p.repo.write("file.txt", "two\n");
  CHECK(git.commit({before, "task"}).commit);
  CHECK_FALSE(p.fired());
}

TEST_CASE("a variable of the caller steers no git of ours") {
  const Planted p;
  ::setenv("GIT_EXTERNAL_DIFF", p.payload.c_str(), 1);
  ::setenv("GIT_DIR", "/nowhere", 1);
  ::setenv("GIT_INDEX_FILE", "/nowhere/index", 1);
  ::setenv("GIT_OBJECT_DIRECTORY", "/nowhere/objects", 1);
  ShadowGit git = p.repo.open();
  const Snapshot before = git.snapshot("before");
  p.repo.write("file.txt", "two\n");
  CHECK(git.commit({before, "task"}).commit);
  git.diff(before, git.snapshot("after"), 1000);
  for (const char* name : {"GIT_EXTERNAL_DIFF", "GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"})
    ::unsetenv(name);
  CHECK_FALSE(p.fired());
}
