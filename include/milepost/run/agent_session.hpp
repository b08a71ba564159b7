#pragma once

#include "milepost/base/secret_mask.hpp"
#include "milepost/base/time.hpp"
#include "milepost/container/coding_agent_container.hpp"
#include "milepost/harness/event.hpp"
#include "milepost/harness/profile.hpp"
#include "milepost/run/disk_watch.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace milepost {

/// What came out of one run of a harness.
struct AgentOutput {
  ProcessEnd end;
  std::optional<ResultEvent> result;   ///< the last terminal event
  bool contradicting_results = false;  ///< terminal events that do not agree, or for another session
  std::string session_id;              ///< as the harness said; may be empty
  std::string last_text;               ///< the agent's last message
  bool worked = false;                 ///< it said or did something
  std::string stderr_tail;
  std::string log_problem;   ///< its output could not be recorded
  std::string disk_problem;  ///< it was killed for what it did to the disk
  std::string model;         ///< as the harness said; may be empty
  Usage so_far;              ///< what its stream told before the end: all there is when the result never came
  std::string limit_reached;    ///< the limit that it was ended for; empty: none
  bool limit_is_turns = false;  ///< that limit is SpendingLimits::turns
};

/// What one run of a harness may use up before it is ended; kept by milepost, whatever the harness can do
/// itself.
struct SpendingLimits {
  std::optional<double> usd;
  std::optional<std::uint64_t> tokens;  ///< input and output, cached ones apart
  std::optional<std::uint64_t> turns;
  /// Estimates the cost of a usage that has none; may be empty.
  std::function<void(Usage&, const std::string& model)> estimate_cost;
};

/// How to run it and where to record it.
struct AgentRun {
  ProcessSpec spec;  ///< complete: argv, environment, limits, input
  const HarnessProfile& harness;
  std::filesystem::path log_directory;  ///< gets stdout.log and stderr.log, or stdout-2.log… when they exist
  std::uint64_t log_cap_bytes = 0;
  Milliseconds completion_grace{0};  ///< from the terminal event to the kill
  std::function<void(const std::string& session_id)>
      on_session;                            ///< once, on the calling thread's behalf: may block
  std::function<void(AgentEvent)> on_event;  ///< live; must not block
  const SecretMask& mask;                    ///< of its output, before anything is recorded, parsed or shown
  SpendingLimits limits = {};
  DiskWatch* disk = nullptr;  ///< asked every second; null: nobody watches
};

/// Runs a harness in the container to the death of its tree, recording its raw output. Blocks. A stop kills
/// the tree and is seen as end.reason == asked.
AgentOutput run_agent(RunningContainer& container, const AgentRun& run, std::stop_token stop);

}  // namespace milepost
