#include "milepost/process/process.hpp"

#include "support.hpp"

#include <cstdio>
#include <cstdlib>

namespace milepost::test {

namespace {

std::string variable(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

constexpr const char* k_image = "milepost-agent:latest";

std::vector<std::string> find_engines() {
  std::vector<std::string> found = {engine_under_test()};
  if (engine_under_test() != "podman") {
    const std::string problem = why_no_engine("podman");
    if (problem.empty())
      found.emplace_back("podman");
    else
      std::fprintf(stderr, "SKIPPED on podman: %s\n", problem.c_str());
  }
  return found;
}

}  // namespace

std::string why_no_engine(const std::string& engine) {
  try {
    const RunResult result = run_process({{engine, "image", "inspect", k_image}});
    if (result.success()) return {};
    return engine + ": " + std::string(result.err.substr(0, 300));
  } catch (const std::exception& error) {
    return error.what();
  }
}

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
