#include "claude_project.hpp"

#include "support/start_listener.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>

extern char** environ;

namespace milepost::test {

namespace fs = std::filesystem;

namespace {

/// By engine; empty again before the end of the test program.
std::map<std::string, Project>& machines() {
  static std::map<std::string, Project> set_up;
  return set_up;
}

/// The state directory of an engine whose harness volume holds Claude Code; made once.
fs::path installed(const std::string& engine) {
  const auto [at, is_new] = machines().try_emplace(engine, "setup", engine);
  const Project& machine = at->second;
  if (!is_new) return machine.state();
  const Ended setup =
      machine.call({MILEPOST_TEST_PROGRAM, "setup", "--engine", engine, "--harness", "claude"}, 300s);
  if (setup.exit != 0)
    throw std::runtime_error("milepost setup --harness claude on " + engine + ": " + setup.err);
  return machine.state();
}

/// What a developer's own agent needs must not reach the one under test.
void forget_own_settings() {
  Words names;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text(*entry);
    for (const char* start : {"ANTHROPIC_", "CLAUDE", "API_TIMEOUT_MS", "BASH_", "MAX_THINKING_TOKENS"}) {
      if (text.starts_with(start)) names.emplace_back(text.substr(0, text.find('=')));
    }
  }
  for (const std::string& name : names) ::unsetenv(name.c_str());
}

struct NeedsClaude : StartListener {
  using StartListener::StartListener;
  void test_run_start() override {
    forget_own_settings();
    try {
      installed(engine_under_test());
    } catch (const std::exception& error) {
      const char* value = std::getenv("MILEPOST_TEST_REQUIRE_ENGINE");
      const bool required = value && std::string_view(value) == "1";
      std::fprintf(stderr, "%s: these tests need Claude Code from npm in a harness volume: %s\n",
                   required ? "FAILED" : "SKIPPED", error.what());
      std::_Exit(required ? 1 : 77);
    }
  }
  void test_run_end(const doctest::TestRunStats&) override { machines().clear(); }
};
REGISTER_LISTENER("needs-claude", 2, NeedsClaude);

Words with_claude(const char* command, const Words& more) {
  Words words = {command, k_plan, "--harness", "claude"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

ClaudeProject::ClaudeProject(const Model& model, const std::string& engine) : Project("repo", engine) {
  set("ANTHROPIC_BASE_URL", model.url());
  set("ANTHROPIC_API_KEY", k_api_key);
  fs::create_directories(state());
  fs::permissions(state(), fs::perms::owner_all);
  fs::copy(installed(engine) / "harness-lock.json", state() / "harness-lock.json");
  fs::copy(installed(engine) / "locks", state() / "locks", fs::copy_options::recursive);
}

void ClaudeProject::plan(const std::vector<ModelTask>& tasks) const {
  write(k_plan, model_plan(tasks));
  git({"add", k_plan});
  git({"commit", "-q", "-m", "plan"});
}

Ended ClaudeProject::run(const Words& more) const {
  return milepost(with_claude("run", more));
}

Ended ClaudeProject::resume(const Words& more) const {
  return milepost(with_claude("resume", more));
}

Program ClaudeProject::start_run(const Words& more) const {
  return start(with_claude("run", more));
}

Json ClaudeProject::attempts(std::string_view id) const {
  return task(id)["attempts"];
}

fs::path ClaudeProject::sessions() const {
  return project_state() / "home" / ".claude" / "projects";
}

}  // namespace milepost::test
