#pragma once

#include "e2e/support.hpp"
#include "kill_campaign.hpp"

#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace milepost::test {

/// The tasks of the campaign's milestone.
const std::vector<Step>& campaign_tasks();
/// The words of a `run` or `resume` of it.
Words campaign_command(const std::string& verb, bool fresh = false);

/// What a finished run leaves, without what rightly differs after an interruption.
struct RoundResult {
  std::string tree;  ///< of HEAD, without the hand-off document, which tells attempts and times
  Words subjects;
  bool operator==(const RoundResult&) const = default;
};

/// One run of the milestone that is killed, resumed and looked at.
class KillRound {
 public:
  KillRound(const Project& project, KillTally& tally, unsigned seed, const std::string& begin,
            const Tell& tell);

  void run(const RoundResult& expected, Clock::duration length);

  RoundResult result() const;

  void clean();

 private:
  void broken(int& count, const std::string& what);

  /// Starts it and kills it; how it ended when it ended before.
  std::optional<Ended> interrupted(const Words& words, Clock::duration length, bool resume);

  void check_after_kill();

  void check_journals();

  /// A run that died before its first record is listed as that, and has nothing that could be lost.
  static bool harmless(const std::string& problem);

  std::string newest_run() const;

  bool never_begun(const Ended& resume) const;

  Words commits() const;

  void check_kept(const Words& before);

  void check_end(const RoundResult& expected, bool success);

  /// Every task is completed, and worked no more often than the report tells.
  void check_report();

  /// A lock of git's stops the user's next command.
  void check_leftovers();

  const Project& project_;
  KillTally& tally_;
  unsigned seed_;
  std::mt19937 random_;
  std::string begin_;
  std::string earlier_;  ///< the newest run of the rounds before
  const Tell& tell_;
};

}  // namespace milepost::test
