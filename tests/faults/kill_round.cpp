#include "kill_round.hpp"

#include <algorithm>
#include <csignal>
#include <sstream>
#include <thread>

namespace milepost::test {

namespace fs = std::filesystem;

namespace {

constexpr auto k_leash = 5s;  ///< by then a container without its milepost is gone

/// Tasks that write, remove, fail their check once, and build on each other; "effects" has a line for each
/// time that a task worked.
const std::vector<Step> k_tasks = {
    {"1.1", "One", "echo 1.1 >> effects; echo 1 > one; mkdir -p d; seq 100 > d/numbers"},
    {"1.2", "Two",
     "echo 1.2 >> effects; rm -f d/numbers\nif [ -f tried ]; then echo 2 > two; else touch tried; echo x > "
     "two; fi"},
    {"1.3", "Three", "echo 1.3 >> effects; cat one two > three"},
    {"1.4", "Four", "echo 1.4 >> effects; printf 'end\\n' > four; rm -f one"}};

const Words k_options = {"--verify", "test ! -f two || grep -qx 2 two", "--verify",
                         "test ! -f three || grep -q 2 three"};

std::string join_lines(const Words& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : " | ") + line;
  return text;
}

}  // namespace

const std::vector<Step>& campaign_tasks() {
  return k_tasks;
}

Words campaign_command(const std::string& verb, bool fresh) {
  Words words = {verb, "M1_test.md"};
  words.insert(words.end(), k_options.begin(), k_options.end());
  if (fresh) words.emplace_back("--fresh");
  return words;
}

KillRound::KillRound(const Project& project, KillTally& tally, unsigned seed, const std::string& begin,
                     const Tell& tell)
    : project_(project), tally_(tally), seed_(seed), random_(seed), begin_(begin), tell_(tell) {}

void KillRound::run(const RoundResult& expected, Clock::duration length) {
  clean();
  earlier_ = newest_run();
  std::optional<Ended> ended = interrupted(campaign_command("run", /*fresh=*/true), length, /*resume=*/false);
  if (ended) {
    ++tally_.in_time;
    if (ended->exit != 0) broken(tally_.other, "a run that was not killed ended with " + ended->err);
  }
  while (!ended) {
    const Words kept = commits();
    const bool resume_again = random_() % 3 == 0;
    ended = resume_again ? interrupted(campaign_command("resume"), length, /*resume=*/true)
                         : std::optional(project_.milepost(campaign_command("resume")));
    if (ended && never_begun(*ended)) {
      ++tally_.before_begin;
      ended = project_.milepost(campaign_command("run", /*fresh=*/true));
    } else if (ended) {
      ++tally_.resumed;
    }
    check_kept(kept);
  }
  if (ended->exit != 0)
    broken(tally_.other, "the end was " + std::to_string(ended->exit) + ": " + ended->err);
  check_end(expected, ended->exit == 0);
}

RoundResult KillRound::result() const {
  RoundResult found;
  for (const std::string& line : lines(project_.git({"ls-tree", "-r", "HEAD"}))) {
    if (!line.ends_with("HANDOFF_M1.md")) found.tree += line + "\n";
  }
  found.subjects = project_.subjects();
  return found;
}

void KillRound::clean() {
  project_.git({"reset", "-q", "--hard", begin_});
  project_.git({"clean", "-fdqx"});
  // A first run in a repository now and then, one with a history else.
  if (seed_ % 8 == 0) fs::remove_all(project_.state());
  fs::remove_all(project_.report_directory());
}

void KillRound::broken(int& count, const std::string& what) {
  ++count;
  std::string line = "seed " + std::to_string(seed_) + ": " + what;
  std::ranges::replace(line, '\n', ' ');
  tally_.violations.push_back(line);
  if (tell_) tell_("VIOLATION " + line);
}

std::optional<Ended> KillRound::interrupted(const Words& words, Clock::duration length, bool resume) {
  const auto moment = length * static_cast<long>(random_() % 1050) / 1000;
  const bool group = random_() % 2 == 0;
  Program program = project_.start(words);
  std::this_thread::sleep_for(moment);
  if (group)
    program.signal_group(SIGKILL);
  else
    program.signal(SIGKILL);
  const Ended ended = program.wait();
  if (ended.exit != 128 + SIGKILL) return ended;
  ++tally_.kills;
  if (resume) ++tally_.of_resumes;
  check_after_kill();
  return std::nullopt;
}

void KillRound::check_after_kill() {
  if (!eventually(k_leash, [&] { return project_.containers("running").empty(); }))
    broken(tally_.leaked, "still running: " + join_lines(project_.containers("running")));
  check_journals();
  if (!fs::exists(project_.report_directory() / "report.json")) return;
  const Json report = project_.report();
  // A run that was killed before its first record leaves the one before it as the newest, and a resume
  // tells that one.
  const bool of_this_round = report["run"].get<std::string>() > earlier_;
  if (of_this_round && report["exit"].is_object() && report["exit"]["code"] == 0 &&
      commits().size() < k_tasks.size())
    broken(tally_.false_success, "the report of a killed run says that it is done");
}

void KillRound::check_journals() {
  const Ended status = project_.milepost({"status", "--json"});
  const Json json = Json::parse(status.out, nullptr, /*allow_exceptions=*/false);
  if (status.exit != 0 || !json.is_object()) return broken(tally_.other, "status says: " + status.err);
  for (const Json& run : json["runs"]) {
    if (run["live"] == true) broken(tally_.other, "a lock is held by nobody: " + run.dump());
    if (run.contains("problem") && run["problem"].is_string() && !harmless(run["problem"]))
      broken(tally_.other, "a journal is unreadable: " + run.dump());
  }
}

bool KillRound::harmless(const std::string& problem) {
  return problem.find("recorded its start") != std::string::npos;
}

std::string KillRound::newest_run() const {
  std::string newest;
  std::error_code none;
  for (const auto& run : fs::directory_iterator(project_.project_state() / "runs", none))
    newest = std::max(newest, run.path().filename().string());
  return newest;
}

bool KillRound::never_begun(const Ended& resume) const {
  if (project_.git({"rev-parse", "HEAD"}) != begin_) return false;
  return resume.says("finished already") || (resume.exit == 2 && resume.says("no run"));
}

Words KillRound::commits() const {
  return lines(project_.git({"rev-list", "--reverse", begin_ + "..HEAD"}));
}

void KillRound::check_kept(const Words& before) {
  const Words now = commits();
  if (now.size() < before.size() || !std::equal(before.begin(), before.end(), now.begin()))
    broken(tally_.lost, "commits that were there are gone: " + join_lines(before));
}

void KillRound::check_end(const RoundResult& expected, bool success) {
  const RoundResult found = result();
  if (found == expected) {
    ++tally_.same_result;
  } else {
    broken(success ? tally_.false_success : tally_.lost,
           "another result: " + join_lines(found.subjects) + ": " + found.tree);
  }
  if (const auto left = project_.containers(); !left.empty())
    broken(tally_.leaked, "left at the end: " + join_lines(left));
  if (const std::string status = project_.git({"status", "--porcelain"}); !status.empty())
    broken(tally_.lost, "not committed: " + status);
  if (const std::string damage = project_.git({"fsck", "--no-dangling"}); !damage.empty())
    broken(tally_.other, "the repository is damaged: " + damage);
  check_report();
  check_journals();
  check_leftovers();
}

void KillRound::check_report() {
  const Json report = project_.report();
  if (!report["exit"].is_object() || report["exit"]["code"] != 0)
    broken(tally_.other, "the report's exit is " + report["exit"].dump());
  const std::string handoff = project_.text("HANDOFF_M1.md");
  for (const Json& task : report["tasks"]) {
    const std::string id = task["id"];
    if (task["outcome"] != "completed") broken(tally_.false_success, "not completed: " + id);
    if (handoff.find(id) == std::string::npos) broken(tally_.lost, "not handed off: " + id);
    std::istringstream effects(project_.text("effects"));
    std::size_t worked = 0;
    for (std::string line; std::getline(effects, line);) worked += line == id;
    if (worked < 1 || worked > task["attempts"].size())
      broken(tally_.other, id + " worked " + std::to_string(worked) + " times in " +
                               std::to_string(task["attempts"].size()) + " attempts");
  }
}

void KillRound::check_leftovers() {
  for (const char* lock : {".git/index.lock", ".git/HEAD.lock", ".git/refs/heads/main.lock"}) {
    if (project_.has(lock)) broken(tally_.other, std::string("left behind: ") + lock);
  }
}

}  // namespace milepost::test
