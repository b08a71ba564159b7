#include "milepost/report/console.hpp"

#include "report/memory_stream.hpp"
#include "report/sample_run.hpp"
#include "support/scratch_dir.hpp"

#include <signal.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace milepost;
using test::MemoryStream;

namespace {

const TaskId k_task("4.1");

std::string golden(const std::string& name) {
  return test::slurp(std::filesystem::path(REPORT_TEST_DATA) / name);
}

std::string shown(const std::vector<RunRecord>& records, ConsoleOptions options) {
  const MemoryStream stream;
  Console console(stream.get(), std::move(options));
  test::play(records, &console);
  return stream.text();
}

std::string live(const AgentEvent& event, ConsoleOptions options = {}) {
  const MemoryStream stream;
  Console(stream.get(), std::move(options)).on_agent_event(k_task, event);
  return stream.text();
}

ConsoleOptions full_options() {
  ConsoleOptions options;
  options.plan_argument = "docs/M4 pump.md";
  options.runs_directory = "/state/runs";
  options.handoff = "docs/HANDOFF_M4.md";
  return options;
}

std::vector<RunRecord> one_task_run(ExitCode code) {
  std::vector<RunRecord> records = test::sample_run();
  records.resize(11);
  records.push_back(RunEnded{code, "because"});
  return records;
}

}  // namespace

TEST_CASE("a whole run reads as calm lines") {
  CHECK(shown(test::sample_run(), full_options()) == golden("console.txt"));
}

TEST_CASE("quiet shows outcomes and nothing else") {
  ConsoleOptions options = full_options();
  options.quiet = true;
  CHECK(shown(test::sample_run(), options) == golden("console-quiet.txt"));
  CHECK(live(ToolCall{"1", "Edit", "a.c"}, options).empty());
}

TEST_CASE("verbose shows what the agent says and gets, and collapsed a line a task") {
  for (const char* name : {"console-verbose.txt", "console-collapsed.txt"}) {
    CAPTURE(name);
    ConsoleOptions options = full_options();
    options.verbose = std::string_view(name) == "console-verbose.txt";
    options.collapsed = !options.verbose;
    const MemoryStream stream;
    Console console(stream.get(), options);
    RunState state;
    for (const RunRecord& record : test::sample_run()) {
      const RunEvent event{"2026-01-02T03:04:10.000Z", record};
      apply(state, event);
      console.on_run_event(event, state);
      if (!std::holds_alternative<AttemptStarted>(record) || !options.verbose) continue;
      console.on_agent_event(k_task, AgentText{"I look at\nthe gauge."});
      console.on_agent_event(k_task, ToolCall{"1", "Bash", "make test"});
      console.on_agent_event(k_task, ToolResult{"1", true, "gauge_test: failed\n"});
    }
    const std::filesystem::path file = std::filesystem::path(REPORT_TEST_DATA) / name;
    if (std::getenv("MILEPOST_WRITE_GOLDEN")) std::ofstream(file) << stream.text();
    CHECK(stream.text() == golden(name));
  }
}

TEST_CASE("without colour no escape sequence is written, with it every line is closed") {
  CHECK(shown(test::sample_run(), {}).find('\x1b') == std::string::npos);
  ConsoleOptions colourful;
  colourful.colour = true;
  const std::string text = shown(test::sample_run(), colourful);
  CHECK(text.find("\x1b[32m✓ 4.1  completed") != std::string::npos);
  CHECK(text.find("\\x1b[31mFAILED") != std::string::npos);
  for (std::size_t at = text.find("\x1b["); at != std::string::npos; at = text.find("\x1b[", at + 1)) {
    if (text.compare(at, 4, "\x1b[0m") == 0) CHECK(text[at + 4] == '\n');
  }
}

TEST_CASE("what the agent does is shown live, what it says only when asked for") {
  ConsoleOptions verbose;
  verbose.verbose = true;
  CHECK(live(ToolCall{"1", "Edit", "src/a.c"}) == "    → Edit src/a.c\n");
  const ToolCall long_call{"1", "Shell", "make", "make\nmake \x1b[2Jtest\n"};
  CHECK(live(long_call) == "    → Shell make\n");
  CHECK(live(long_call, {.verbose = true}) == "    → Shell make\n      make\n      make \\x1b[2Jtest\n");
  CHECK(live(AgentText{"I think"}).empty());
  CHECK(live(ToolResult{"1", false, "out"}).empty());
  CHECK(live(AgentText{"I think\n\x1b[2Jso"}, verbose) == "    │ I think\n    │ \\x1b[2Jso\n");
  CHECK(live(ToolResult{"1", false, "a\nb\n"}, verbose) == "      a\n      b\n");
  CHECK(live(UnknownEvent{"x"}, verbose).empty());
}

TEST_CASE("a flood of text is cut and says so") {
  ConsoleOptions verbose;
  verbose.verbose = true;
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "line\n";
  const std::string text = live(ToolResult{"1", false, many}, verbose);
  CHECK(text.ends_with("      … 992 more lines\n"));
  CHECK(live(AgentText{std::string(5'000'000, 'x')}, verbose).size() < 2000);
}

TEST_CASE("F31: text of the plan and of the agent cannot act on the terminal") {
  std::vector<RunRecord> records = test::sample_run();
  std::get<RunStarted>(records[0]).plan_title = "\x1b]0;evil\x07 title\r\nnext";
  std::get<RunStarted>(records[0]).tasks[0].title = "a\x1b[2Jb";
  std::get<AttemptEnded>(records[13]).question->options[0] = "\x1b[A";
  const std::string text = shown(records, full_options());
  for (const char c : text) CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
  CHECK(text.find("\\x1b[A") != std::string::npos);
}

TEST_CASE("the end says how it went and what to do next") {
  const auto ending = [](ExitCode code) { return shown(one_task_run(code), full_options()); };
  CHECK(ending(ExitCode::ok).find("\n✓ M4  completed\n") != std::string::npos);
  CHECK(ending(ExitCode::ok).find("review    git log --stat 0123456789ab..\n") != std::string::npos);
  CHECK(ending(ExitCode::failed).find("\n✗ M4  failed: because\n") != std::string::npos);
  CHECK(ending(ExitCode::failed).find("next      milepost resume 'docs/M4 pump.md'\n") != std::string::npos);
  CHECK(ending(ExitCode::limit).find("stopped by a limit") != std::string::npos);
  CHECK(ending(ExitCode::interrupt).find("stopped on request") != std::string::npos);
  CHECK(ending(ExitCode::cleanup_failed).find("a container may remain") != std::string::npos);
}

TEST_CASE("a cost that nobody reported is unknown, not zero") {
  std::vector<RunRecord> records = one_task_run(ExitCode::ok);
  for (RunRecord& record : records) {
    if (auto* end = std::get_if<AttemptEnded>(&record)) end->usage = {};
  }
  const std::string text = shown(records, {});
  CHECK(text.find("cost unknown") != std::string::npos);
  CHECK(text.find('$') == std::string::npos);
}

TEST_CASE("a container that may remain is told even when quiet") {
  ConsoleOptions quiet;
  quiet.quiet = true;
  CHECK(shown({ContainerStopped{"box", false}}, quiet) == "! container box may remain; see milepost gc\n");
}

TEST_CASE("the network of a run is told at its start, and what it refused at its end") {
  CHECK(shown({EgressStarting{"open", "", "", {}}}, {}).find("network open: the agent can send") !=
        std::string::npos);
  CHECK(shown({EgressStarting{"allowlist", "n", "p", {"a.example:443", "b.example:80"}}}, {}) ==
        "  network limited to a.example:443, b.example:80\n");
  CHECK(shown({EgressStopped{{{"c.example:443", 2}, {"\x1b[2J:80", 1}}, true}}, {}) ==
        "! the network refused c.example:443 (2 times), \\x1b[2J:80; network.allow opens more\n");
  CHECK(shown({EgressStopped{{}, true}}, {}).empty());
}

TEST_CASE("a resumed run says how far it is") {
  std::vector<RunRecord> records = test::sample_run();
  records.resize(11);
  const auto tasks = std::get<RunStarted>(records[0]).tasks;
  records.push_back(RunResumed{"aa11", tasks, {"task 4.2 is new"}});
  const std::string text = shown(records, {});
  CHECK(
      text.ends_with("M4  A pump that stops · resumed, 1 of 3 done · run 20260102-030405-abcdef\n"
                     "! task 4.2 is new\n"));
}

TEST_CASE("F6: writing to a closed pipe changes nothing for the run") {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  std::FILE* stream = ::fdopen(ends[1], "w");
  Console console(stream, {});
  CHECK(test::play(test::sample_run(), &console).ended);
  console.on_progress("still here");
  std::fclose(stream);
  ::signal(SIGPIPE, before);
}

TEST_CASE("a flood of output is shown by its first lines and a count") {
  const MemoryStream stream;
  Console console(stream.get(), {});
  for (int i = 0; i < 1000; ++i)
    console.on_agent_event(k_task, Notice{"output", "line " + std::to_string(i)});
  console.on_agent_event(k_task, ToolCall{"1", "Shell", "make"});
  const std::string text = stream.text();
  CHECK(text.find("line 19\n") != std::string::npos);
  CHECK(text.find("line 20\n") == std::string::npos);
  CHECK(text.find("980 more lines of output") != std::string::npos);
  CHECK(text.find("→ Shell make") != std::string::npos);
}
