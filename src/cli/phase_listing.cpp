#include "phase_listing.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>

namespace milepost {

namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// What the plan waits for, and with whom it must not run.
std::string notes_of(const PhasePlan& item, const Phase& phase) {
  std::vector<std::string> after;
  for (const std::size_t before : item.after) after.push_back(phase.plans[before].plan.id);
  for (const ExternalPlan& external : item.externals)
    after.push_back(external.id + (external.done ? " (done)" : " (no summary)"));
  std::string notes;
  if (!after.empty()) notes += "  after " + one_line(join(after, ", "), 120);
  if (item.plan.gap_closure) notes += "  closes gaps";
  if (!item.shares.empty()) {
    std::vector<std::string> with;
    for (const SharedFile& shared : item.shares) with.push_back(phase.plans[shared.with].plan.id);
    notes += "  not beside " + one_line(join(with, ", "), 120);
  }
  return notes;
}

}  // namespace

std::string phase_listing(const Phase& phase, const std::function<std::string(const PhasePlan&)>& state) {
  std::size_t id_width = 0;
  std::size_t state_width = 0;
  std::size_t waves = 0;
  for (std::size_t i = 0; i < phase.plans.size(); ++i) {
    id_width = std::max(id_width, one_line(phase.plans[i].plan.id, 40).size());
    state_width = std::max(state_width, state(phase.plans[i]).size());
    if (i == 0 || phase.plans[i].wave != phase.plans[i - 1].wave) ++waves;
  }
  const auto done = static_cast<std::size_t>(
      std::count_if(phase.plans.begin(), phase.plans.end(), [](const PhasePlan& item) { return item.done; }));
  std::string text = one_line(phase.name, 100) + "  " + counted(phase.plans.size(), "plan") + ", " +
                     counted(waves, "wave") + ", " + std::to_string(done) + " done\n";
  for (std::size_t i = 0; i < phase.plans.size(); ++i) {
    const PhasePlan& item = phase.plans[i];
    if (i == 0 || item.wave != phase.plans[i - 1].wave) text += "  wave " + wave_text(item.wave) + "\n";
    text += "    " + padded(one_line(item.plan.id, 40), id_width) + "  " + padded(state(item), state_width) +
            "  " + one_line(item.plan.title, 70) + "  (" + counted(item.plan.tasks.size(), "task") + ")" +
            notes_of(item, phase) + "\n";
  }
  return text;
}

std::string phase_listing(const Phase& phase) {
  return phase_listing(phase, [](const PhasePlan& item) { return std::string(item.done ? "done" : "open"); });
}

}  // namespace milepost
