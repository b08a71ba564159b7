#include "milepost/report/html_report.hpp"

#include "report/large_run.hpp"
#include "report/pictured_run.hpp"
#include "support/scratch_dir.hpp"

#include <sys/wait.h>

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

// The HTML report in headless Chromium. Without Chromium nothing here is shown to work, so that is said and
// ctest counts the program as skipped, unless MILEPOST_TEST_REQUIRE_BROWSER is set.

using namespace milepost;
using test::ScratchDir;
namespace fs = std::filesystem;

namespace {

bool have_browser() {
  return std::system("command -v chromium >/dev/null 2>&1") == 0;
}

struct Opened {
  std::string dom;      ///< after the page's scripts ran
  std::string console;  ///< its errors and messages
};

/// Opens a page as a reader would, and takes what is there then.
Opened open_page(const ScratchDir& scratch, const std::string& page, const std::string& hash) {
  const fs::path file = scratch.write("report.html", page);
  fs::create_directories(scratch / "profile");
  const std::string command =
      "cd '" + scratch.path().string() +
      "' && HOME=$PWD/profile timeout 120 chromium --headless "
      "--no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --virtual-time-budget=10000 "
      "--user-data-dir=profile --enable-logging=stderr --dump-dom 'file://" +
      file.string() + hash + "' >dom 2>console";
  const int status = std::system(command.c_str());
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  Opened opened{test::slurp(scratch / "dom"), ""};
  std::ifstream lines(scratch / "console");
  for (std::string line; std::getline(lines, line);) {
    if (line.find("CONSOLE") != std::string::npos) opened.console += line + "\n";
  }
  return opened;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::string patch_of(const TaskState&) {
  return "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+<script>document.title = 'pwned'</script>\n";
}

}  // namespace

TEST_CASE("a browser shows every part of a run without an error") {
  if (!have_browser()) return;
  const ScratchDir scratch;
  const test::LargeRun run(12, 600);
  const Opened opened =
      open_page(scratch, html_report(run.state, {run.directory / "run", &run.plan, patch_of}), "#everything");
  CHECK(opened.console == "");
  CHECK(count(opened.dom, "<details class=\"task\"") == 12);
  CHECK(count(opened.dom, "class=\"node ") == 12);
  CHECK(count(opened.dom, "class=\"add\"") > 5);
  CHECK(opened.dom.find("Now I look at step 0 of the pump.</div>") != std::string::npos);
  CHECK(opened.dom.find("Do what the plan says and no more.") != std::string::npos);
  CHECK(opened.dom.find("[object") == std::string::npos);
}

TEST_CASE("a browser shows scenarios, must-haves and a second opinion apart from the commands") {
  if (!have_browser()) return;
  const ScratchDir scratch;
  test::LargeRun run(4, 30);
  AttemptState& attempt = run.state.tasks[0].attempts.back();
  attempt.reason = AttemptReason::fix;
  attempt.end.scenario =
      ScenarioResult{ScenarioStatus::failed, "the page stays white", true, "load the script"};
  attempt.verified = true;
  attempt.evidence.clear();
  for (const CheckKind kind : {CheckKind::review, CheckKind::truth, CheckKind::artifact, CheckKind::key_link,
                               CheckKind::e2e, CheckKind::command}) {
    Evidence check;
    check.kind = kind;
    check.command = "look at it";
    check.verdict = kind == CheckKind::truth ? Verdict::manual : Verdict::passed;
    attempt.evidence.push_back(check);
  }
  const Opened opened =
      open_page(scratch, html_report(run.state, {run.directory / "run", &run.plan, patch_of}), "#everything");
  CHECK(opened.console == "");
  for (const char* heading :
       {">Verification<", ">End-to-end scenario<", ">Must-haves: files<", ">Must-haves: links<",
        ">Must-haves: truths<", ">Second opinion<", ">Scenario, as the agent reports it<"}) {
    CAPTURE(heading);
    CHECK(count(opened.dom, heading) >= 1);
  }
  CHECK(count(opened.dom, "claude · mending what the scenario showed · ") == 1);
  CHECK(count(opened.dom, "class=\"quote\">the page stays white<") == 1);
  CHECK(count(opened.dom, "0 of 1 passed") >= 1);
  CHECK(opened.dom.find(">Verification<") < opened.dom.find(">Second opinion<"));
}

TEST_CASE("a search keeps the tasks that have the text and says where") {
  if (!have_browser()) return;
  const ScratchDir scratch;
  const test::PicturedRun run;
  const std::string page =
      html_report(run.state, {run.directory / "run", &run.plan, test::PicturedRun::patch});
  const auto hidden = [](const Opened& opened) { return count(opened.dom, "hidden=\"\"><summary>"); };

  const Opened in_diff = open_page(scratch, page, "#search=math.ceil(window");
  CHECK(in_diff.console == "");
  CHECK(count(in_diff.dom, "found in the diff<") == 1);
  CHECK(hidden(in_diff) == 7);
  CHECK(count(in_diff.dom, "1 task with “math.ceil(window”") == 1);

  const Opened in_facts = open_page(scratch, page, "#search=KeyError%3A%20%27Retry");
  CHECK(count(in_facts.dom, "found in its facts<") == 1);
  const Opened in_log = open_page(scratch, page, "#search=keys%20are%20known");
  CHECK(count(in_log.dom, "found in what the agent did<") >= 5);
  const Opened nowhere = open_page(scratch, page, "#search=%3Cimg src=x%3E%ff");
  CHECK(nowhere.console == "");
  CHECK(hidden(nowhere) == 8);
  CHECK(count(nowhere.dom, "<img") == 0);
}

TEST_CASE("scripts and markup of an agent are text in the browser") {
  if (!have_browser()) return;
  const ScratchDir scratch;
  test::LargeRun run(3, 30);
  const std::string attack =
      "</script><script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\"><svg "
      "onload=\"document.title='pwned'\">";
  run.state.started.plan_title = "harmless";
  run.state.warnings.push_back(attack);
  for (TaskState& task : run.state.tasks) {
    task.planned.title = task.detail = attack;
    for (AttemptState& attempt : task.attempts) {
      attempt.end.summary = attempt.end.detail = attack;
      attempt.end.decisions = {attack};
      for (Evidence& check : attempt.evidence) check.command = check.output = attack;
    }
  }
  const Opened opened =
      open_page(scratch, html_report(run.state, {run.directory / "run", &run.plan, patch_of}), "#everything");
  CHECK(opened.console == "");
  CHECK(opened.dom.find("<title>M4 harmless") != std::string::npos);
  CHECK(opened.dom.find("<img") == std::string::npos);
  CHECK(opened.dom.find("<svg onload") == std::string::npos);
  CHECK(count(opened.dom, "&lt;img src=x") > 10);
}

TEST_CASE("two hundred tasks with a hundred thousand events open in a browser") {
  if (!have_browser()) return;
  const ScratchDir scratch;
  const test::LargeRun run(200, 500);
  const std::string page = html_report(run.state, {run.directory / "run", &run.plan, patch_of});
  const Opened opened = open_page(scratch, page, "#task-3");
  CHECK(opened.console == "");
  CHECK(count(opened.dom, "<details class=\"task\"") == 200);
  CHECK(count(opened.dom, "class=\"attempt\"") == 1);  // only what is open is made
}

TEST_CASE("who answered a checkpoint, took a check as met, waited and took over is told") {
  if (!have_browser()) return;
  const ScratchDir scratch;
  const test::PicturedRun run;
  const Opened opened =
      open_page(scratch, html_report(run.state, {run.directory / "run", &run.plan, test::PicturedRun::patch}),
                "#everything");
  CHECK(opened.console == "");
  for (const char* words : {"Checkpoint · a person decides",
                            "answered by mara on a terminal",
                            "answered by mara with --answer",
                            "Checkpoint · a person looks at what was made",
                            "passed without a person, by the setting checkpoints",
                            ">Taken as met by a person<",
                            "by mara · ",
                            "measured on the staging host",
                            "another harness takes over",
                            "codex · another harness takes over",
                            "about $0.37",
                            "cost, partly estimated",
                            ">Waited<",
                            "quota: the service's limit ends then",
                            ">By harness<",
                            ">reviewers<",
                            "in which nobody worked",
                            "telemetry.example.net:443",
                            ">Denied to the agent<",
                            ">Bash curl https://telemetry.example.net<",
                            ">overridden</span>",
                            "tokens in (+",
                            " cached), "}) {
    CAPTURE(words);
    CHECK(count(opened.dom, words) >= 1);
  }
  CHECK(count(opened.dom, "May a request pass when Redis is down?") ==
        1 + 2);  // shown once, twice in the data
  const std::string shown =
      opened.dom.substr(opened.dom.find("<header"), opened.dom.find("<footer") - opened.dom.find("<header"));
  for (const char* wrong : {"undefined", "NaN", "Invalid Date", "Infinity"}) CHECK(count(shown, wrong) == 0);
}

TEST_CASE("a question that is open stands at the top of the page") {
  if (!have_browser()) return;
  const ScratchDir scratch;
  const RunState state = test::play(test::sample_run());
  const Opened opened = open_page(scratch, html_report(state, {scratch.path(), nullptr}), "");
  CHECK(opened.console == "");
  CHECK(opened.dom.find("Waits for a person") < opened.dom.find("id=\"timeline-h\""));
  CHECK(opened.dom.find("Recommended: metric") != std::string::npos);
}

TEST_CASE("headings go down a step at a time, and buttons, fields, tables and graphs have names") {
  if (!have_browser()) return;
  const ScratchDir scratch;
  const test::PicturedRun run;
  const Opened opened =
      open_page(scratch, html_report(run.state, {run.directory / "run", &run.plan, test::PicturedRun::patch}),
                "#everything");
  const std::string shown = opened.dom.substr(0, opened.dom.find("<footer"));
  char level = '0';
  std::size_t headings = 0;
  for (std::size_t at = shown.find("<h"); at != std::string::npos; at = shown.find("<h", at + 1)) {
    if (shown[at + 2] < '1' || shown[at + 2] > '6') continue;
    CAPTURE(shown.substr(at, 60));
    CHECK(shown[at + 2] <= level + 1);
    level = shown[at + 2];
    ++headings;
  }
  CHECK(headings > 30);
  CHECK(count(shown, "<h1") == 1);
  for (const char* element : {"<button", "<input", "<table", "<svg", "<nav", "<section"}) {
    std::size_t found = 0;
    for (std::size_t at = shown.find(element); at != std::string::npos; at = shown.find(element, at + 1)) {
      const std::string tag = shown.substr(at, shown.find('>', at) - at);
      CAPTURE(tag);
      const bool has_text = tag.starts_with("<button") && shown[at + tag.size() + 1] != '<';
      CHECK((has_text || count(tag, "aria-label") == 1));
      ++found;
    }
    CHECK(found > 0);
  }
}

TEST_CASE("the documentation's picture can be made") {
  if (!have_browser()) return;
  const ScratchDir scratch;
  const test::PicturedRun run;
  const fs::path file = scratch.write(
      "report.html", html_report(run.state, {run.directory / "run", &run.plan, test::PicturedRun::patch}));
  const fs::path picture = std::getenv("MILEPOST_WRITE_GOLDEN")
                               ? fs::path(MILEPOST_TEST_SOURCE) / "docs/pictures/report.png"
                               : scratch / "report.png";
  const std::string command =
      "TZ=UTC HOME='" + scratch.path().string() +
      "' timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage "
      "--hide-scrollbars --window-size=1000,1980 --screenshot='" +
      picture.string() + "' 'file://" + file.string() + "' >/dev/null 2>&1";
  CHECK(std::system(command.c_str()) == 0);
  CHECK(test::slurp(picture).starts_with("\x89PNG"));
}

TEST_CASE("the browser is there where it must be") {
  if (have_browser()) return;
  CHECK_MESSAGE(!std::getenv("MILEPOST_TEST_REQUIRE_BROWSER"), "install the package chromium");
  std::fputs("NOT TESTED: the HTML report in a browser; install the package chromium\n", stderr);
  std::exit(77);
}
