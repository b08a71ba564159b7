#include "kill_campaign.hpp"

#include "e2e/support.hpp"
#include "kill_round.hpp"

#include <cstdio>
#include <cstdlib>
#include <random>
#include <sstream>

namespace milepost::test {

namespace fs = std::filesystem;

namespace {

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
  project.plan(campaign_tasks());
  const std::string begin = project.git({"rev-parse", "HEAD"});

  KillTally tally;
  const auto whole = Clock::now();
  const Ended alone = project.milepost(campaign_command("run"));
  const auto length = Clock::now() - whole;
  const RoundResult expected = KillRound(project, tally, 0, begin, tell).result();
  if (alone.exit != 0 || expected.subjects.size() != campaign_tasks().size()) {
    ++tally.other;
    tally.violations.push_back("the run that was left alone failed: " + alone.err);
  }
  std::size_t seen = tally.violations.size();
  for (unsigned round = 0; tally.kills < campaign.kills && tally.violations.size() < 20; ++round) {
    KillRound(project, tally, campaign.seed + round, begin, tell).run(expected, length);
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
