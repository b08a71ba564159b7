#include "milepost/report/console.hpp"
#include "milepost/report/live_frame.hpp"

#include "report/sample_run.hpp"
#include "support/scratch_dir.hpp"
#include "support/screen_picture.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

using namespace milepost;

namespace {

/// A run in its third task, as a terminal of 116 columns shows it.
std::string picture() {
  std::vector<RunRecord> records = test::sample_run();
  records.resize(11);
  auto& tried = std::get<AttemptEnded>(records[4]);
  tried.usage.input_tokens = 41'200;
  tried.usage.output_tokens = 6'100;
  const TaskId second("4.2"), third("4.3");
  AttemptEnded done = tried;
  done.task = second;
  done.duration = Milliseconds(143'000);
  Verified verified = std::get<Verified>(records[8]);
  verified.task = second;
  verified.attempt = 1;
  std::get<Committed>(records[9]).swept.clear();
  for (const RunRecord& more : std::initializer_list<RunRecord>{
           TaskStarted{second}, AttemptStarted{second, 1, AttemptReason::first, "s2", "", ""}, done, verified,
           Committed{second, "a90b17c4", {"src/valve.c"}, {}}, TaskFinished{second, Outcome::completed, ""},
           TaskStarted{third}, AttemptStarted{third, 1, AttemptReason::first, "s3", "", ""}})
    records.push_back(more);

  test::Screen screen(116, 10);
  Console console([&](std::string_view text) { screen.feed(text); }, {.colour = true, .collapsed = true});
  LiveState live;
  live.budget_usd = 5;
  RunState state;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::string at = i < 17 ? "2026-01-02T03:04:10.000Z" : "2026-01-02T03:09:00.000Z";
    const RunEvent event{at, records[i]};
    apply(state, event);
    apply(live, event, state);
    console.on_run_event(event, state);
  }
  const WallTime now = parse_utc("2026-01-02T03:09:42.000Z").value();
  for (const ToolCall& call : {ToolCall{"1", "Read", "src/valve.c"}, ToolCall{"2", "Edit", "src/close.c"},
                               ToolCall{"3", "Bash", "make test"}})
    apply(live, third, call, now);
  for (const std::string& line : live_frame(live, {116, 24}, now, {.colour = true})) screen.feed(line + "\n");
  return test::picture_of(screen);
}

}  // namespace

TEST_CASE("the picture of the live view in the documentation is what the program draws") {
  const std::string file = LIVE_PICTURE;
  const std::string drawn = picture();
  if (std::getenv("MILEPOST_WRITE_GOLDEN")) std::ofstream(file) << drawn;
  CHECK(drawn == test::slurp(file));
}
