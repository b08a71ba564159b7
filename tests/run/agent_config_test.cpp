#include "milepost/run/agent_config.hpp"

#include "milepost/base/error.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace milepost;
using milepost::test::ScratchDir;
using milepost::test::slurp;

namespace fs = std::filesystem;

namespace {

/// A code folder with agent configuration of everybody.
struct Folder {
  explicit Folder(const std::string& agent_config) {
    config.agent_config = agent_config;
    for (const char* name : {"repo/.gemini/settings.json", "repo/GEMINI.md", "repo/sub/GEMINI.md",
                             "repo/.claude/settings.json", "repo/opencode.json", "repo/CLAUDE.md"})
      scratch.write(name, "from the repository");
  }

  AgentConfigCovers cover(const char* harness, bool with_options = true) const {
    return cover_agent_config({.config = config,
                               .harnesses = {&harness_profile(harness)},
                               .code_folder = fs::canonical(scratch / "repo"),
                               .directory = scratch / "state/agent-config",
                               .base = "",
                               .with_options = with_options},
                              nullptr);
  }

  ScratchDir scratch;
  Config config;
};

std::vector<std::string> targets(const AgentConfigCovers& covers) {
  std::vector<std::string> all;
  for (const Mount& mount : covers.mounts) all.push_back(mount.target);
  return all;
}

using Targets = std::vector<std::string>;

}  // namespace

TEST_CASE("trusted agent configuration is left alone, and nothing is said") {
  const AgentConfigCovers covers = Folder("trust").cover("gemini");
  CHECK(covers.mounts.empty());
  CHECK(covers.notice.empty());
}

TEST_CASE("settings of a repository are covered, its instructions are not") {
  const Folder folder("instructions");
  const AgentConfigCovers covers = folder.cover("gemini");
  CHECK(targets(covers) == Targets{"/workspace/.gemini"});
  CHECK(covers.mounts[0].read_only);
  CHECK(fs::is_empty(covers.mounts[0].source));
  CHECK(covers.notice ==
        "agent configuration of the repository that is not loaded: .gemini (agent_config: instructions)");
}

TEST_CASE("ignored agent configuration is covered wherever it is") {
  const Folder folder("ignore");
  const AgentConfigCovers covers = folder.cover("gemini");
  CHECK(targets(covers) == Targets{"/workspace/.gemini", "/workspace/GEMINI.md", "/workspace/sub/GEMINI.md"});
  CHECK(slurp(covers.mounts[1].source).empty());
}

TEST_CASE("a covered JSON file is still one") {
  const Folder folder("instructions");
  const AgentConfigCovers covers = folder.cover("opencode");
  REQUIRE(targets(covers) == Targets{"/workspace/opencode.json"});
  CHECK(slurp(covers.mounts[0].source) == "{}\n");
}

TEST_CASE("what a harness's options keep out is named, and covered only when they cannot be given") {
  const Folder folder("instructions");
  const AgentConfigCovers covers = folder.cover("claude");
  CHECK(covers.mounts.empty());
  CHECK(covers.notice.find(".claude") != std::string::npos);
  CHECK(covers.notice.find("CLAUDE.md") == std::string::npos);
  CHECK(targets(folder.cover("claude", /*with_options=*/false)) == Targets{"/workspace/.claude"});
}

TEST_CASE("nothing is made in the code folder for files that are not there") {
  const Folder folder("ignore");
  const auto count = [&] {
    return std::distance(fs::recursive_directory_iterator(folder.scratch / "repo"),
                         fs::recursive_directory_iterator());
  };
  const auto before = count();
  CHECK(targets(folder.cover("pi")) == Targets{"/workspace/CLAUDE.md"});
  CHECK(count() == before);
}
