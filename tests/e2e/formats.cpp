#include "support.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>

namespace milepost::test {

namespace fs = std::filesystem;

namespace {

std::string written(const Project& project, const char* name, const std::string& text) {
  const fs::path file = project.base() / name;
  std::ofstream(file, std::ios::binary) << text;
  return file.string();
}

}  // namespace

void check_formats(const Project& project, const std::string& plan, const std::string& stream) {
  const Ended read = project.milepost({"plan", plan, "--json"});
  REQUIRE(read.exit == 0);
  Words command = {MILEPOST_TEST_PYTHON,
                   MILEPOST_TEST_CONTRACT,
                   MILEPOST_TEST_DOCS,
                   "--plan",
                   written(project, "plan.json", read.out),
                   "--report",
                   (project.report_directory() / "report.json").string(),
                   "--stream",
                   (project.report_directory() / "events.ndjson").string(),
                   "--stream",
                   written(project, "stream.ndjson", stream)};
  for (const fs::directory_entry& run : fs::directory_iterator(project.project_state() / "runs")) {
    command.push_back("--journal");
    command.push_back((run.path() / "journal.ndjson").string());
  }
  const Ended checked = project.call(command);
  if (checked.exit == 77) {
    std::fputs(checked.err.c_str(), stderr);
    return;
  }
  INFO(checked.err);
  CHECK(checked.out == "");
  CHECK(checked.exit == 0);
}

}  // namespace milepost::test
