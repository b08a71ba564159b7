#include "milepost/report/report_directory.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/report/junit.hpp"
#include "milepost/report/report_json.hpp"

#include "report/bounded_copy.hpp"
#include "report/sample_run.hpp"
#include "support/scratch_dir.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <set>

using namespace milepost;
using Json = nlohmann::json;
using test::ScratchDir;
namespace fs = std::filesystem;

namespace {

std::vector<RunRecord> first_records(std::size_t count) {
  std::vector<RunRecord> records = test::sample_run();
  records.resize(count);
  return records;
}

std::size_t lines_in(const fs::path& file) {
  return lines_of(test::slurp(file)).size();
}

}  // namespace

TEST_CASE("the files are there from the start and end up complete") {
  const ScratchDir scratch;
  ReportDirectory files(scratch / "out/deep", scratch / "run");
  test::play(first_records(1), &files);
  CHECK(Json::parse(test::slurp(scratch / "out/deep/report.json"))["status"] == "running");
  CHECK(test::slurp(scratch / "out/deep/junit.xml").find("tests=\"3\"") != std::string::npos);
  const RunState state = test::play(test::sample_run(), &files);
  CHECK(test::slurp(scratch / "out/deep/report.json") == report_json(state));
  CHECK(test::slurp(scratch / "out/deep/junit.xml") == junit_xml(state));
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(scratch / "out/deep"))
    names.insert(entry.path().filename());
  CHECK(names == std::set<std::string>{"events.ndjson", "junit.xml", "logs", "report.json"});
}

TEST_CASE("a report directory that cannot be is refused before the run") {
  const ScratchDir scratch;
  scratch.write("file", "");
  CHECK_THROWS_AS(ReportDirectory(scratch / "file", {}), UsageError);
  CHECK_THROWS_AS(ReportDirectory(scratch / "file/below", {}), UsageError);
}

TEST_CASE("a report that cannot be written does not stop the run") {
  const ScratchDir scratch;
  ReportDirectory files(scratch / "out", scratch / "run");
  fs::remove(scratch / "out");
  CHECK(test::play(test::sample_run(), &files).ended);
}

TEST_CASE("every event is a line as it happens, those of agents too") {
  const ScratchDir scratch;
  ReportDirectory files(scratch / "out", scratch / "run");
  test::play(first_records(4), &files);
  files.on_agent_event(TaskId("4.1"), AgentText{"a\n##[error]b"});
  const std::string text = test::slurp(scratch / "out/events.ndjson");
  CHECK(text.find("##[") == std::string::npos);
  const auto lines = lines_of(text);
  REQUIRE(lines.size() == 5);
  CHECK(Json::parse(lines[0])["event"] == "run_started");
  CHECK(Json::parse(lines[4])["text"] == "a\n##[error]b");
}

TEST_CASE("a resumed run goes on with its events, another run begins its own") {
  const ScratchDir scratch;
  test::play(first_records(4), std::make_unique<ReportDirectory>(scratch / "out", scratch / "run").get());
  RunState state = test::play(first_records(4));
  const RunEvent resumed{"2026-01-02T04:00:00.000Z", RunResumed{"aa11", state.started.tasks, {}}};
  apply(state, resumed);
  ReportDirectory(scratch / "out", scratch / "run").on_run_event(resumed, state);
  CHECK(lines_in(scratch / "out/events.ndjson") == 5);
  state.started.run = RunId("20260102-040000-ffffff");
  ReportDirectory(scratch / "out", scratch / "run").on_run_event(resumed, state);
  CHECK(lines_in(scratch / "out/events.ndjson") == 1);
}

TEST_CASE("what an attempt printed is copied when it has ended") {
  const ScratchDir scratch;
  scratch.write("run/attempts/4.1-1/stdout.log", "out\xff\n");
  scratch.write("run/attempts/4.1-1/prompt.md", "do it\n");
  scratch.write("run/attempts/4.1-1/other.bin", "x");
  ReportDirectory files(scratch / "out", scratch / "run");
  test::play(first_records(4), &files);
  CHECK_FALSE(fs::exists(scratch / "out/logs"));
  test::play(first_records(5), &files);
  CHECK(test::slurp(scratch / "out/logs/4.1-1/stdout.log") == "out\xff\n");
  CHECK(test::slurp(scratch / "out/logs/4.1-1/prompt.md") == "do it\n");
  CHECK_FALSE(fs::exists(scratch / "out/logs/4.1-1/other.bin"));
}

TEST_CASE("a large log is copied by its ends") {
  const ScratchDir scratch;
  const auto from = scratch.write("big", "begin" + std::string(10'000, 'x') + "end");
  copy_bounded(from, scratch / "copy", 1000);
  const std::string text = test::slurp(scratch / "copy");
  CHECK(text.starts_with("begin"));
  CHECK(text.ends_with("xend"));
  CHECK(text.find("\n[milepost: 9008 bytes are left out here]\n") != std::string::npos);
  CHECK(text.size() < 1100);
}

TEST_CASE("F50: a link or a FIFO in place of a log is not followed") {
  const ScratchDir scratch;
  const auto secret = scratch.write("secret", "s");
  fs::create_symlink(secret, scratch / "link");
  REQUIRE(::mkfifo((scratch / "fifo").c_str(), 0600) == 0);
  CHECK_THROWS_AS(copy_bounded(scratch / "link", scratch / "copy", 1000), InfraError);
  CHECK_THROWS_AS(copy_bounded(scratch / "fifo", scratch / "copy", 1000), InfraError);
  CHECK_FALSE(fs::exists(scratch / "copy"));
}
