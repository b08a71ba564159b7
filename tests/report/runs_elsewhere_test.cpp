#include "milepost/report/runs_elsewhere.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using milepost::ChangedFile;
using milepost::runs_elsewhere;
using milepost::runs_elsewhere_warning;

TEST_CASE("files that run by themselves are known by who runs them") {
  const std::vector<std::pair<std::string, std::string>> known = {
      {".github/workflows/ci.yml", "CI"},
      {".gitlab-ci.yml", "CI"},
      {".vscode/tasks.json", "an editor"},
      {".idea/workspace.xml", "an editor"},
      {".claude/settings.json", "a coding agent"},
      {".mcp.json", "a coding agent"},
      {"CLAUDE.md", "a coding agent"},
      {"web/AGENTS.md", "a coding agent"},
      {".codex/config.toml", "a coding agent"},
      {"a/b/.gemini/settings.json", "a coding agent"},
      {".opencode/plugin/x.ts", "a coding agent"},
      {".husky/pre-commit", "git hooks"},
      {"sub/.envrc", "a shell"},
      {".bashrc", "a shell"},
      {".Claude/Settings.json", "a coding agent"},
  };
  for (const auto& entry : known) {
    const auto& path = entry.first;
    const auto& who = entry.second;
    CAPTURE(path);
    CHECK(runs_elsewhere(path) == who);
  }
}

TEST_CASE("a link in the place of such a directory counts as the directory") {
  CHECK(runs_elsewhere(".claude") == "a coding agent");
  CHECK(runs_elsewhere(".github/workflows") == "CI");
}

TEST_CASE("ordinary sources, build files and names that only look alike are not reported") {
  for (const char* path : {"Makefile", "package.json", "src/main.c", "docs/claude.md.txt", "my.envrc",
                           "vendor/.github/workflows/ci.yml", ".github/README.md", ".claudette/x", ""}) {
    CAPTURE(path);
    CHECK(runs_elsewhere(path, S_IFREG | 0755).empty());
  }
}

TEST_CASE("a setuid or setgid file is reported whatever its name is") {
  CHECK_FALSE(runs_elsewhere("bin/tool", S_IFREG | S_ISUID | 0755).empty());
  CHECK_FALSE(runs_elsewhere("bin/tool", S_IFREG | S_ISGID | 0755).empty());
  CHECK(runs_elsewhere("shared", S_IFDIR | S_ISGID | 0755).empty());
}

TEST_CASE("a task's warning names the files, and nothing is said when there are none") {
  CHECK(runs_elsewhere_warning("1.1", {{"src/a.c", 0}}).empty());
  CHECK(runs_elsewhere_warning("1.1", {{"src/a.c", 0}, {".envrc", 0}, {".github/workflows/a.yml", 0}}) ==
        "task 1.1 changed files that others run or obey without being asked: .envrc (a shell), "
        ".github/workflows/a.yml (CI); look at them first");
}

TEST_CASE("a warning stays short and on one line") {
  std::vector<ChangedFile> many(1000, {".vscode/x\ny", 0});
  const std::string text = runs_elsewhere_warning("1.1", many);
  CHECK(text.find(" and 980 more; ") != std::string::npos);
  CHECK(text.find('\n') == std::string::npos);
}
