#pragma once

#include "milepost/cli/app.hpp"
#include "milepost/plan/plan.hpp"
#include "milepost/run/run_rules.hpp"
#include "milepost/state/run_event.hpp"
#include "milepost/verify/verifier.hpp"

#include <optional>
#include <string>
#include <vector>

namespace milepost {

class ShadowGit;
struct OpenedRun;
struct ValidatedEnvironment;

/// What a session's first record tells of its command line and its environment.
struct SessionOpening {
  std::optional<TaskId> only = {};         ///< a single task
  std::optional<std::string> volume = {};  ///< the harness volume
  std::vector<std::string> settings = {};  ///< of the command line, for those that go on with the run
  bool pull_request = false;               ///< one is wanted at the end
};

/// The journal's first record of this session: of a new run, or of one that goes on.
RunRecord opening_record(const OpenedRun& run, const Plan& plan, const ValidatedEnvironment& valid,
                         const ShadowGit& git, const SessionOpening& opening);

/// The commands of the setting `verify`, each with where it was set.
std::vector<VerifyCommand> checks_of(const LoadedConfig& loaded);

/// The rules that the tasks of a run follow.
RunRules rules_of(const App& app, const Config& config, const Plan& plan);

}  // namespace milepost
