#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost::test {

/// Hears of the progress and of each violation, a line each.
using Tell = std::function<void(std::string_view)>;

struct KillCampaign {
  std::string engine;  ///< what --engine takes
  int kills = 10;      ///< of a milepost that was alive
  unsigned seed = 1;   ///< chooses the moments and who is killed; when exactly that is depends on the machine
};

/// What a campaign saw. Everything from `leaked` on is a broken promise.
struct KillTally {
  int kills = 0;          ///< SIGKILL that met a live run or resume
  int of_resumes = 0;     ///< of them, those that met a resume
  int before_begin = 0;   ///< kills before the run had its first record: it was begun again
  int in_time = 0;        ///< runs that ended before their kill
  int resumed = 0;        ///< runs that a resume brought to their end
  int same_result = 0;    ///< runs that ended like the uninterrupted one
  int leaked = 0;         ///< containers that outlived their milepost, or were left at the end
  int lost = 0;           ///< results that were there before a resume and not after it, or other results
  int false_success = 0;  ///< successes that were none
  int other = 0;          ///< an unreadable journal, a lock that stayed, a resume that failed, leftovers
  double seconds = 0;
  std::vector<std::string> violations;  ///< one line each, with the seed of its round

  /// For people; one line a figure.
  std::string table() const;
};

/// Runs a milestone again and again, kills milepost at a random moment of the run, and of the resume, with
/// SIGKILL, resumes, and compares with a run that was left alone.
KillTally run_campaign(const KillCampaign& campaign, const Tell& tell = {});

/// The same for a test: takes kills and seed from MILEPOST_TEST_KILLS and MILEPOST_TEST_KILL_SEED where they
/// are set, and prints seed and table.
KillTally run_campaign_of_test(const std::string& engine, int kills);

}  // namespace milepost::test
