#include "run/fake_task_runner.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"

#include <fstream>

namespace milepost::test {

namespace {

template <class T>
T nth(const std::map<std::string, std::vector<T>>& script, const std::string& task, int index, T fallback) {
  const auto found = script.find(task);
  if (found == script.end() || index >= static_cast<int>(found->second.size())) return fallback;
  return found->second[static_cast<std::size_t>(index)];
}

}  // namespace

AttemptEnded ended(Outcome outcome, const std::string& result, const std::string& detail) {
  AttemptEnded end;
  end.outcome = outcome;
  end.result = result;
  end.detail = detail;
  end.summary = outcome == Outcome::completed ? "did it" : "";
  end.usage.cost_usd = 0.25;
  return end;
}

void FakeTaskRunner::note(const std::string& effect) {
  std::ofstream(effects_ / file_name_of(effect), std::ios::app) << "x";
}

int FakeTaskRunner::count(const std::string& effect) const {
  std::error_code missing;
  const auto size = std::filesystem::file_size(effects_ / file_name_of(effect), missing);
  return missing ? 0 : static_cast<int>(size);
}

std::string FakeTaskRunner::snapshot(const Task& task, unsigned attempt) {
  at("snapshot");
  return "snapshot-" + task.id.value + "-" + std::to_string(attempt);
}

AttemptEnded FakeTaskRunner::attempt(const Task& task, const AttemptRequest& request, Recorder& recorder,
                                     std::stop_token stop) {
  requests.push_back(request);
  at("attempt begins");
  recorder.show(task.id, AgentText{"working on " + task.id.value});
  for (const AgentEvent& event : events) recorder.show(task.id, event);
  if (stop.stop_requested()) throw Stopped(2);
  // An attempt that was interrupted before its end was recorded is the same one again.
  int index = 0;
  const RunState now = recorder.state();
  for (const AttemptState& earlier : now.find(task.id)->attempts) index += earlier.ended ? 1 : 0;
  std::ofstream(effects_ / file_name_of("index " + task.id.value)) << index;
  note("attempt " + task.id.value);
  AttemptEnded end = nth(script, task.id.value, index, ended(Outcome::completed, "success"));
  at("attempt ends");
  return end;
}

Verified FakeTaskRunner::verify(const Task& task, unsigned, Recorder&, std::stop_token) {
  at("verification");
  if (!has_checks) return {};
  int index = 0;
  std::ifstream(effects_ / file_name_of("index " + task.id.value)) >> index;
  Evidence evidence;
  evidence.command = "check " + task.id.value;
  evidence.verdict = nth(verdicts, task.id.value, index, Verdict::passed);
  evidence.detail = "exit " + std::to_string(evidence.verdict == Verdict::passed ? 0 : 1);
  Verified verified;
  verified.evidence = {evidence};
  return verified;
}

Committed FakeTaskRunner::commit(const Task& task, const CommitTask& request) {
  commits.push_back(request);
  at("commit begins");
  if (count("commit " + task.id.value) == 0) note("commit " + task.id.value);
  at("commit made");
  Committed committed;
  committed.task = task.id;
  committed.commit = "commit-of-" + task.id.value + "-since-" + std::to_string(request.since_attempt);
  return committed;
}

}  // namespace milepost::test
