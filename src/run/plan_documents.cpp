#include "milepost/run/plan_documents.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/text.hpp"
#include "milepost/plan/closing_tasks.hpp"
#include "milepost/report/figures.hpp"
#include "milepost/report/handoff.hpp"
#include "milepost/report/planning_state.hpp"
#include "milepost/workspace/safe_file.hpp"

#include <algorithm>
#include <set>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t k_document_limit_bytes = 4u << 20;

/// The plan's directory relative to the code folder; nothing when it lies outside.
std::optional<fs::path> directory_of(const Plan& plan, const fs::path& root) {
  std::error_code error;
  const fs::path relative = fs::weakly_canonical(plan.path, error).parent_path().lexically_relative(root);
  if (error || relative.empty() || *relative.begin() == "..") return std::nullopt;
  return relative.lexically_normal();
}

/// `.planning` above a plan, relative to the code folder.
std::optional<fs::path> planning_directory(const fs::path& plan_directory) {
  fs::path found;
  for (const fs::path& part : plan_directory) {
    found /= part;
    if (part == ".planning") return found;
  }
  return std::nullopt;
}

struct PlanCount {
  std::size_t done = 0, total = 0;
};

/// Plans in a directory, and how many of them have a summary. Reads names only.
PlanCount count_plans(const fs::path& directory) {
  std::set<std::string> plans, summaries;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.ends_with("-PLAN.md")) plans.insert(name.substr(0, name.size() - 8));
    if (name.ends_with("-SUMMARY.md")) summaries.insert(name.substr(0, name.size() - 11));
  }
  return {static_cast<std::size_t>(std::count_if(plans.begin(), plans.end(),
                                                 [&](const auto& plan) { return summaries.contains(plan); })),
          plans.size()};
}

PlanCount count_project(const fs::path& phases) {
  PlanCount all;
  std::error_code error;
  for (fs::directory_iterator at(phases, error), end; !error && at != end; at.increment(error)) {
    if (!fs::is_directory(at->symlink_status())) continue;
    const PlanCount phase = count_plans(at->path());
    all.done += phase.done;
    all.total += phase.total;
  }
  return all;
}

PlanProgress progress_of(const Plan& plan, const RunState& state, const SummaryFacts& facts,
                         const fs::path& directory, const fs::path& phases) {
  PlanProgress progress;
  progress.phase = plan.phase;
  progress.number = plan.number;
  progress.id = plan.id;
  const PlanCount phase = count_plans(directory), project = count_project(phases);
  progress.done = phase.done;
  progress.total = phase.total;
  progress.all_done = project.done;
  progress.all_total = project.total;
  progress.date = state.updated_at.substr(0, 10);
  progress.duration = short_duration(state.time_spent());
  progress.files = facts.created.size() + facts.modified.size();
  progress.requirements = plan.requirements;
  for (const TaskState& task : state.tasks) {
    if (!plan.find(task.planned.id) || task.outcome != Outcome::completed) continue;
    ++progress.tasks;
    if (task.attempts.empty()) continue;
    const std::vector<std::string>& decisions = task.attempts.back().end.decisions;
    progress.decisions.insert(progress.decisions.end(), decisions.begin(), decisions.end());
  }
  return progress;
}

}  // namespace

std::optional<fs::path> handoff_path(const Plan& plan, const Config& config, const fs::path& root) {
  if (config.handoff == "none") return std::nullopt;
  if (config.handoff != "beside-plan") return fs::path(config.handoff) / handoff_file_name(plan);
  if (!plan.handoff_path.empty()) return fs::path(plan.handoff_path).lexically_normal();
  if (plan.format == PlanFormat::gsd) return std::nullopt;
  const auto directory = directory_of(plan, root);
  if (!directory) return std::nullopt;
  return (*directory / handoff_file_name(plan)).lexically_normal();
}

std::optional<fs::path> summary_path(const Plan& plan, const fs::path& root) {
  if (!plan.summary_path.empty()) return fs::path(plan.summary_path).lexically_normal();
  const auto directory = directory_of(plan, root);
  if (plan.format != PlanFormat::gsd || !directory) return std::nullopt;
  return (*directory / summary_file_name(plan)).lexically_normal();
}

bool is_own_document(const Plan& plan, const Config& config, const fs::path& root, const std::string& path) {
  return path == handoff_path(plan, config, root).value_or("") ||
         path == summary_path(plan, root).value_or("");
}

PlanDocuments::PlanDocuments(const Plan& plan, const Config& config, fs::path root, fs::path run_directory)
    : plan_(plan), config_(config), root_(std::move(root)), run_directory_(std::move(run_directory)) {}

void PlanDocuments::write_handoff(const RunState& state) const {
  if (config_.handoff == "none") return;
  if (const auto path = handoff_path(plan_, config_, root_)) {
    const std::string existing = read_beneath(root_, *path, k_document_limit_bytes).value_or("");
    write_beneath(root_, *path, handoff_document(plan_, state, existing));
  } else {
    write_file_atomically(run_directory_ / handoff_file_name(plan_), handoff_document(plan_, state, ""));
  }
}

std::vector<std::string> PlanDocuments::close_out(const RunState& state, SummaryFacts facts) const {
  const Plan own = without_closing_tasks(plan_);
  facts.required = required_plans();
  const std::string summary = summary_document(own, state, facts);
  if (const auto path = summary_path(plan_, root_)) {
    write_beneath(root_, *path, summary);
  } else {
    write_file_atomically(run_directory_ / summary_file_name(plan_), summary);
  }
  return move_project_on(state, facts);
}

std::vector<RequiredPlan> PlanDocuments::required_plans() const {
  std::vector<RequiredPlan> required;
  const auto directory = directory_of(plan_, root_);
  for (const std::string& id : plan_.depends_on) {
    RequiredPlan plan{id, {}};
    if (directory) {
      const auto text = read_beneath(root_, *directory / (id + "-SUMMARY.md"), k_document_limit_bytes);
      if (text) plan.provides = join(provided_by(*text), "; ");
    }
    required.push_back(std::move(plan));
  }
  for (const std::string& id : plan_.external) required.push_back({id, {}});
  return required;
}

std::vector<std::string> PlanDocuments::move_project_on(const RunState& state,
                                                        const SummaryFacts& facts) const {
  const auto directory = directory_of(plan_, root_);
  const auto planning = directory ? planning_directory(*directory) : std::nullopt;
  if (plan_.format != PlanFormat::gsd || !planning) return {};
  const PlanProgress progress = progress_of(without_closing_tasks(plan_), state, facts, root_ / *directory,
                                            (root_ / *directory).parent_path());
  std::vector<std::string> notes;
  const auto update = [&](const char* name,
                          UpdatedDocument (*change)(std::string_view, const PlanProgress&)) {
    const fs::path path = *planning / name;
    const auto text = read_beneath(root_, path, k_document_limit_bytes);
    if (!text) return;
    UpdatedDocument updated = change(*text, progress);
    if (updated.text != *text) write_beneath(root_, path, updated.text);
    for (const std::string& note : updated.notes) notes.push_back(note);
  };
  update("STATE.md", update_state_document);
  update("ROADMAP.md", update_roadmap);
  update("REQUIREMENTS.md", update_requirements);
  return notes;
}

}  // namespace milepost
