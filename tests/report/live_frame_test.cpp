#include "milepost/report/live_frame.hpp"

#include "milepost/base/display_width.hpp"
#include "milepost/base/text.hpp"

#include "report/sample_run.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace milepost;

namespace {

const TaskId k_task("4.1");

/// The state after the first `events` of the sample run.
LiveState live_after(std::size_t events) {
  LiveState live;
  RunState state;
  const std::vector<RunRecord> records = test::sample_run();
  for (std::size_t i = 0; i < events; ++i) {
    const RunEvent event{"2026-01-02T03:04:" + std::to_string(10 + i) + ".000Z", records[i]};
    apply(state, event);
    apply(live, event, state);
  }
  return live;
}

LiveState live_of(const std::vector<RunRecord>& records) {
  LiveState live;
  RunState state;
  for (const RunRecord& record : records) {
    const RunEvent event{"2026-01-02T03:04:50.000Z", record};
    apply(state, event);
    apply(live, event, state);
  }
  return live;
}

/// What a running task may be at, by name.
std::vector<std::pair<std::string, std::vector<RunRecord>>> whats_done_now() {
  const std::vector<RunRecord> sample = test::sample_run();
  const std::vector<RunRecord> begun(sample.begin(), sample.begin() + 5);
  const auto then = [&](std::vector<RunRecord> more) {
    std::vector<RunRecord> all = begun;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  AttemptStarted taken_over{k_task, 2, AttemptReason::failover, "s2", "snap", "attempts/4.1-2"};
  taken_over.harness = "codex";
  return {{"a check runs", then({CheckStarted{k_task, 1, "make test", 2, 3}})},
          {"a reviewer is at work", then({ReviewStarted{k_task, 1, "codex", "attempts/4.1-1-review"}})},
          {"a limit's end is waited for",
           then({TaskWaiting{k_task, "2026-01-02T04:10:00.000Z", "usage limit reached"}})},
          {"another harness has taken over", then({taken_over})},
          {"an earlier session began the task",
           then({RunResumed{"", std::get<RunStarted>(sample[0]).tasks, {}},
                 AttemptStarted{k_task, 2, AttemptReason::resume, "s1", "snap", "attempts/4.1-2"}})}};
}

WallTime at(const char* time) {
  return parse_utc(time).value();
}

LiveState at_work() {
  LiveState live = live_after(4);
  live.budget_usd = 5;
  live.usage.cost_usd = 0.42;
  const WallTime now = at("2026-01-02T03:05:00.000Z");
  for (const char* file : {"src/a.c", "src/b.c", "src/中文.c", "src/d.c", "src/e.c"})
    apply(live, k_task, ToolCall{"1", "Edit", file}, now);
  return live;
}

std::string frame(const LiveState& live, TerminalSize size, FrameOptions options = {}) {
  std::string text = std::to_string(size.columns) + "x" + std::to_string(size.rows) + "\n";
  for (const std::string& line : live_frame(live, size, at("2026-01-02T03:05:30.000Z"), options))
    text += "|" + line + "\n";
  return text;
}

}  // namespace

TEST_CASE("a frame shows at every size what fits, the most important last to go") {
  LiveState retried = live_after(7);
  LiveState starting = live_after(1);
  std::string frames;
  for (const TerminalSize size :
       {TerminalSize{200, 50}, {80, 24}, {40, 10}, {20, 8}, {20, 4}, {80, 3}, {5, 2}})
    frames += frame(at_work(), size);
  frames += "a second attempt, long silent\n" + frame(retried, {80, 24});
  frames += "no task yet\n" + frame(starting, {80, 24});
  for (const auto& [name, records] : whats_done_now())
    frames += name + "\n" + frame(live_of(records), {80, 24});
  const std::filesystem::path file = std::filesystem::path(REPORT_TEST_DATA) / "live-frames.txt";
  if (std::getenv("MILEPOST_WRITE_GOLDEN")) std::ofstream(file) << frames;
  CHECK(frames == test::slurp(file));
}

TEST_CASE("a frame is never as wide or as high as the terminal") {
  LiveState live = at_work();
  live.title = "中文字符 😀 a title that is far too long for most of the terminals that there are";
  live.running[0].title = live.title;
  live.failed = 2;
  for (int i = 0; i < 12; ++i) live.running.push_back(live.running[0]);
  for (std::size_t columns = 2; columns < 120; ++columns) {
    for (const std::size_t rows : {2u, 4u, 5u, 6u, 10u, 12u, 24u}) {
      const auto lines = live_frame(live, {columns, rows}, live.since, {});
      CHECK(lines.size() < rows);
      for (const std::string& line : lines) CHECK(display_width(line) < columns);
    }
  }
}

TEST_CASE("the cost counts what the running attempt has used up to now") {
  LiveState live = live_after(4);
  live.usage.cost_usd = 0.42;
  apply(live, k_task, UsageSoFar{{12'000, {}, 3'000, 0.08, {}}}, live.since);
  CHECK(frame(live, {80, 24}).find(" · 12k in, 3.0k out") != std::string::npos);
  CHECK(frame(live, {80, 24}).find(" · $0.50\n") != std::string::npos);
}

TEST_CASE("what agents and plans say cannot act on the terminal") {
  const std::string evil =
      "a\x1b[2J\x1b]0;title\x07\r\n\xc2\x9b"
      "31mb";
  LiveState live = at_work();
  live.id = live.title = live.running[0].title = evil;
  apply(live, k_task, ToolCall{"1", evil, evil}, live.since);
  apply(live, k_task, Notice{"retry", evil}, live.since);
  for (const std::string& line : live_frame(live, {80, 24}, live.since, {})) CHECK(printable(line) == line);
  live.running.clear();
  live.note = evil;
  for (const std::string& line : live_frame(live, {80, 24}, live.since, {})) CHECK(printable(line) == line);
}

TEST_CASE("there is no frame before a session and after it") {
  CHECK(live_frame({}, {80, 24}, {}, {}).empty());
  CHECK(live_frame(live_after(test::sample_run().size()), {80, 24}, {}, {}).empty());
}
