#include "milepost/plan/phase.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/plan/parse.hpp"

#include "phase_lint.hpp"
#include "phase_order.hpp"
#include "summary_index.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_most_plans = 500;
constexpr std::string_view k_plan_ending = "PLAN.md";

bool is_plan_name(const std::string& name) {
  return name == k_plan_ending || name.ends_with("-PLAN.md");
}

/// "78-PLAN-CHECK.md", "01-PLAN-fixes.md": not read, but perhaps meant as plans.
bool looks_like_plan(const std::string& name) {
  return name.ends_with(".md") && name.find("PLAN") != std::string::npos && !is_plan_name(name);
}

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
    names.push_back(at->path().filename().string());
  if (error)
    throw UsageError(
        "the directory " + one_line(directory.string(), 300) + " cannot be read: " + error.message(),
        "name a directory of plans, such as .planning/phases/37-name");
  std::sort(names.begin(), names.end());
  return names;
}

/// The plan's name with SUMMARY for PLAN.
std::string summary_name(const std::string& plan_name) {
  return plan_name.substr(0, plan_name.size() - k_plan_ending.size()) + "SUMMARY.md";
}

[[noreturn]] void no_plans(const fs::path& directory, const std::vector<std::string>& names) {
  std::string phase;
  for (const std::string& name : names) {
    std::error_code ignored;
    if (!fs::is_directory(directory / name, ignored)) continue;
    const std::vector<std::string> inner = names_in(directory / name);
    if (std::any_of(inner.begin(), inner.end(), is_plan_name)) phase = name;
  }
  throw UsageError("the directory " + one_line(directory.string(), 300) + " holds no plan (…-PLAN.md)",
                   phase.empty()
                       ? "name a directory of GSD plans, or one plan file"
                       : "name one phase of it, such as " + shell_quote((directory / phase).string()));
}

std::vector<ExternalPlan> externals_of(const Plan& plan, const fs::path& directory,
                                       std::optional<parsing::SummaryIndex>& done) {
  std::vector<ExternalPlan> externals;
  for (const std::string& id : plan.external) {
    if (!done) done.emplace(directory);
    externals.push_back({id, done->holds(id)});
  }
  return externals;
}

}  // namespace

const PhasePlan* Phase::find(const std::string& id) const {
  const auto at =
      std::find_if(plans.begin(), plans.end(), [&](const PhasePlan& item) { return item.plan.id == id; });
  return at == plans.end() ? nullptr : &*at;
}

Phase read_phase(const fs::path& directory) {
  Phase phase;
  phase.path = directory.string();
  while (phase.path.size() > 1 && phase.path.ends_with('/')) phase.path.pop_back();
  std::error_code ignored;
  phase.name = valid_utf8(fs::weakly_canonical(phase.path, ignored).filename().string());

  const std::vector<std::string> names = names_in(directory);
  if (std::none_of(names.begin(), names.end(), is_plan_name)) no_plans(phase.path, names);
  std::optional<parsing::SummaryIndex> done;
  for (const std::string& name : names) {
    const std::string path = (fs::path(phase.path) / name).string();
    const Span top{1, 1, 1};
    if (looks_like_plan(name)) {
      phase.remarks.push_back(
          {path,
           {Severity::warning, "plan-lookalike", top,
            "the file is not read: the name of a plan ends in -PLAN.md", "rename it if it is a plan"}});
    }
    if (!is_plan_name(name)) continue;
    if (phase.plans.size() == k_most_plans) {
      phase.remarks.push_back({path,
                               {Severity::error, "too-many-plans", top,
                                "the phase has more than 500 plans; those from here on are not read",
                                "split it into several phases"}});
      break;
    }
    try {
      PhasePlan item;
      item.plan = parse_plan_file(path);
      item.summary = (fs::path(phase.path) / summary_name(name)).string();
      item.done = std::binary_search(names.begin(), names.end(), summary_name(name));
      item.externals = externals_of(item.plan, phase.path, done);
      phase.plans.push_back(std::move(item));
    } catch (const UsageError& error) {
      phase.remarks.push_back(
          {path, {Severity::error, "unreadable-plan", top, error.what(), error.next_step()}});
    }
  }
  arrange(phase);
  return phase;
}

void arrange(Phase& phase) {
  const parsing::PhaseOrder order = parsing::order_plans(phase);
  parsing::lint_phase(phase, order);
  std::stable_sort(phase.remarks.begin(), phase.remarks.end(),
                   [](const PhaseRemark& a, const PhaseRemark& b) {
                     return std::tie(a.path, a.diagnostic.at.line) < std::tie(b.path, b.diagnostic.at.line);
                   });
}

std::string wave_text(double wave) {
  char text[32];
  const auto result = std::to_chars(text, text + sizeof text, wave);
  return {text, result.ptr};
}

bool may_run_together(const Phase& phase, std::size_t a, std::size_t b) {
  const PhasePlan& earlier = phase.plans[std::min(a, b)];
  const PhasePlan& later = phase.plans[std::max(a, b)];
  if (a == b || earlier.wave != later.wave) return false;
  return std::none_of(later.shares.begin(), later.shares.end(),
                      [&](const SharedFile& shared) { return shared.with == std::min(a, b); });
}

std::vector<std::string> phase_diagnostics(const Phase& phase, Severity least) {
  std::vector<std::string> texts;
  const auto add = [&](const Diagnostic& diagnostic, const std::string& path) {
    if (diagnostic.severity >= least) texts.push_back(to_text(diagnostic, path));
  };
  for (const PhasePlan& item : phase.plans) {
    for (const Diagnostic& diagnostic : item.plan.diagnostics) add(diagnostic, item.plan.path);
  }
  for (const PhaseRemark& remark : phase.remarks) add(remark.diagnostic, remark.path);
  return texts;
}

bool has_faults(const Phase& phase, bool warnings) {
  const auto counts = [&](const Diagnostic& diagnostic) {
    return diagnostic.severity == Severity::error || (warnings && diagnostic.severity == Severity::warning);
  };
  return std::any_of(phase.remarks.begin(), phase.remarks.end(),
                     [&](const PhaseRemark& remark) { return counts(remark.diagnostic); }) ||
         std::any_of(phase.plans.begin(), phase.plans.end(), [&](const PhasePlan& item) {
           return std::any_of(item.plan.diagnostics.begin(), item.plan.diagnostics.end(), counts);
         });
}

}  // namespace milepost
