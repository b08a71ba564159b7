#include "milepost/base/json.hpp"

#include "commands.hpp"
#include "run_listing.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

ExitCode history_command(App& app, const Invocation& invocation) {
  const std::vector<RunSummary> runs = listed_runs(app, invocation);
  if (app.json) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const RunSummary& run : runs) {
      nlohmann::ordered_json entry = {
          {"run", run.id.value}, {"standing", standing(run)}, {"directory", run.directory.string()}};
      if (run.state) {
        entry["plan"] = run.state->started.plan_path;
        entry["code_folder"] = run.state->started.code_folder;
        if (!run.state->started.only.empty()) entry["only"] = run.state->started.only;
        entry["started"] = run.state->started_at;
        entry["completed"] = run.state->count(Outcome::completed);
        entry["tasks"] = run.state->tasks.size();
        const Usage usage = run.state->usage();
        entry["cost_usd"] =
            usage.cost_usd ? nlohmann::ordered_json(*usage.cost_usd) : nlohmann::ordered_json(nullptr);
      } else {
        entry["problem"] = run.problem;
      }
      list.push_back(std::move(entry));
    }
    app.print(to_json_text(nlohmann::ordered_json{{"runs", list}}, JsonForm::document));
    return ExitCode::ok;
  }
  std::string text;
  for (const RunSummary& run : runs) text += run_line(run) + "\n";
  if (text.empty()) app.say("no runs yet");
  app.print(text);
  return ExitCode::ok;
}

}  // namespace milepost
