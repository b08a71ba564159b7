#include "harness_project.hpp"

#include "support/start_listener.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

extern char** environ;

namespace milepost::test {

namespace fs = std::filesystem;

namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

const std::vector<HarnessUnderTest>& harnesses() {
  static const std::vector<HarnessUnderTest> all = {
      {"codex", "scripted",
       [](const std::string& url) {
         return Variables{{"OPENAI_BASE_URL", url + "/v1"}, {"OPENAI_API_KEY", "sk-test-3b9f"}};
       }},
      {"opencode", "",
       [](const std::string& url) {
         return Variables{{"ANTHROPIC_BASE_URL", url}, {"ANTHROPIC_API_KEY", "sk-ant-test-77c2"}};
       }},
      {"gemini", "gemini-3.8-flash",
       [](const std::string& url) {
         return Variables{{"GOOGLE_GEMINI_BASE_URL", url}, {"GEMINI_API_KEY", "test-5f0c1e7a"}};
       }},
      {"pi", "anthropic/claude-sonnet-4-5",
       [](const std::string&) {
         return Variables{{"ANTHROPIC_API_KEY", "sk-ant-test-93d2"}};
       },
       ".pi/agent/models.json",
       [](const std::string& url) {
         return Json{{"providers", {{"anthropic", {{"baseUrl", url}}}}}};
       }},
  };
  return all;
}

/// Its state directory holds the lock of a volume with all of them; empty again before the end of the
/// program.
std::optional<Project>& machine() {
  static std::optional<Project> set_up;
  return set_up;
}

void install_all() {
  machine().emplace("setup");
  Words argv = {MILEPOST_TEST_PROGRAM, "setup", "--engine", engine_under_test()};
  for (const HarnessUnderTest& harness : harnesses()) argv.insert(argv.end(), {"--harness", harness.name});
  const Ended setup = machine()->call(argv, 600s);
  if (setup.exit != 0) throw std::runtime_error("milepost setup: " + setup.err);
}

/// What a developer's own agents need must not reach the ones under test.
void forget_own_settings() {
  Words names;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text(*entry);
    for (const char* start :
         {"ANTHROPIC_", "OPENAI_", "CODEX_", "OPENCODE_", "OPENROUTER_", "GEMINI_", "GOOGLE_"}) {
      if (text.starts_with(start)) names.emplace_back(text.substr(0, text.find('=')));
    }
  }
  for (const std::string& name : names) ::unsetenv(name.c_str());
}

struct NeedsHarnesses : StartListener {
  using StartListener::StartListener;
  void test_run_start() override {
    forget_own_settings();
    try {
      install_all();
    } catch (const std::exception& error) {
      const char* value = std::getenv("MILEPOST_TEST_REQUIRE_ENGINE");
      const bool required = value && std::string_view(value) == "1";
      std::fprintf(stderr, "%s: these tests need agent CLIs from npm in a harness volume: %s\n",
                   required ? "FAILED" : "SKIPPED", error.what());
      std::_Exit(required ? 1 : 77);
    }
  }
  void test_run_end(const doctest::TestRunStats&) override { machine().reset(); }
};
REGISTER_LISTENER("needs-harnesses", 2, NeedsHarnesses);

/// MILEPOST_TEST_HARNESS=codex tries one alone.
bool is_chosen(const HarnessUnderTest& harness) {
  const char* only = std::getenv("MILEPOST_TEST_HARNESS");
  return !only || !*only || harness.name == only;
}

}  // namespace

HarnessProject::HarnessProject(const HarnessUnderTest& harness) : Project("repo"), harness_(harness) {
  for (const auto& [name, value] : harness.variables(model_.url())) set(name, value);
  fs::create_directories(state());
  fs::permissions(state(), fs::perms::owner_all);
  if (!harness.home_file.empty()) {
    const fs::path file = project_state() / "home" / harness.home_file;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << harness.home_content(model_.url()).dump();
  }
  fs::copy(machine()->state() / "harness-lock.json", state() / "harness-lock.json");
  fs::copy(machine()->state() / "locks", state() / "locks", fs::copy_options::recursive);
}

void HarnessProject::plan(const std::vector<ModelTask>& tasks) const {
  write(k_plan, model_plan(tasks));
  git({"add", k_plan});
  git({"commit", "-q", "-m", "plan"});
}

Json HarnessProject::attempts(std::string_view task_id) const {
  return task(task_id)["attempts"];
}

Ended HarnessProject::run_with(const std::string& harnesses, const Variables& variables) const {
  Words argv = {"env"};
  for (const auto& [name, value] : variables) argv.push_back(name + "=" + value);
  argv.insert(argv.end(), {MILEPOST_TEST_PROGRAM, "run", k_plan, "--harness", harnesses, "--report-dir",
                           report_directory().string()});
  return call(argv, 300s);
}

Words HarnessProject::words(const char* command, const Words& more) const {
  Words all = {command, k_plan, "--harness", harness_.name};
  if (!harness_.model.empty()) all.insert(all.end(), {"--model", harness_.model});
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

void with_each_harness(const std::function<void(const HarnessProject&)>& situation) {
  std::vector<std::jthread> threads;
  for (const HarnessUnderTest& harness : harnesses()) {
    if (!is_chosen(harness)) continue;
    threads.emplace_back([&situation, &harness] {
      const std::string& name = harness.name;
      CAPTURE(name);
      try {
        situation(HarnessProject(harness));
      } catch (const std::exception& error) {
        FAIL_CHECK(std::string(error.what()));
      } catch (...) {
        FAIL_CHECK("a requirement of the case failed: ", name);
      }
    });
  }
}

}  // namespace milepost::test
