#include "milepost/workspace/config_files.hpp"

#include "milepost/base/error.hpp"

#include "support/scratch_dir.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

using namespace milepost;
using milepost::test::ScratchDir;

namespace fs = std::filesystem;

namespace {

std::vector<FoundFile> find(const ScratchDir& folder, const std::vector<SoughtFile>& sought) {
  return find_config_files(fs::canonical(folder.path()), sought);
}

using Found = std::vector<FoundFile>;

}  // namespace

TEST_CASE("agent configuration that is not there is not found") {
  const ScratchDir folder;
  CHECK(find(folder, {{".claude"}, {"CLAUDE.md", true}, {".opencode/*"}}) == Found{});
}

TEST_CASE("files and directories of agent configuration are found by their names") {
  const ScratchDir folder;
  folder.write(".claude/settings.json", "{}");
  folder.write(".mcp.json", "{}");
  folder.write("src/.mcp.json", "{}");
  CHECK(find(folder, {{".mcp.json"}, {".claude"}}) ==
        Found{{".claude", ".claude", true}, {".mcp.json", ".mcp.json", false}});
}

TEST_CASE("a name that counts anywhere is found anywhere, but not twice in what is covered whole") {
  const ScratchDir folder;
  folder.write("GEMINI.md", "");
  folder.write("src/deep/GEMINI.md", "");
  folder.write(".gemini/GEMINI.md", "");
  folder.write("node_modules/x/GEMINI.md", "");
  CHECK(find(folder, {{"GEMINI.md", true}, {".gemini"}}) ==
        Found{{".gemini", ".gemini", true},
              {"GEMINI.md", "GEMINI.md", false},
              {"src/deep/GEMINI.md", "src/deep/GEMINI.md", false}});
}

TEST_CASE("each entry of a directory is found where the directory must stay") {
  const ScratchDir folder;
  folder.write(".opencode/plugin/x.js", "");
  folder.write(".opencode/opencode.json", "{}");
  CHECK(find(folder, {{".opencode/*"}}) ==
        Found{{".opencode/opencode.json", ".opencode/opencode.json", false},
              {".opencode/plugin", ".opencode/plugin", true}});
}

TEST_CASE("a link inside of the folder is found with what it leads to, once") {
  const ScratchDir folder;
  folder.write("AGENTS.md", "");
  folder.write("tools/settings/x", "");
  fs::create_symlink("AGENTS.md", folder / "CLAUDE.md");
  fs::create_symlink("tools/settings", folder / ".gemini");
  CHECK(find(folder, {{"AGENTS.md"}, {"CLAUDE.md"}, {".gemini"}}) ==
        Found{{".gemini", "tools/settings", true}, {"AGENTS.md", "AGENTS.md", false}});
}

TEST_CASE("agent configuration that no mount can cover as the container sees it is refused") {
  const ScratchDir folder;
  SUBCASE("an absolute link") {
    fs::create_symlink("/workspace/elsewhere", folder / ".gemini");
  }
  SUBCASE("an absolute link into the folder") {
    folder.write("evil/x", "");
    fs::create_symlink(folder / "evil", folder / ".gemini");
  }
  SUBCASE("a link out of the folder") {
    fs::create_symlink("..", folder / ".gemini");
  }
  SUBCASE("a link to nothing") {
    fs::create_symlink("later", folder / ".gemini");
  }
  SUBCASE("the folder itself") {
    fs::create_symlink(".", folder / ".gemini");
  }
  SUBCASE("a FIFO") {
    REQUIRE(::mkfifo((folder / ".gemini").c_str(), 0600) == 0);
  }
  CHECK_THROWS_AS(find(folder, {{".gemini"}}), EnvironmentError);
}
