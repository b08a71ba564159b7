#include "milepost/process/process.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>

namespace milepost::test {

namespace {

std::string variable(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

constexpr const char* k_image = "milepost-agent:latest";

/// Empty when the engine answers and has the agent image.
std::string why_not(const std::string& engine) {
  try {
    const RunResult result = run_process({{engine, "image", "inspect", k_image}});
    if (result.success()) return {};
    return engine + ": " + std::string(result.err.substr(0, 300));
  } catch (const std::exception& error) {
    return error.what();
  }
}

std::vector<std::string> find_engines() {
  std::vector<std::string> found = {engine_under_test()};
  if (engine_under_test() != "podman") {
    const std::string problem = why_not("podman");
    if (problem.empty())
      found.emplace_back("podman");
    else
      std::fprintf(stderr, "SKIPPED on podman: %s\n", problem.c_str());
  }
  return found;
}

struct NeedsEngine : doctest::IReporter {
  explicit NeedsEngine(const doctest::ContextOptions&) {}
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {
    const std::string problem = why_not(engine_under_test());
    if (problem.empty()) return;
    const bool required = variable("MILEPOST_TEST_REQUIRE_ENGINE", "") == "1";
    std::fprintf(stderr, "%s: these tests need a container engine and the agent image: %s\n",
                 required ? "FAILED" : "SKIPPED", problem.c_str());
    std::_Exit(required ? 1 : 77);
  }
  void test_run_end(const doctest::TestRunStats&) override {}
  void test_case_start(const doctest::TestCaseData&) override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}
};
REGISTER_LISTENER("needs-engine", 1, NeedsEngine);

}  // namespace

std::string engine_under_test() {
  return variable("MILEPOST_ENGINE", "docker");
}

const std::vector<std::string>& engines() {
  static const std::vector<std::string> found = find_engines();
  return found;
}

std::string engine_output(const std::string& engine, const Words& arguments) {
  HostCommand command{{engine}};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  std::string out = run_process(command).out;
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

}  // namespace milepost::test
