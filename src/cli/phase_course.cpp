#include "phase_course.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace milepost {

namespace {

bool is_done(PlanStanding standing) {
  return standing == PlanStanding::done_before || standing == PlanStanding::passed;
}

void add_new(std::vector<std::string>& texts, std::string text) {
  if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
}

}  // namespace

std::string_view to_string(PlanStanding standing) {
  switch (standing) {
    case PlanStanding::done_before:
      return "done";
    case PlanStanding::left_out:
      return "left out";
    case PlanStanding::waiting:
      return "waiting";
    case PlanStanding::passed:
      return "passed";
    case PlanStanding::ended:
      return "ended";
    case PlanStanding::skipped:
      return "skipped";
  }
  return "waiting";
}

PhaseCourse::PhaseCourse(const Phase& phase, const PhaseChoice& choice)
    : phase_(phase), plans_(phase.plans.size()) {
  choose(choice);
  check_chosen(choice);
}

void PhaseCourse::choose(const PhaseChoice& choice) {
  std::vector<std::string> waves;
  std::vector<std::string> lower;
  bool any_wave = false;
  bool any_gap = false;
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    const PhasePlan& item = phase_.plans[i];
    add_new(waves, wave_text(item.wave));
    any_gap = any_gap || item.plan.gap_closure;
    const bool in_wave = !choice.wave || item.wave == *choice.wave;
    any_wave = any_wave || in_wave;
    if (choice.wave && item.wave < *choice.wave && !item.done) lower.push_back(item.plan.id);
    if (item.done)
      plans_[i].standing = PlanStanding::done_before;
    else if (!in_wave || (choice.gaps_only && !item.plan.gap_closure))
      plans_[i].standing = PlanStanding::left_out;
  }
  if (!any_wave)
    throw UsageError("the phase has no wave " + wave_text(*choice.wave),
                     "its waves are " + join(waves, ", "));
  if (!lower.empty())
    throw UsageError("wave " + wave_text(*choice.wave) + " cannot run while " + join(lower, ", ") +
                         " of a lower wave " + (lower.size() == 1 ? "is" : "are") + " open",
                     "run the lower waves first, or the phase without --wave");
  if (choice.gaps_only && !any_gap)
    throw UsageError("the phase has no plan that closes gaps", "such a plan says gap_closure: true");
}

void PhaseCourse::check_chosen(const PhaseChoice& choice) const {
  std::vector<std::string> faulty;
  std::vector<std::string> open;
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    const PhasePlan& item = phase_.plans[i];
    if (plans_[i].standing != PlanStanding::waiting) continue;
    for (const Diagnostic& diagnostic : item.plan.diagnostics) {
      const bool forced = choice.force && diagnostic.code == "unknown-dependency";
      if (diagnostic.severity == Severity::error && !forced) add_new(faulty, item.plan.id);
    }
    for (const ExternalPlan& external : item.externals) {
      if (!external.done && !choice.force) add_new(open, external.id);
    }
  }
  for (const PhaseRemark& remark : phase_.remarks) {
    if (remark.diagnostic.severity == Severity::error) add_new(faulty, remark.path);
  }
  if (!faulty.empty())
    throw UsageError("the phase cannot be run: there are errors in " + one_line(join(faulty, ", "), 300),
                     "milepost plan " + shell_quote(phase_.path) + " shows them");
  if (!open.empty())
    throw UsageError("plans of other phases have no summary: " + one_line(join(open, ", "), 300),
                     "do them first, or go on with --force when they are done");
}

std::string PhaseCourse::obstacle_of(std::size_t place) const {
  for (const std::size_t before : phase_.plans[place].after) {
    const PlanCourse& course = plans_[before];
    if (is_done(course.standing)) continue;
    const std::string id = phase_.plans[before].plan.id;
    if (course.standing == PlanStanding::left_out) return id + " is left out and not done";
    if (course.standing == PlanStanding::skipped) return id + " was skipped";
    return id + " did not pass (" + std::string(name_of(course.code)) + ")";
  }
  return {};
}

std::optional<std::size_t> PhaseCourse::next() {
  current_.reset();
  if (stopped_) return {};
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    if (plans_[i].standing != PlanStanding::waiting) continue;
    if (std::string obstacle = obstacle_of(i); !obstacle.empty()) {
      plans_[i] = {PlanStanding::skipped, ExitCode::ok, std::move(obstacle)};
      continue;
    }
    current_ = i;
    return i;
  }
  return {};
}

void PhaseCourse::ended(ExitCode code, std::string why) {
  if (!current_) throw InternalError("a plan ended that did not run");
  plans_[*current_] = {code == ExitCode::ok ? PlanStanding::passed : PlanStanding::ended, code,
                       std::move(why)};
  current_.reset();
  if (stops_phase(code)) stop();
}

bool PhaseCourse::stops_phase(ExitCode code) {
  return code != ExitCode::ok && code != ExitCode::failed && code != ExitCode::needs_human &&
         code != ExitCode::usage;
}

ExitCode PhaseCourse::exit_code() const {
  for (const PlanCourse& course : plans_) {
    const bool soft = course.code == ExitCode::limit || course.code == ExitCode::infra;
    if (stops_phase(course.code) && !soft) return course.code;
  }
  for (const ExitCode code :
       {ExitCode::failed, ExitCode::needs_human, ExitCode::limit, ExitCode::infra, ExitCode::usage}) {
    if (std::any_of(plans_.begin(), plans_.end(),
                    [&](const PlanCourse& course) { return course.code == code; }))
      return code;
  }
  const bool missed = std::any_of(plans_.begin(), plans_.end(), [](const PlanCourse& course) {
    return course.standing == PlanStanding::skipped || course.standing == PlanStanding::waiting;
  });
  return missed ? ExitCode::failed : ExitCode::ok;
}

}  // namespace milepost
