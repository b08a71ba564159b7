#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/time.hpp"
#include "milepost/harness/usage.hpp"
#include "milepost/report/figures.hpp"

#include "commands.hpp"
#include "run_listing.hpp"

#include <nlohmann/json.hpp>

#include <ctime>
#include <map>

namespace milepost {

namespace {

struct Cost {
  std::size_t runs = 0, unknown = 0;
  Usage usage;
};

/// "2026-11-01", or the day that lies this duration ago, in the form of the records' times.
std::string since_text(const std::string& text) {
  if (text.size() >= 10 && text[4] == '-' && text[7] == '-') return text;
  Milliseconds ago{0};
  try {
    ago = parse_duration(text, "--since");
  } catch (const UsageError& error) {
    throw UsageError(error.what(), "give a date such as 2026-11-01, or a time such as 12h or 7d");
  }
  const std::time_t then = std::time(nullptr) - std::chrono::duration_cast<Seconds>(ago).count();
  std::tm utc{};
  ::gmtime_r(&then, &utc);
  char shown[32];
  std::strftime(shown, sizeof shown, "%Y-%m-%dT%H:%M:%S", &utc);
  return shown;
}

std::string tokens_text(const Usage& usage) {
  if (!usage.input_tokens && !usage.output_tokens) return "tokens unknown";
  return "tokens " + std::to_string(usage.input_tokens.value_or(0)) + " in, " +
         std::to_string(usage.output_tokens.value_or(0)) + " out";
}

}  // namespace

ExitCode costs_command(App& app, const Invocation& invocation) {
  const std::string since = invocation.has("since") ? since_text(*invocation.value("since")) : "";
  std::map<std::string, Cost> by_milestone;
  Cost total;
  for (const RunSummary& run : listed_runs(app, invocation)) {
    if (!run.state || run.state->started_at < since) continue;
    for (Cost* cost :
         {&by_milestone[run.state->started.plan_id + "  " + one_line(run.state->started.plan_title, 60)],
          &total}) {
      ++cost->runs;
      const Usage usage = run.state->usage();
      if (!usage.cost_usd) ++cost->unknown;
      add(cost->usage, usage);
    }
  }
  if (app.json) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& [milestone, cost] : by_milestone) {
      nlohmann::ordered_json entry = {
          {"milestone", milestone}, {"runs", cost.runs}, {"runs_of_unknown_cost", cost.unknown}};
      entry["cost_usd"] = cost.usage.cost_usd ? nlohmann::ordered_json(*cost.usage.cost_usd)
                                              : nlohmann::ordered_json(nullptr);
      list.push_back(std::move(entry));
    }
    app.print(nlohmann::ordered_json{{"milestones", list}}.dump(2, ' ', false,
                                                                nlohmann::json::error_handler_t::replace));
    return ExitCode::ok;
  }
  std::string text;
  const auto line = [&](const std::string& name, const Cost& cost) {
    text += cost_text(cost.usage) + "  " + std::to_string(cost.runs) + (cost.runs == 1 ? " run" : " runs") +
            (cost.unknown > 0 && cost.unknown < cost.runs
                 ? " (" + std::to_string(cost.unknown) + " of unknown cost)"
                 : "") +
            "  " + tokens_text(cost.usage) + "  " + name + "\n";
  };
  for (const auto& [milestone, cost] : by_milestone) line(milestone, cost);
  if (by_milestone.size() > 1) line("total", total);
  if (text.empty()) app.say("no runs" + (since.empty() ? std::string() : " since " + since));
  app.print(text);
  return ExitCode::ok;
}

}  // namespace milepost
