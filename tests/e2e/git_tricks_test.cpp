#include "support.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

#include <fstream>

using namespace milepost::test;

namespace fs = std::filesystem;

namespace {

/// The files of .git that git executes or is steered by, with their text.
std::map<std::string, std::string> steering(const Project& project) {
  std::map<std::string, std::string> files;
  const fs::path git = project.file(".git");
  for (const char* name : {"config", "description", "info/exclude", "info/attributes", "config.worktree"})
    files[name] = slurp(git / name);
  for (const auto& entry : fs::directory_iterator(git / "hooks"))
    files["hooks/" + entry.path().filename().string()] = slurp(entry.path());
  return files;
}

/// A program that leaves a mark outside of the code folder: only on the host there is such a directory.
std::string payload(const Project& project) {
  return "#!/bin/sh\necho \"$0 $*\" >> '" + (project.base() / "executed").string() + "'\n";
}

std::string executed(const Project& project) {
  return slurp(project.base() / "executed");
}

constexpr const char* k_ask =
    R"([ -n "${MILEPOST_ANSWER:-}" ] || printf '```milepost\n{"status": "needs_human", "question": "Go on?"}\n```\n')";

/// Everything that runs git on the host, after the agent had its way in task 1.1.
void run_everything(const Project& project) {
  const Ended run = project.milepost({"run", "M1_test.md"});
  INFO(run.err);
  CHECK(run.exit == 4);
  CHECK(project.milepost({"status"}).exit == 0);
  const Ended resume = project.milepost({"resume", "M1_test.md", "--answer", "yes"});
  INFO(resume.err);
  CHECK(resume.exit == 0);
  CHECK(project.milepost({"doctor"}).exit == 0);
  const Ended restore = project.milepost({"restore", "M1_test.md", "1.1", "--yes"});
  INFO(restore.err);
  CHECK(restore.exit == 0);
}

}  // namespace

TEST_CASE("F49: the agent can neither write nor move the repository's .git") {
  const Project project;
  const auto before = steering(project);
  struct stat old {};
  REQUIRE(::stat(project.file(".git").c_str(), &old) == 0);
  project.plan({{"1.1", "Try", R"(set +e
echo x > .git/hooks/post-commit && echo hook >> got
printf '[core]\n\tfsmonitor = ./payload\n' >> .git/config && echo config >> got
echo x > .git/info/attributes && echo attributes >> got
mv .git old && echo moved >> got
rm -rf .git && echo removed >> got
ln -sfn /tmp .git && [ -L .git ] && echo linked >> got
umount .git && echo unmounted >> got
mount -o remount,rw .git && echo remounted >> got
git config core.pager x && echo git-config >> got
git commit --allow-empty -m own && echo committed >> got
git log --oneline > log || echo nolog >> got
true)"}});
  const Ended run = project.milepost({"run", "M1_test.md", "--set", "handoff=none"});
  INFO(run.err);
  CHECK(run.exit == 0);
  CHECK(project.text("got").empty());
  CHECK(lines(project.text("log")).size() == 2);  // git in the container reads the history
  CHECK(steering(project) == before);
  struct stat now {};
  REQUIRE(::stat(project.file(".git").c_str(), &now) == 0);
  CHECK(now.st_ino == old.st_ino);
}

TEST_CASE("F48: nothing that the agent plants in the code folder is executed by git on the host") {
  const Project project;
  const auto before = steering(project);
  project.plan(
      {{"1.1", "Plant",
        "cat > payload <<'END'\n" + payload(project) + R"(END
chmod +x payload
here=')" + project.folder().string() +
            R"('
plant() {  # a repository whose configuration runs the payload wherever git lets it
  git init -q "$1"
  for hook in post-commit pre-commit post-checkout post-index-change reference-transaction; do cp payload "$1/.git/hooks/$hook"; done
  for key in core.fsmonitor core.hooksPath diff.external core.pager core.sshCommand core.editor gpg.program \
             filter.evil.clean filter.evil.smudge filter.evil.process diff.evil.textconv diff.evil.command; do
    git -C "$1" config "$key" "$here/payload"
  done
  git -C "$1" config commit.gpgsign true
  printf '[core]\n\tworktree = %s\n' "$here" >> "$1/.git/config"
  echo x > "$1/file"
}
plant nested
plant "deep/er/nested"
cp -r nested/.git bare && printf '[core]\n\tbare = true\n' >> bare/config
mkdir gitfile && echo "gitdir: ../nested/.git" > gitfile/.git && echo x > gitfile/file
mkdir linked && ln -s ../nested/.git linked/.git && echo x > linked/file
plant module
printf '[submodule "module"]\n\tpath = module\n\turl = ./module\n\tupdate = !%s/payload\n' "$here" > .gitmodules
printf '* filter=evil diff=evil merge=evil\n' > .gitattributes
cp .gitattributes deep/.gitattributes
mkdir -p .milepost .githooks && cp payload .githooks/post-commit
printf 'verify: ["./payload || true"]\n' > .milepost/config.yaml
echo text > plain)"},
       {"1.2", "Ask", k_ask},
       {"1.3", "More",
        "echo more >> plain; rm -f HANDOFF_M1.md\nif rm -f .milepost/config.yaml; then touch removed; fi"}});
  run_everything(project);
  CHECK_FALSE(project.has("removed"));
  CHECK(executed(project).empty());
  CHECK(steering(project) == before);
}

TEST_CASE("F48: programs of the work tree that the user's own configuration names are not run by milepost") {
  const Project project;
  project.write(".githooks/post-commit", "#!/bin/sh\ntrue\n");
  project.write("monitor", "#!/bin/sh\nexit 1\n");
  project.write("show", "#!/bin/sh\ncat \"$1\"\n");
  project.git({"add", "."});
  project.git({"commit", "-q", "-m", "tools"});
  project.plan({{"1.1", "Change the tools",
                 "for f in .githooks/post-commit .githooks/pre-commit .githooks/post-index-change "
                 ".githooks/reference-transaction monitor show; do cat > $f <<'END'\n" +
                     payload(project) + "END\nchmod +x $f; done\necho '* diff=shown' > .gitattributes"},
                {"1.2", "Ask", k_ask},
                {"1.3", "More", "echo more > more"}});
  for (const auto& [key, value] : {std::pair<const char*, const char*>{"core.hooksPath", ".githooks"},
                                   {"core.fsmonitor", "./monitor"},
                                   {"diff.external", "./show"},
                                   {"diff.shown.textconv", "./show"}})
    project.git({"config", key, value});
  run_everything(project);
  CHECK(executed(project).empty());
  // The trap works: git itself would have run it.
  project.write("monitor", payload(project));
  fs::permissions(project.file("monitor"), fs::perms(0755));
  static_cast<void>(project.call({"git", "status"}));
  CHECK_FALSE(executed(project).empty());
}

TEST_CASE("F51: a link in place of the hand-off document does not lead milepost out of the code folder") {
  const Project project;
  const fs::path victim = project.base() / "victim";
  std::ofstream(victim) << "mine\n";
  project.plan(
      {{"1.1", "Link",
        "ln -s '" + victim.string() + "' HANDOFF_M1.md; ln -s '" + project.base().string() + "' out"}});
  const Ended run = project.milepost({"run", "M1_test.md"});
  INFO(run.err);
  CHECK(run.exit == 0);
  CHECK(slurp(victim) == "mine\n");
}

TEST_CASE("what a task leaves in a repository inside the code folder is told, once and by its task") {
  const Project project;
  project.plan({{"1.1", "Clone", "git init -q vendor/made; echo x > vendor/made/file; echo x > plain"},
                {"1.2", "Rest", "echo y > other"},
                {"1.3", "Change", "echo y > vendor/made/file"}});
  const Ended run = project.milepost({"run", "M1_test.md"});
  INFO(run.err);
  CHECK(run.exit == 0);
  CHECK(run.says(
      "task 1.1: milepost commits nothing of the repositories inside the code folder: vendor/made (new)"));
  CHECK_FALSE(run.says("task 1.2: milepost commits nothing"));
  CHECK(
      run.says("task 1.3: milepost commits nothing of the repositories inside the code folder: vendor/made "
               "(changed)"));
}
