#include "phase_lint.hpp"

#include "milepost/base/text.hpp"

#include "gsd_name.hpp"

#include <algorithm>

namespace milepost::parsing {

namespace {

Span place_of(const Plan& plan, const std::string& key) {
  const auto at = plan.places.find(key);
  return at == plan.places.end() ? Span{1, 1, 1} : at->second;
}

/// Adds a diagnostic at the value of a key of the front matter.
void tell(PhasePlan& item, const std::string& key, Diagnostic diagnostic) {
  diagnostic.at = place_of(item.plan, key);
  item.plan.diagnostics.push_back(std::move(diagnostic));
}

void check_dependencies(Phase& phase, const PhaseOrder& order) {
  std::vector<std::string> ids;
  for (const PhasePlan& item : phase.plans) ids.push_back(item.plan.id);
  for (PhasePlan& item : phase.plans) {
    for (const std::string& name : item.unknown) {
      const auto near = nearest(name, ids);
      tell(item, "depends_on",
           {Severity::error,
            "unknown-dependency",
            {},
            "plan " + item.plan.id + " depends on " + one_line(name, 80) + ", which the phase does not have",
            near && *near != item.plan.id ? "did you mean " + *near + "?"
                                          : "name a plan of this directory, or run with --force"});
    }
    for (const ExternalPlan& external : item.externals) {
      if (external.done) continue;
      tell(item, "depends_on",
           {Severity::warning,
            "external-open",
            {},
            "plan " + item.plan.id + " depends on " + one_line(external.id, 80) +
                " of another phase, which has no summary",
            "do that one first, or run with --force when it is done"});
    }
  }
  for (const AmbiguousDependency& ambiguous : order.ambiguous) {
    tell(phase.plans[ambiguous.plan], "depends_on",
         {Severity::error,
          "ambiguous-dependency",
          {},
          "plan " + phase.plans[ambiguous.plan].plan.id + " depends on " + one_line(ambiguous.name, 80) +
              ", which may be " + join(ambiguous.candidates, " or "),
          "write the whole id"});
  }
  if (order.cycle.empty()) return;
  std::string names;
  for (const std::size_t place : order.cycle) names += phase.plans[place].plan.id + " -> ";
  names += phase.plans[order.cycle.front()].plan.id;
  tell(phase.plans[order.cycle.front()], "depends_on",
       {Severity::error,
        "dependency-cycle",
        {},
        "the plans depend on each other: " + one_line(names, 400),
        "remove one of these dependencies"});
}

void check_ids(Phase& phase) {
  for (std::size_t i = 0; i < phase.plans.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Plan& other = phase.plans[j].plan;
      Plan& plan = phase.plans[i].plan;
      const bool same_numbers = !plan.phase.empty() && !plan.number.empty() &&
                                same_number(plan.phase, other.phase) &&
                                same_number(plan.number, other.number);
      if (plan.id != other.id && !same_numbers) continue;
      plan.diagnostics.push_back({Severity::error,
                                  "duplicate-id",
                                  {1, 1, 1},
                                  "plan " + plan.id + " has the number of " + other.path,
                                  "give each plan a number of its own"});
      break;
    }
  }
}

/// Here the graph is known, so this takes the place of what a single plan could tell.
void check_waves(Phase& phase) {
  for (PhasePlan& item : phase.plans) {
    std::erase_if(item.plan.diagnostics,
                  [](const Diagnostic& diagnostic) { return diagnostic.code == "wave-order"; });
    if (!item.plan.wave) continue;
    const std::string declared = wave_text(*item.plan.wave);
    std::vector<std::string> before;
    for (const std::size_t place : item.after) before.push_back(phase.plans[place].plan.id);
    if (*item.plan.wave < item.wave) {
      tell(item, "wave",
           {Severity::warning,
            "wave-order",
            {},
            "plan " + item.plan.id + " declares wave " + declared + " but runs in wave " +
                wave_text(item.wave) + (before.empty() ? "" : ", behind " + join(before, ", ")),
            "declare wave " + wave_text(item.wave) + ", or remove the dependency"});
    } else if (*item.plan.wave > item.level && item.externals.empty() && item.unknown.empty()) {
      tell(item, "wave",
           {Severity::warning,
            "wave-order",
            {},
            "plan " + item.plan.id + " declares wave " + declared +
                ", but nothing it depends on asks for more than wave " + wave_text(item.level),
            "name in depends_on what it waits for, or declare wave " + wave_text(item.level)});
    }
  }
}

void check_shared_files(Phase& phase) {
  for (PhasePlan& item : phase.plans) {
    for (const SharedFile& shared : item.shares) {
      tell(item, "files_modified",
           {Severity::warning,
            "shared-file",
            {},
            "plan " + item.plan.id + " changes " + one_line(shared.file, 120) + " as " +
                phase.plans[shared.with].plan.id +
                " does, in the same wave; they must run one after the other",
            "make one depend on the other, or give them different files"});
    }
  }
}

}  // namespace

void lint_phase(Phase& phase, const PhaseOrder& order) {
  check_ids(phase);
  check_dependencies(phase, order);
  check_waves(phase);
  check_shared_files(phase);
  for (PhasePlan& item : phase.plans) {
    std::stable_sort(item.plan.diagnostics.begin(), item.plan.diagnostics.end(),
                     [](const Diagnostic& a, const Diagnostic& b) {
                       return a.at.line != b.at.line ? a.at.line < b.at.line : a.at.column < b.at.column;
                     });
  }
}

}  // namespace milepost::parsing
