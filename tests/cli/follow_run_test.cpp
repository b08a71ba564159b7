#include "milepost/base/time.hpp"
#include "milepost/state/journal.hpp"
#include "milepost/state/run_store.hpp"
#include "milepost/workspace/code_folder.hpp"

#include "support/scratch_dir.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <optional>
#include <thread>

using namespace milepost;
using milepost::test::ScratchDir;
using milepost::test::slurp;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

const TaskId k_task("1.1");

/// A run of a repository whose process is this test; another one looks at it.
class LiveRun {
 public:
  LiveRun() {
    const std::string plan = scratch_.path().string() + "/repo/M1_a.md";
    REQUIRE(std::system(("git init -q '" + scratch_.path().string() + "/repo'").c_str()) == 0);
    scratch_.write("repo/M1_a.md", "# Milestone 1: A\n\n## Task 1.1: First\n\nDo it.\n");
    const fs::path state = scratch_ / "home/.local/state/milepost";
    store_.emplace(state, find_code_folder(scratch_ / "repo", state).key());
    files_ = store_->files(id_);
    lock_.emplace(store_->lock(plan, "pid 1, run " + id_.value));
    journal_.emplace(Journal::create(files_.journal()));
    RunStarted started;
    started.run = id_;
    started.plan_path = fs::canonical(plan).string();
    started.plan_id = "M1";
    started.plan_title = "A";
    started.harness = "script";
    started.tasks = {{k_task, "First", "h"}};
    record(started);
    record(TaskStarted{k_task});
    record(AttemptStarted{k_task, 1, AttemptReason::first, "", "", "attempts/1.1-1"});
    output("{\"type\":\"start\",\"session\":\"s\"}\n");
  }
  ~LiveRun() {
    if (viewer_ <= 0) return;
    ::kill(viewer_, SIGKILL);
    ::waitpid(viewer_, nullptr, 0);
  }

  void record(const RunRecord& record) { journal_->append({utc_now(), record}, /*sync=*/false); }
  void output(const std::string& text, const std::string& attempt = "attempts/1.1-1") const {
    fs::create_directories(files_.directory / attempt);
    std::ofstream(files_.directory / attempt / "stdout.log", std::ios::app) << text;
  }
  void finish_attempt() {
    record(AttemptEnded{.task = k_task,
                        .outcome = Outcome::completed,
                        .result = "success",
                        .detail = "",
                        .summary = "",
                        .decisions = {},
                        .next_task_notes = "",
                        .question = {},
                        .scenario = {},
                        .usage = {}});
  }
  void finish() {
    finish_attempt();
    record(TaskFinished{k_task, Outcome::completed, "done"});
    record(RunEnded{ExitCode::ok, ""});
  }
  void die() { lock_.reset(); }

  void view(const std::vector<std::string>& words) {
    std::vector<std::string> argv = {"/usr/bin/env", "-i", "HOME=" + (scratch_ / "home").string(),
                                     "PATH=/usr/bin:/bin", MILEPOST_TEST_PROGRAM};
    argv.insert(argv.end(), words.begin(), words.end());
    std::vector<char*> arguments;
    for (std::string& word : argv) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const std::string out = (scratch_ / "out").string(), err = (scratch_ / "err").string();
    const std::string folder = (scratch_ / "repo").string();
    viewer_ = ::fork();
    REQUIRE(viewer_ >= 0);
    if (viewer_ > 0) return;
    if (::chdir(folder.c_str()) != 0) ::_exit(126);
    if (!std::freopen(out.c_str(), "w", stdout) || !std::freopen(err.c_str(), "w", stderr)) ::_exit(126);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  bool shows(const std::string& text) const {
    for (int tries = 0; tries < 1000; ++tries, std::this_thread::sleep_for(20ms)) {
      if (fs::exists(scratch_ / "out") && slurp(scratch_ / "out").find(text) != std::string::npos)
        return true;
    }
    return false;
  }
  std::string said() const { return slurp(scratch_ / "err"); }
  void interrupt() const { ::kill(viewer_, SIGINT); }
  int exit() {
    int status = 0;
    for (int tries = 0; tries < 1000; ++tries, std::this_thread::sleep_for(20ms)) {
      if (::waitpid(viewer_, &status, WNOHANG) != viewer_) continue;
      viewer_ = -1;
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return -1;
  }

 private:
  ScratchDir scratch_;
  RunId id_ = RunId("20260201-000000-aaaaaa");
  std::optional<RunStore> store_;
  RunFiles files_;
  std::optional<LockFile> lock_;
  std::optional<Journal> journal_;
  pid_t viewer_ = -1;
};

}  // namespace

TEST_CASE("a run that is followed is told as it goes on, with its result at the end") {
  LiveRun run;
  run.view({"logs", "M1_a.md", "--follow"});
  CHECK(run.shows("▸ 1.1  First"));
  run.output("not of the harness");
  run.output(" itself\n");
  run.finish();
  CHECK(run.exit() == 0);
  CHECK(run.shows("✓ M1  completed"));
}

TEST_CASE("what an interrupted attempt did is told before what came after it") {
  LiveRun run;
  run.output("not of the harness\n");
  run.record(RunEnded{ExitCode::interrupt, "stopped by a signal"});
  run.record(RunResumed{});
  run.record(AttemptStarted{k_task, 2, AttemptReason::resume, "", "", "attempts/1.1-2"});
  run.record(RunEnded{ExitCode::interrupt, "stopped by a signal"});
  run.view({"logs", "M1_a.md", "--follow", "--raw"});
  CHECK(run.exit() == 0);
  CHECK(run.shows("not of the harness\n"));
}

TEST_CASE("a reviewer is followed while it works") {
  LiveRun run;
  run.finish_attempt();
  run.record(ReviewStarted{k_task, 1, "script", "attempts/1.1-1-review"});
  run.output(R"({"type":"block","index":1,"command":"make look"})"
             "\n",
             "attempts/1.1-1-review");
  run.view({"logs", "M1_a.md", "--follow"});
  CHECK(run.shows("    … script reviews\n    → Shell make look\n"));
}

TEST_CASE("the recorded output is followed as it comes") {
  LiveRun run;
  run.view({"logs", "M1_a.md", "1.1", "--follow", "--raw"});
  CHECK(run.shows("\"session\":\"s\""));
  run.output("more\n");
  CHECK(run.shows("more\n"));
  run.finish();
  CHECK(run.exit() == 0);
}

TEST_CASE("a watched run that dies is told, and one that ended is told at once") {
  LiveRun run;
  run.view({"status", "--watch"});
  CHECK(run.shows("M1  A · 1 task"));
  run.die();
  CHECK(run.exit() == 0);
  CHECK(run.said().find("no longer lives") != std::string::npos);
  CHECK(run.said().find("milepost resume ") != std::string::npos);
  run.finish();
  run.view({"status", "--watch", "--json"});
  CHECK(run.exit() == 0);
  CHECK(run.shows("\"event\":\"result\""));
}

TEST_CASE("Ctrl-C leaves a followed run alone") {
  LiveRun run;
  run.view({"logs", "M1_a.md", "--follow"});
  REQUIRE(run.shows("▸ 1.1  First"));
  run.interrupt();
  CHECK(run.exit() == 0);
  CHECK(run.said().find("detached; run 20260201-000000-aaaaaa goes on") != std::string::npos);
}
