#include "kill_campaign.hpp"

#include "e2e/support.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <random>
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

Words command(const std::string& verb, bool fresh = false) {
  Words words = {verb, "M1_test.md"};
  words.insert(words.end(), k_options.begin(), k_options.end());
  if (fresh) words.emplace_back("--fresh");
  return words;
}

/// What a finished run leaves, without what rightly differs after an interruption.
struct Result {
  std::string tree;  ///< of HEAD, without the hand-off document, which tells attempts and times
  Words subjects;
  bool operator==(const Result&) const = default;
};

std::string join_lines(const Words& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : " | ") + line;
  return text;
}

class Round {
 public:
  Round(const Project& project, KillTally& tally, unsigned seed, const std::string& begin, const Tell& tell)
      : project_(project), tally_(tally), seed_(seed), random_(seed), begin_(begin), tell_(tell) {}

  void run(const Result& expected, Clock::duration length) {
    clean();
    earlier_ = newest_run();
    std::optional<Ended> ended = interrupted(command("run", /*fresh=*/true), length, /*resume=*/false);
    if (ended) {
      ++tally_.in_time;
      if (ended->exit != 0) broken(tally_.other, "a run that was not killed ended with " + ended->err);
    }
    while (!ended) {
      const Words kept = commits();
      const bool resume_again = random_() % 3 == 0;
      ended = resume_again ? interrupted(command("resume"), length, /*resume=*/true)
                           : std::optional(project_.milepost(command("resume")));
      if (ended && never_begun(*ended)) {
        ++tally_.before_begin;
        ended = project_.milepost(command("run", /*fresh=*/true));
      } else if (ended) {
        ++tally_.resumed;
      }
      check_kept(kept);
    }
    if (ended->exit != 0)
      broken(tally_.other, "the end was " + std::to_string(ended->exit) + ": " + ended->err);
    check_end(expected, ended->exit == 0);
  }

  Result result() const {
    Result found;
    for (const std::string& line : lines(project_.git({"ls-tree", "-r", "HEAD"}))) {
      if (!line.ends_with("HANDOFF_M1.md")) found.tree += line + "\n";
    }
    found.subjects = project_.subjects();
    return found;
  }

  void clean() {
    project_.git({"reset", "-q", "--hard", begin_});
    project_.git({"clean", "-fdqx"});
    // A first run in a repository now and then, one with a history else.
    if (seed_ % 8 == 0) fs::remove_all(project_.state());
    fs::remove_all(project_.report_directory());
  }

 private:
  void broken(int& count, const std::string& what) {
    ++count;
    std::string line = "seed " + std::to_string(seed_) + ": " + what;
    std::ranges::replace(line, '\n', ' ');
    tally_.violations.push_back(line);
    if (tell_) tell_("VIOLATION " + line);
  }

  /// Starts it and kills it; how it ended when it ended before.
  std::optional<Ended> interrupted(const Words& words, Clock::duration length, bool resume) {
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

  void check_after_kill() {
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

  void check_journals() {
    const Ended status = project_.milepost({"status", "--json"});
    const Json json = Json::parse(status.out, nullptr, /*allow_exceptions=*/false);
    if (status.exit != 0 || !json.is_object()) return broken(tally_.other, "status says: " + status.err);
    for (const Json& run : json["runs"]) {
      if (run["live"] == true) broken(tally_.other, "a lock is held by nobody: " + run.dump());
      if (run.contains("problem") && run["problem"].is_string() && !harmless(run["problem"]))
        broken(tally_.other, "a journal is unreadable: " + run.dump());
    }
  }

  /// A run that died before its first record is listed as that, and has nothing that could be lost.
  static bool harmless(const std::string& problem) {
    return problem.find("recorded its start") != std::string::npos;
  }

  std::string newest_run() const {
    std::string newest;
    std::error_code none;
    for (const auto& run : fs::directory_iterator(project_.project_state() / "runs", none))
      newest = std::max(newest, run.path().filename().string());
    return newest;
  }

  bool never_begun(const Ended& resume) const {
    if (project_.git({"rev-parse", "HEAD"}) != begin_) return false;
    return resume.says("finished already") || (resume.exit == 2 && resume.says("no run"));
  }

  Words commits() const { return lines(project_.git({"rev-list", "--reverse", begin_ + "..HEAD"})); }

  void check_kept(const Words& before) {
    const Words now = commits();
    if (now.size() < before.size() || !std::equal(before.begin(), before.end(), now.begin()))
      broken(tally_.lost, "commits that were there are gone: " + join_lines(before));
  }

  void check_end(const Result& expected, bool success) {
    const Result found = result();
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

  /// Every task is completed, and worked no more often than the report tells.
  void check_report() {
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

  /// A lock of git's stops the user's next command.
  void check_leftovers() {
    for (const char* lock : {".git/index.lock", ".git/HEAD.lock", ".git/refs/heads/main.lock"}) {
      if (project_.has(lock)) broken(tally_.other, std::string("left behind: ") + lock);
    }
  }

  const Project& project_;
  KillTally& tally_;
  unsigned seed_;
  std::mt19937 random_;
  std::string begin_;
  std::string earlier_;  ///< the newest run of the rounds before
  const Tell& tell_;
};

/// What the first broken round left, for whoever looks into it.
void keep(const Project& project, unsigned seed, const Tell& tell) {
  const fs::path copy = fs::temp_directory_path() / ("milepost-violation-" + std::to_string(seed));
  std::error_code failed;
  fs::remove_all(copy, failed);
  fs::copy(project.base(), copy, fs::copy_options::recursive | fs::copy_options::copy_symlinks, failed);
  if (tell) tell("kept: " + copy.string());
}

}  // namespace

std::string KillTally::table() const {
  std::ostringstream text;
  const auto line = [&](const char* name, auto value) {
    text << "  " << name << std::string(44 - std::string_view(name).size(), ' ') << value << "\n";
  };
  line("kills (SIGKILL of a live run or resume)", kills);
  line("  of them of a resume", of_resumes);
  line("  of them before the run's first record", before_begin);
  line("runs that ended before their kill", in_time);
  line("runs completed by a resume", resumed);
  line("runs with the uninterrupted run's result", same_result);
  line("leaked containers", leaked);
  line("lost results", lost);
  line("false successes", false_success);
  line("other violations", other);
  line("seconds", static_cast<long>(seconds));
  return text.str();
}

KillTally run_campaign(const KillCampaign& campaign, const Tell& tell) {
  const auto start = Clock::now();
  const Project project("repo", campaign.engine);
  project.write(".gitignore", "effects\ntried\n");
  project.git({"add", ".gitignore"});
  project.plan(k_tasks);
  const std::string begin = project.git({"rev-parse", "HEAD"});

  KillTally tally;
  const auto whole = Clock::now();
  const Ended alone = project.milepost(command("run"));
  const auto length = Clock::now() - whole;
  const Result expected = Round(project, tally, 0, begin, tell).result();
  if (alone.exit != 0 || expected.subjects.size() != k_tasks.size()) {
    ++tally.other;
    tally.violations.push_back("the run that was left alone failed: " + alone.err);
  }
  std::size_t seen = tally.violations.size();
  for (unsigned round = 0; tally.kills < campaign.kills && tally.violations.size() < 20; ++round) {
    Round(project, tally, campaign.seed + round, begin, tell).run(expected, length);
    if (tally.violations.size() > seen && seen == 0) keep(project, campaign.seed + round, tell);
    seen = tally.violations.size();
    if (tell && round % 50 == 49)
      tell(std::to_string(tally.kills) + " kills, " + std::to_string(tally.violations.size()) +
           " violations");
  }
  tally.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return tally;
}

KillTally run_campaign_of_test(const std::string& engine, int kills) {
  KillCampaign campaign{engine, kills, std::random_device()() % 1'000'000};
  if (const char* wanted = std::getenv("MILEPOST_TEST_KILLS")) campaign.kills = std::atoi(wanted);
  if (const char* wanted = std::getenv("MILEPOST_TEST_KILL_SEED"))
    campaign.seed = static_cast<unsigned>(std::strtoul(wanted, nullptr, 10));
  std::printf("kill campaign, engine %s, seed %u\n", engine.c_str(), campaign.seed);
  const KillTally tally = run_campaign(campaign, [](std::string_view line) {
    std::printf("  %.*s\n", static_cast<int>(line.size()), line.data());
    std::fflush(stdout);
  });
  std::printf("%s", tally.table().c_str());
  std::fflush(stdout);
  return tally;
}

}  // namespace milepost::test
