#include "milepost/plan/phase_dot.hpp"

#include "dot_text.hpp"

#include <set>

namespace milepost {

using parsing::dot_label;
using parsing::dot_text;

std::string phase_to_dot(const Phase& phase) {
  std::string dot =
      "digraph phase {\n  rankdir=LR;\n  label=" + dot_text(phase.name) + ";\n  node [shape=box];\n";
  std::size_t cluster = 0;
  for (std::size_t i = 0; i < phase.plans.size();) {
    const double wave = phase.plans[i].wave;
    dot += "  subgraph cluster_" + std::to_string(++cluster) +
           " {\n    label=" + dot_text("wave " + wave_text(wave)) + ";\n";
    for (; i < phase.plans.size() && phase.plans[i].wave == wave; ++i) {
      const PhasePlan& item = phase.plans[i];
      dot += "    " + dot_text(item.plan.id) + " [label=" + dot_label(item.plan.id, item.plan.title) +
             (item.done ? ", style=filled" : "") + "];\n";
    }
    dot += "  }\n";
  }
  std::set<std::string> outside;
  for (const PhasePlan& item : phase.plans) {
    for (const ExternalPlan& external : item.externals) {
      if (outside.insert(external.id).second)
        dot += "  " + dot_text(external.id) +
               " [shape=folder, style=" + (external.done ? "filled" : "dashed") + "];\n";
    }
  }
  for (const PhasePlan& item : phase.plans) {
    const std::string own = dot_text(item.plan.id);
    for (const std::size_t before : item.after)
      dot += "  " + dot_text(phase.plans[before].plan.id) + " -> " + own + ";\n";
    for (const ExternalPlan& external : item.externals)
      dot += "  " + dot_text(external.id) + " -> " + own + " [style=dashed];\n";
    for (const SharedFile& shared : item.shares)
      dot += "  " + dot_text(phase.plans[shared.with].plan.id) + " -> " + own +
             " [dir=none, style=dotted, label=" + dot_text(shared.file) + "];\n";
  }
  return dot + "}\n";
}

}  // namespace milepost
