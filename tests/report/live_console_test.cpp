#include "milepost/report/live_console.hpp"

#include "milepost/base/fd.hpp"

#include "report/sample_run.hpp"
#include "support/screen.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace milepost;
using test::Screen;

namespace {

/// A terminal that nobody reads but the test.
class Pty {
 public:
  Pty(unsigned short columns, unsigned short rows) {
    int ours = -1, theirs = -1;
    REQUIRE(::openpty(&ours, &theirs, nullptr, nullptr, nullptr) == 0);
    ours_.reset(ours);
    theirs_.reset(theirs);
    resize(columns, rows);
  }
  int terminal() const { return theirs_.get(); }
  void resize(unsigned short columns, unsigned short rows) const {
    const winsize size{rows, columns, 0, 0};
    REQUIRE(::ioctl(ours_.get(), TIOCSWINSZ, &size) == 0);
  }
  /// What was written since the last call.
  std::string written() const {
    std::string text;
    pollfd ready{ours_.get(), POLLIN, 0};
    char bytes[4096];
    while (::poll(&ready, 1, 50) > 0) {
      const ssize_t got = ::read(ours_.get(), bytes, sizeof bytes);
      if (got <= 0) break;
      text.append(bytes, static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  Fd ours_, theirs_;
};

void play(RunObserver& observer, RunState& state, std::size_t from, std::size_t to) {
  const std::vector<RunRecord> records = test::sample_run();
  for (std::size_t i = from; i < to; ++i) {
    const RunEvent event{utc_now(), records[i]};
    apply(state, event);
    observer.on_run_event(event, state);
  }
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("finished tasks scroll by as a line each, and the view is gone at the end") {
  const Pty pty(120, 24);
  Screen screen(120, 24);
  RunState state;
  {
    LiveConsole console(pty.terminal(), {});
    play(console, state, 0, 4);
    console.on_tick();
    screen.feed(pty.written());
    CHECK(has(screen.text(), "\n▸ 4.1  Read the gauge · 0:0"));
    CHECK(has(screen.text(), "\nM4  A pump that stops"));
    CHECK(has(screen.text(), "0/3"));
    CHECK(screen.cursor_column() == 0);  // where a shell's prompt would come if we were killed
    play(console, state, 4, 12);
    console.on_tick();
    screen.feed(pty.written());
    CHECK(has(
        screen.text(),
        "✓ 4.1  Read the gauge · 2 min 08 s · 2 attempts · 14 turns · $0.50 · checks: 1 passed · 4f1c2a9\n"));
    CHECK(has(screen.text(), "1/3"));
    CHECK_FALSE(has(screen.text(), "▸ 4.1"));
    play(console, state, 12, test::sample_run().size());
    screen.feed(pty.written());
  }
  screen.feed(pty.written());
  CHECK_FALSE(has(screen.text(), "▸"));
  CHECK(has(screen.text(), "? M4  waits for a person"));
  CHECK(has(screen.text(), "1. metric"));
}

TEST_CASE("a view that did not change is not written again") {
  const Pty pty(80, 24);
  TerminalPainter painter(pty.terminal());
  painter.paint("past\n", {"one", "two"});
  CHECK(pty.written() == "past\r\none\x1b[K\r\ntwo\x1b[K\r\n");
  painter.paint("", {"one", "two"});
  CHECK(pty.written().empty());
  painter.paint("", {"one", "2"});
  CHECK(pty.written() == "\r\x1b[2Aone\x1b[K\r\n2\x1b[K\r\n\x1b[J");
  painter.paint("", {"2"});
  CHECK(pty.written() == "\r\x1b[2A2\x1b[K\r\n\x1b[J");
}

TEST_CASE("a view at the top of the screen goes away without a trace in what scrolled off") {
  const Pty pty(80, 24);
  TerminalPainter painter(pty.terminal());
  Screen screen(80, 24);
  painter.paint("", {"one", "two"});
  pty.resize(60, 24);
  painter.paint("", {"one"});
  pty.resize(80, 24);
  painter.paint("past\n", {"one", "two"});
  painter.clear();
  screen.feed(pty.written());
  CHECK(screen.text() == "past\n");
  CHECK(screen.history().empty());
}

TEST_CASE("keys that were typed below the view go with it") {
  const Pty pty(80, 24);
  TerminalPainter painter(pty.terminal());
  Screen screen(80, 24);
  painter.paint("", {"one"});
  screen.feed(pty.written() + "^C");
  painter.clear("past\n");
  screen.feed(pty.written());
  CHECK(screen.text() == "past\n");
}

TEST_CASE("a view follows the terminal's size") {
  const Pty pty(80, 24);
  RunState state;
  LiveConsole console(pty.terminal(), {});
  play(console, state, 0, 4);
  console.on_agent_event(TaskId("4.1"), ToolCall{"1", "Edit", std::string(100, 'x')});
  console.on_tick();
  pty.written();
  pty.resize(30, 8);
  console.on_tick();
  Screen small(30, 8);
  small.feed(pty.written());
  CHECK(has(small.text(), "▸ 4.1"));
  CHECK(has(small.text(), "…\n"));
  std::size_t lines = 0;
  for (const char c : small.text()) lines += c == '\n';
  CHECK(lines == 3);  // nothing wrapped
}

TEST_CASE("what the shell wrote while the process was stopped stays") {
  const Pty pty(80, 24);
  unsigned continued = 0;
  TerminalPainter painter(pty.terminal(), [&] { return continued; });
  Screen screen(80, 24);
  painter.paint("", {"one"});
  screen.feed(pty.written() + "[1]+ Stopped\n");
  continued = 1;
  painter.paint("", {"two"});
  screen.feed(pty.written());
  CHECK(screen.text() == "one\n[1]+ Stopped\ntwo\n");
}

TEST_CASE("the view makes way for a question and comes back") {
  const Pty pty(80, 24);
  RunState state;
  LiveConsole console(pty.terminal(), {});
  play(console, state, 0, 4);
  console.on_tick();
  console.step_aside();
  Screen screen(80, 24);
  screen.feed(pty.written());
  CHECK_FALSE(has(screen.text(), "▸"));
  console.on_tick();
  screen.feed("your answer> 1\n" + pty.written());
  CHECK(has(screen.text(), "your answer> 1\n\n▸ 4.1"));
}

TEST_CASE("an agent's words cannot move the cursor or set the title") {
  const std::string evil = "\x1b[2J\x1b]0;evil\x07\x1b[?1049h\rtext";
  for (const bool verbose : {false, true}) {
    const Pty pty(80, 24);
    RunState state;
    LiveConsole console(pty.terminal(), {.console = {.colour = true, .verbose = verbose}});
    play(console, state, 0, 4);
    for (const AgentEvent& event :
         {AgentEvent(ToolCall{"1", evil, evil}), AgentEvent(AgentText{evil}),
          AgentEvent(Notice{"output", evil}), AgentEvent(ToolResult{"1", true, evil})})
      console.on_agent_event(TaskId("4.1"), event);
    console.on_progress(evil);
    console.on_tick();
    Screen screen(80, 24);
    CHECK_NOTHROW(screen.feed(pty.written()));
    CHECK(has(screen.text() + screen.history(), "\\x1b[2J"));
  }
}

TEST_CASE("a log tells again which task goes on in a later session") {
  std::string text;
  Console console([&](std::string_view more) { text += more; }, {.heartbeat = Milliseconds(1)});
  RunState state;
  play(console, state, 0, 4);
  text.clear();
  for (const RunRecord& record :
       {RunRecord(RunResumed{"", state.started.tasks, {}}),
        RunRecord(AttemptStarted{TaskId("4.1"), 2, AttemptReason::resume, "s1", "snap", "attempts/4.1-2"})}) {
    const RunEvent event{utc_now(), record};
    apply(state, event);
    console.on_run_event(event, state);
  }
  CHECK(text.ends_with("▸ 4.1  Read the gauge\n    attempt 2, going on after a stop\n"));
  CHECK(console.next_tick() < SteadyClock::time_point::max());
}

TEST_CASE("what a reviewer says is told as such, and what a person has to judge also below a finished task") {
  const auto said = [](Verdict verdict, const std::string& words, const std::string& detail) {
    Evidence evidence;
    evidence.kind = CheckKind::review;
    evidence.verdict = verdict;
    evidence.command = words;
    evidence.detail = detail;
    return evidence;
  };
  const std::vector<Evidence> review = {said(Verdict::failed, "a.c:1: it squeaks", "blocking finding"),
                                        said(Verdict::manual, "b.c:2: it leaks", "blocking finding"),
                                        said(Verdict::passed, "a review by codex", "no findings")};
  const auto told = [&](const ConsoleOptions& options) {
    std::string text;
    Console console([&](std::string_view more) { text += more; }, options);
    RunState state;
    play(console, state, 0, 8);
    for (const RunRecord& record :
         {RunRecord(ReviewStarted{TaskId("4.1"), 2, "codex", "attempts/4.1-2-review"}),
          RunRecord(Verified{TaskId("4.1"), 2, review, {}}),
          RunRecord(TaskFinished{TaskId("4.1"), Outcome::completed, "done", {}})}) {
      const RunEvent event{utc_now(), record};
      apply(state, event);
      console.on_run_event(event, state);
    }
    return text;
  };
  const std::string log = told({});
  INFO(log);
  CHECK(has(log,
            "    … codex reviews\n    ✗ blocking finding  a.c:1: it squeaks\n"
            "    ? finding, for a person  b.c:2: it leaks\n    ✓ a review by codex: no findings\n"));
  const std::string collapsed = told({.collapsed = true});
  CHECK(has(collapsed, "    ? finding, for a person  b.c:2: it leaks\n"));
  CHECK_FALSE(has(collapsed, "codex reviews"));
}

TEST_CASE("a log says what is running when nothing else is said") {
  std::string text;
  Console console([&](std::string_view more) { text += more; }, {.heartbeat = Milliseconds(1)});
  CHECK(console.next_tick() == SteadyClock::time_point::max());  // nothing runs
  RunState state;
  play(console, state, 0, 4);
  console.on_agent_event(TaskId("4.1"), ToolCall{"1", "Shell", "make"});
  CHECK(console.next_tick() < SteadyClock::time_point::max());
  text.clear();
  console.on_tick();
  CHECK(text.starts_with("… 4.1 Read the gauge · 0:0"));
  CHECK(text.ends_with(" · last: → Shell make\n"));
}
