#include "milepost/base/time.hpp"
#include "milepost/base/version.hpp"
#include "milepost/state/journal.hpp"
#include "milepost/state/run_store.hpp"
#include "milepost/workspace/code_folder.hpp"

#include "support/scratch_dir.hpp"

#include <sys/wait.h>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>

using namespace milepost;
using milepost::test::ScratchDir;
using milepost::test::slurp;

namespace {

/// A repository, and state of its own; no engine is in PATH.
struct Here {
  ScratchDir scratch;
  Here() {
    shell("mkdir repo home bin && ln -s $(command -v git) bin/git && git init -q repo");
    scratch.write("repo/M1_a.md", "# Milestone 1: A\n\n## Task 1.1: First\n\nDo it.\n");
  }
  static int exit_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }
  int shell(const std::string& script) const {
    const std::string all = "cd '" + scratch.path().string() + "' && { " + script + "\n}";
    return exit_of(std::system(all.c_str()));
  }
  /// Runs milepost in the repository by a shell; its streams are in `out` and `err`.
  int milepost(const std::string& words, const std::string& prefix = "") const {
    const std::string home = scratch.path().string() + "/home";
    return shell("cd repo; " + prefix + " env -i HOME='" + home + "' PATH='" + (scratch / "bin").string() +
                 "' '" + MILEPOST_TEST_PROGRAM + "' " + words);
  }
  int recorded(const std::string& words, const std::string& prefix = "") const {
    return milepost(words + " >../out 2>../err </dev/null", prefix);
  }
  std::string out() const { return slurp(scratch / "out"); }
  std::string err() const { return slurp(scratch / "err"); }
  bool says(const std::string& text) const { return err().find(text) != std::string::npos; }
};

}  // namespace

TEST_CASE("the version is one line on standard output") {
  const Here here;
  CHECK(here.recorded("--version") == 0);
  CHECK(here.out() == "milepost " + std::string(version()) + "\n");
  CHECK(here.err().empty());
}

TEST_CASE("an empty command line is a usage error that shows the help") {
  const Here here;
  CHECK(here.recorded("") == 2);
  CHECK(here.out().empty());
  CHECK(here.says("usage: milepost COMMAND"));
}

TEST_CASE("F62: bad input has its exit code and says what to do") {
  const Here here;
  struct Row {
    std::string words;
    int exit;
    std::string says;
  };
  here.shell("mkfifo repo/fifo.md");
  for (const Row& row : {
           Row{"plan M1_b.md", 2, "did you mean M1_a.md?"},
           Row{"run nowhere/x.md", 2, "there is no plan nowhere/x.md"},
           Row{"plan .", 2, "holds no plan"},
           Row{"task . 1.1", 2, "is a directory, not a plan"},
           Row{"plan fifo.md", 2, "not a regular file"},
           Row{"plan ''", 2, "path is empty"},
           Row{"status M1_b.md", 2, "there is no plan M1_b.md"},
           Row{"logs M1_a.md", 2, "next: milepost run M1_a.md"},
           Row{"restore M1_a.md", 2, "no run of M1_a.md yet"},
           Row{"resume M1_a.md", 2, "next: milepost run M1_a.md"},
           Row{"task M1_a.md 1.2", 2, "did you mean '1.1'?"},
           Row{"-C '' status", 2, "-C: there is no directory ''"},
           Row{"-C /nowhere run M1_a.md", 2, "there is no directory '/nowhere'"},
           Row{"-C ../home status", 3, "no git repository"},
           Row{"run M1_a.md --harness claud", 2, "did you mean 'claude'?"},
           Row{"run M1_a.md --set retries", 2, "expected KEY=VALUE"},
           Row{"config --config nowhere.yaml", 2, "there is no file nowhere.yaml"},
           Row{"costs --since yesterday", 2, "give a date such as"},
           Row{"volumes rm", 2, "usage: milepost volumes list|prune"},
           Row{"exec", 2, "usage: milepost exec"},
           Row{"resume M1_a.md --answer ''", 2, "--answer: it is empty"},
           Row{"resume M1_a.md --answer '  '", 2, "--answer: it is empty"},
           Row{"resume M1_a.md --answer @", 2, "the name of a file is missing"},
           Row{"resume M1_a.md --answer @M2.md", 2, "cannot open M2.md"},
           Row{"shell", 2, "milepost exec -- CMD"},
           Row{"run M1_a.md --harness script", 3, "install one"},
           Row{"run M1_a.md --harness script --report-dir out", 2, "within the agent's reach"},
           Row{"run M1_a.md --harness script -q", 3, "install one"},
           Row{"gc", 3, "install one"},
       }) {
    CAPTURE(row.words);
    CHECK(here.recorded(row.words) == row.exit);
    CAPTURE(here.err());
    CHECK(here.says(row.says));
    CHECK(here.out().empty());
  }
}

TEST_CASE("a repository's configuration that is a link shows nothing of where it leads") {
  const Here here;
  here.scratch.write("secret", "hidden: words\n");
  here.shell("mkdir repo/.milepost; ln -s ../../secret repo/.milepost/config.yaml");
  CHECK(here.recorded("config") == 2);
  CHECK(here.says("symbolic link"));
  CHECK_FALSE(here.says("hidden"));
}

TEST_CASE("a garbage harness lock is told by its path") {
  const Here here;
  here.scratch.write("home/.local/state/milepost/harness-lock.json", "{ garbage");
  CHECK(here.recorded("run M1_a.md --harness script") == 2);
  CHECK(here.says("harness-lock.json"));
  CHECK(here.says("next: "));
}

TEST_CASE("F35: without HOME nothing can be kept, which is told") {
  const Here here;
  CHECK(here.shell("cd repo; env -i PATH=/usr/bin:/bin '" MILEPOST_TEST_PROGRAM
                   "' status >../out 2>../err") == 3);
  CHECK(here.says("set HOME"));
}

TEST_CASE("with --json an error is an object on standard output too") {
  const Here here;
  CHECK(here.recorded("run M1_b.md --json") == 2);
  const auto result = nlohmann::json::parse(here.out());
  CHECK(result["event"] == "result");
  CHECK(result["exit_code"] == 2);
  CHECK(result["status"] == "usage");
}

TEST_CASE("every command that looks gives valid JSON without runs") {
  const Here here;
  for (const char* words :
       {"plan M1_a.md", "status", "status M1_a.md", "history", "history --all", "costs", "config"}) {
    CAPTURE(words);
    CHECK(here.recorded(std::string(words) + " --json") == 0);
    CHECK(nlohmann::json::accept(here.out()));
  }
}

TEST_CASE("a directory of plans is shown by wave, as JSON and as a graph, and judged") {
  const Here here;
  const std::string task = "<task type=\"auto\">\n<name>Task 1: A</name>\n</task>\n";
  here.scratch.write("repo/37-gate/37-01-PLAN.md", "---\nphase: 37\nplan: 01\nwave: 1\n---\n" + task);
  here.scratch.write("repo/37-gate/37-01-SUMMARY.md", "done\n");
  here.scratch.write("repo/37-gate/37-02-PLAN.md",
                     "---\nphase: 37\nplan: 02\nwave: 1\ndepends_on: [01]\n---\n" + task);
  CHECK(here.recorded("plan 37-gate/") == 0);
  CHECK(here.out().find("wave 2\n    37-02  open") != std::string::npos);
  CHECK(here.says(
      "37-gate/37-02-PLAN.md:4:7: warning: plan 37-02 declares wave 1 but runs in wave 2, behind 37-01"));
  CHECK(here.recorded("plan 37-gate --strict") == 2);
  CHECK(here.recorded("plan 37-gate --json") == 0);
  CHECK(nlohmann::json::parse(here.out())["plans"][0]["done"] == true);
  CHECK(here.recorded("plan 37-gate --dot") == 0);
  CHECK(here.out().starts_with("digraph phase {"));
  CHECK(here.recorded("plan 37-gate/37-01-PLAN.md --dot") == 0);
  CHECK(here.out().starts_with("digraph plan {"));
}

TEST_CASE("results that cannot be written are an error") {
  const Here here;
  CHECK(here.milepost("config >/dev/full 2>../err") == 6);
  CHECK(here.says("standard output"));
}

TEST_CASE("F6: a reader that has seen enough is no error") {
  const Here here;
  CHECK(here.shell("cd repo; { env -i HOME=/nowhere PATH=/bin '" MILEPOST_TEST_PROGRAM
                   "' config; echo $? >../status; } 2>../err | true") == 0);
  CHECK(slurp(here.scratch / "status") == "0\n");
}

TEST_CASE("F45: a run whose journal was lost is told by status and not passed over by resume") {
  const Here here;
  const CodeFolder folder =
      find_code_folder(here.scratch / "repo", here.scratch / "home/.local/state/milepost");
  const RunStore store(here.scratch / "home/.local/state/milepost", folder.key());
  std::filesystem::create_directories(store.files(RunId("20260201-000000-bbbbbb")).attempts());
  CHECK(here.recorded("resume M1_a.md") == 2);
  CHECK(here.says("journal.ndjson is missing, though the run did work"));
  CHECK(here.says("next: mend its journal, or move "));
  for (const char* words : {"status", "status M1_a.md"}) {
    CHECK(here.recorded(words) == 0);
    CHECK(here.out().find("is missing, though the run did work") != std::string::npos);
  }
}

TEST_CASE("closed standard descriptors are never taken by another file") {
  const Here here;
  CHECK(here.milepost("plan M1_a.md --json >&-") == 0);
  CHECK(here.milepost("plan M1_a.md <&- >&- 2>&-") == 0);
}

TEST_CASE("a directory that was removed under us is told") {
  const Here here;
  CHECK(here.shell(
            "mkdir gone && cd gone && rmdir ../gone && env -i HOME=/nowhere PATH=/bin '" MILEPOST_TEST_PROGRAM
            "' status 2>../err") == 2);
  CHECK(here.says("current directory is gone"));
}

TEST_CASE("verify checks a plan's must_haves without a run and exits by what it finds") {
  const Here here;
  const std::string front =
      "---\nphase: 07\nplan: 02\nmust_haves:\n  artifacts:\n    - {path: gate.py, contains: Gate}\n---\n";
  here.scratch.write("repo/07-02-PLAN.md",
                     front + "<tasks>\n<task type=\"auto\">\n<name>Gate</name>\n</task>\n</tasks>\n");
  CHECK(here.recorded("verify 07-02-PLAN.md") == 1);
  CHECK(here.out().find("✗ failed        gate.py exists") != std::string::npos);
  CHECK(here.recorded("verify 07-02-PLAN.md --override artifact:gate.pi --reason x") == 2);
  CHECK(here.says("did you mean 'artifact:gate.py'?"));
  CHECK(here.recorded("verify 07-02-PLAN.md --override artifact:gate.py --reason x") == 2);
  CHECK(here.says("no run of 07-02-PLAN.md"));
  CHECK(here.recorded("verify 07-02-PLAN.md --override artifact:gate.py") == 2);
  here.scratch.write("repo/gate.py", "class Gate: ...\n");
  CHECK(here.recorded("verify 07-02-PLAN.md --json") == 0);
  CHECK(nlohmann::json::parse(here.out())["verdict"] == "passed");
  CHECK(here.recorded("verify 07-02-PLAN.md --override artifact:gate.py --reason x") == 2);
  CHECK(here.says("passes"));
  CHECK(here.recorded("verify M1_a.md") == 2);
  CHECK(here.says("no must_haves"));
}

TEST_CASE("an override is kept in the plan's latest run and counts from then on") {
  const Here here;
  const std::string plan = here.scratch
                               .write("repo/p.yaml",
                                      "plan: 1\nid: M9\ntitle: T\ntasks:\n  - {id: a, title: A, prompt: do}\n"
                                      "must_haves:\n  truths: [it holds]\n  artifacts: [{path: gate.py}]\n")
                               .string();
  const auto folder = find_code_folder(here.scratch / "repo", here.scratch / "home/.local/state/milepost");
  const RunStore store(here.scratch / "home/.local/state/milepost", folder.key());
  const RunId run("20260102-030405-abcdef");
  RunStarted start;
  start.run = run;
  start.plan_path = std::filesystem::weakly_canonical(plan).string();
  start.tasks = {{TaskId("a"), "A", "h"}};
  {
    Journal journal = Journal::create(store.files(run).journal());
    journal.append({utc_now(), start}, true);
    journal.append({utc_now(), RunEnded{ExitCode::failed, "a check failed"}}, true);
  }
  CHECK(here.recorded("verify p.yaml") == 1);
  {
    const LockFile live = store.lock(plan, "pid 1, run " + run.value);
    CHECK(here.recorded("verify p.yaml --override artifact:gate.py --reason 'not here'") == 7);
  }
  CHECK(here.recorded("verify p.yaml --override artifact:gate.py --reason 'not here'") == 0);
  CHECK(here.out().find("! overridden    gate.py exists") != std::string::npos);
  CHECK(here.out().find(": not here (milepost: failed") != std::string::npos);
  CHECK(here.recorded("verify p.yaml") == 0);
  const RunState state = replay(store.files(run).journal());
  REQUIRE(state.overrides.size() == 1);
  CHECK(state.overrides[0].reason == "not here");
  CHECK(!state.overrides[0].by.empty());
  CHECK(state.ended->exit_code == ExitCode::failed);
}

TEST_CASE("a run that could not begin leaves its report and a pipeline's outputs all the same") {
  const Here here;
  here.shell("touch output summary");
  const std::string github = "GITHUB_ACTIONS=true GITHUB_OUTPUT=../output GITHUB_STEP_SUMMARY=../summary";
  CHECK(here.shell("cd repo; env -i HOME=$PWD/../home PATH=$PWD/../bin " + github + " '" +
                   MILEPOST_TEST_PROGRAM +
                   "' run M1_a.md --harness script --report-dir ../report 2>../err") == 3);
  const auto report = nlohmann::json::parse(slurp(here.scratch / "report/report.json"));
  CHECK(report["status"] == "environment");
  CHECK(report["tasks"][0]["outcome"] == "pending");
  const std::string tests = slurp(here.scratch / "report/junit.xml");
  CHECK(tests.find("tests=\"2\" failures=\"0\" errors=\"1\" skipped=\"1\"") != std::string::npos);
  CHECK(slurp(here.scratch / "output").find("\n3\n") != std::string::npos);
  CHECK(slurp(here.scratch / "summary").find("environment") != std::string::npos);
  CHECK(here.says("::error title=milepost%3A environment::"));
}

TEST_CASE("a report directory that leads into the code folder by a link is refused") {
  const Here here;
  here.shell("ln -s $PWD/repo link; ln -s $PWD/home repo/out");
  CHECK(here.recorded("run M1_a.md --harness script --report-dir ../link/out") == 2);
  CHECK(here.recorded("run M1_a.md --harness script --report-dir out") == 2);
  CHECK(here.says("within the agent's reach"));
}

TEST_CASE("costs tells how many runs are in no sum because they cannot be read") {
  const Here here;
  const auto state = here.scratch / "home/.local/state/milepost";
  const RunStore store(state, find_code_folder(here.scratch / "repo", state).key());
  const auto run = [&](const std::string& name) { return store.files(RunId(name)).journal(); };
  RunStarted start;
  start.run = RunId("20260102-030405-aaaaaa");
  start.plan_path = "/p.md";
  start.plan_id = "M9";
  {
    Journal journal = Journal::create(run(start.run.value));
    journal.append({"2026-01-02T03:04:05.000Z", start}, true);
  }
  for (const char* name : {"20260103-030405-bbbbbb", "20260104-030405-cccccc"}) {
    std::filesystem::create_directories(run(name).parent_path());
    std::ofstream(run(name)) << "no journal\n";
  }
  CHECK(here.recorded("costs") == 0);
  CHECK(here.out().find("M9") != std::string::npos);
  CHECK(here.says("what cannot be read: 2 runs;"));
  CHECK(here.says("milepost history"));
  CHECK(here.recorded("costs --json") == 0);
  CHECK(nlohmann::json::parse(here.out())["unreadable_runs"] == 2);
  CHECK(here.recorded("costs --json --since 2026-01-04") == 0);
  CHECK(nlohmann::json::parse(here.out())["unreadable_runs"] == 1);
  CHECK(here.recorded("costs --since 2026-01-05") == 0);
  CHECK(here.says("no runs since 2026-01-05"));
}

TEST_CASE("costs takes only days that there are") {
  const Here here;
  for (const char* since : {"2026-13-45", "2026-02-31", "2026-00-10", "2026-11-01x", "2026-11-01T25:00",
                            "2026-1-01x", "2026-11-0 "}) {
    CAPTURE(since);
    CHECK(here.recorded("costs --since '" + std::string(since) + "'") == 2);
    CHECK(here.says("--since"));
    CHECK(here.says("give a date such as 2026-11-01"));
  }
  for (const char* since : {"2024-02-29", "2026-11-01T12:30", "2026-11-01T12:30:00Z", "7d"}) {
    CAPTURE(since);
    CHECK(here.recorded("costs --since " + std::string(since)) == 0);
  }
}
