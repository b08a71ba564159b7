#include "run_listing.hpp"

#include "milepost/base/text.hpp"
#include "milepost/report/figures.hpp"

#include <algorithm>
#include <cstdio>

namespace milepost {

std::string standing(const RunSummary& run) {
  if (run.live) return "running";
  if (!run.state) return "unreadable";
  if (!run.state->ended) return "interrupted";
  return std::string(name_of(run.state->ended->exit_code));
}

std::string run_line(const RunSummary& run) {
  std::string line = run.id.value + "  " + standing(run);
  if (!run.state) return line + "  " + one_line(run.problem, 200);
  const RunState& state = *run.state;
  line += "  " + one_line(state.started.plan_id, 40) + "  " + one_line(state.started.plan_title, 60) +
          (state.started.only.empty() ? "" : " (task " + one_line(state.started.only, 40) + " only)") + "  " +
          std::to_string(state.count(Outcome::completed)) + "/" + std::to_string(state.tasks.size()) +
          " tasks  " + cost_text(state.usage()) + "  " + state.started.harness;
  return line;
}

std::vector<RunSummary> listed_runs(const App& app, const Invocation& invocation) {
  if (!invocation.has("all")) return app.store(app.code_folder()).runs();
  std::vector<RunSummary> all;
  for (const RunStore& store : all_stores(app.directories.state)) {
    for (RunSummary& run : store.runs()) all.push_back(std::move(run));
  }
  std::sort(all.begin(), all.end(), [](const RunSummary& a, const RunSummary& b) { return b.id < a.id; });
  return all;
}

}  // namespace milepost
