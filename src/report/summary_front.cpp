#include "milepost/base/text.hpp"
#include "milepost/report/summary.hpp"

#include "summary_data.hpp"
#include "yaml_text.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>

namespace milepost {

namespace {

/// "2026-02-01T01:34:36.123Z" without the fraction.
std::string whole_seconds(const std::string& time) {
  const std::size_t dot = time.find('.');
  return dot == std::string::npos ? time : time.substr(0, dot) + "Z";
}

void add_new(std::vector<std::string>& list, const std::string& entry) {
  if (std::find(list.begin(), list.end(), entry) == list.end()) list.push_back(entry);
}

const AttemptEnded* last_end(const TaskState& task) {
  return task.attempts.empty() || !task.attempts.back().ended ? nullptr : &task.attempts.back().end;
}

/// The phase as its directory spells it, else as the plan's id does.
std::string phase_of(const Plan& plan) {
  if (plan.phase.empty()) return plan.id;
  const std::string directory = std::filesystem::path(plan.path).parent_path().filename().string();
  return directory.starts_with(plan.phase + "-") ? directory : plan.phase;
}

std::string required_plans(const std::vector<RequiredPlan>& required) {
  if (required.empty()) return "requires: []\n";
  std::string text = "requires:\n";
  for (const RequiredPlan& before : required)
    text +=
        "  - phase: " + yaml_scalar(before.plan) + "\n    provides: " + yaml_scalar(before.provides) + "\n";
  return text;
}

}  // namespace

SummaryData::SummaryData(const Plan& the_plan, const RunState& the_state, const SummaryFacts& the_facts)
    : plan(the_plan), state(the_state), facts(the_facts), phase(phase_of(the_plan)) {
  for (const TaskState& task : state.tasks) {
    if (!plan.find(task.planned.id)) continue;
    tasks.push_back(&task);
    if (!task.started_at.empty() && (started.empty() || task.started_at < started)) started = task.started_at;
    completed = std::max(completed, task.finished_at);
    if (!task.attempts.empty())
      evidence.insert(evidence.end(), task.attempts.back().evidence.begin(),
                      task.attempts.back().evidence.end());
  }
  evidence.insert(evidence.end(), facts.checks.begin(), facts.checks.end());
  evidence = apply_overrides(std::move(evidence), state.overrides);
  started = whole_seconds(started);
  completed = whole_seconds(completed);
}

std::vector<std::string> SummaryData::all(std::vector<std::string> WorkNotes::*list) const {
  std::vector<std::string> entries;
  for (const TaskState* task : tasks) {
    if (const AttemptEnded* end = last_end(*task)) {
      for (const std::string& entry : end->notes.*list) add_new(entries, entry);
    }
  }
  return entries;
}

std::vector<std::string> SummaryData::decisions() const {
  std::vector<std::string> entries;
  for (const TaskState* task : tasks) {
    if (const AttemptEnded* end = last_end(*task)) {
      for (const std::string& entry : end->decisions) add_new(entries, entry);
    }
  }
  return entries;
}

std::string SummaryData::last(std::string WorkNotes::*text) const {
  std::string found;
  for (const TaskState* task : tasks) {
    const AttemptEnded* end = last_end(*task);
    if (end && !(end->notes.*text).empty()) found = end->notes.*text;
  }
  return found;
}

std::string short_duration(Milliseconds duration) {
  const auto minutes = std::max<std::int64_t>(1, std::chrono::round<std::chrono::minutes>(duration).count());
  if (minutes < 60) return std::to_string(minutes) + "min";
  return std::to_string(minutes / 60) + "h " + std::to_string(minutes % 60) + "m";
}

std::string summary_front_matter(const SummaryData& data) {
  std::string text = "---\nphase: " + yaml_scalar(data.phase) + "\n";
  text += "plan: " + yaml_scalar(data.plan.number.empty() ? data.plan.id : data.plan.number) + "\n";
  if (const std::string subsystem = data.last(&WorkNotes::subsystem); !subsystem.empty())
    text += "subsystem: " + yaml_scalar(subsystem) + "\n";
  text += "tags: " + yaml_flow_list(data.all(&WorkNotes::tags)) + "\n";

  text += "\n# Dependency graph\n" + required_plans(data.facts.required);
  text += yaml_block_list("provides", data.all(&WorkNotes::provides));
  text += "affects: " + yaml_flow_list(data.all(&WorkNotes::affects)) + "\n";

  text += "\n# Tech tracking\ntech-stack:\n";
  text += yaml_block_list("added", data.all(&WorkNotes::tech_added), 2);
  text += yaml_block_list("patterns", data.all(&WorkNotes::patterns), 2);

  text += "\nkey-files:\n" + yaml_block_list("created", data.facts.created, 2) +
          yaml_block_list("modified", data.facts.modified, 2);
  if (!data.facts.deleted.empty()) text += yaml_block_list("deleted", data.facts.deleted, 2);

  text += "\n" + yaml_block_list("key-decisions", data.decisions());
  text += "\n" + yaml_block_list("patterns-established", data.all(&WorkNotes::patterns));
  const Verdict verdict = overall(data.evidence);
  const bool met = verdict != Verdict::failed && verdict != Verdict::infra_error;
  text += "\nrequirements-completed: " +
          yaml_flow_list(met ? data.plan.requirements : std::vector<std::string>()) + "\n";

  text += "\n# Metrics\nduration: " + short_duration(data.state.time_spent()) + "\n";
  if (data.completed.size() >= 10) text += "completed: " + data.completed.substr(0, 10) + "\n";
  return text + "---\n";
}

std::vector<std::string> provided_by(std::string_view summary) {
  std::vector<std::string> provided;
  const std::vector<std::string_view> lines = lines_of(summary);
  if (lines.empty() || trim(lines.front()) != "---") return provided;
  std::string front;
  for (std::size_t i = 1; i < lines.size() && trim(lines[i]) != "---"; ++i)
    front += std::string(lines[i]) + "\n";
  try {
    const YAML::Node root = YAML::Load(front);
    if (!root.IsMap()) return provided;
    const YAML::Node graph = root["dependency_graph"];
    const YAML::Node list = root["provides"] || !graph ? root["provides"] : graph["provides"];
    if (!list || !list.IsSequence()) return provided;
    for (const YAML::Node& entry : list) {
      if (entry.IsScalar()) provided.push_back(entry.Scalar());
    }
  } catch (const YAML::Exception&) {
    return {};  // One in thirty-five is no valid YAML.
  }
  return provided;
}

}  // namespace milepost
