#pragma once

#include "milepost/config/config.hpp"
#include "milepost/container/coding_agent_container.hpp"
#include "milepost/harness/profile.hpp"
#include "milepost/plan/plan.hpp"
#include "milepost/run/agent_session.hpp"
#include "milepost/verify/evidence.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace milepost {

/// What a reviewer said, and what it used.
struct Review {
  std::vector<Evidence> evidence;
  Usage usage;
};

/// A second agent that judges the first one's work, in a session of its own that never wrote code: only when
/// the user configures one (`review.harness`). What it says is evidence of the kinds truth and review, with
/// its words.
class Reviewer {
 public:
  struct Parts {
    const Config& config;
    RunningContainer& container;
    std::shared_ptr<const HarnessProfile> harness;
    std::vector<std::string> environment;  ///< with its credentials
    const SecretMask& mask;
  };
  explicit Reviewer(Parts parts) : parts_(std::move(parts)) {}

  /// One session of the reviewer, as its caller sees it.
  struct Session {
    std::filesystem::path log_directory;
    std::function<void(AgentEvent)> on_event;  ///< live; must not block
    std::stop_token stop;
  };

  /// Judges the truths of a plan that are still manual: passed or failed with the reviewer's evidence. One
  /// that it does not judge stays as it is.
  Review judge_truths(const Plan& plan, std::vector<Evidence> truths, const Session& session) const;

  /// Looks at the diff of a task. A blocking finding fails when `may_block`, else a person has to judge.
  Review look_at(const Plan& plan, const Task& task, const std::string& diff, bool may_block,
                 const Session& session) const;

 private:
  AgentOutput ask(const std::string& prompt, const Session& session) const;
  Parts parts_;
};

/// What a reviewer's answer says of each truth, by its id; the last milepost block counts. Empty when it
/// cannot be read; `problem` says why.
struct TruthVerdict {
  std::string id;
  Verdict verdict = Verdict::manual;
  std::string evidence;
};
std::vector<TruthVerdict> read_truth_verdicts(std::string_view answer, std::string& problem);

struct Finding {
  bool blocking = false;
  std::string place;  ///< "src/a.cpp:12"; may be empty
  std::string text;
};
/// The findings of a review; no block at all is a problem, an empty list is not.
std::vector<Finding> read_findings(std::string_view answer, std::string& problem);

}  // namespace milepost
