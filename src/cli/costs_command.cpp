#include "milepost/base/error.hpp"
#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/time.hpp"
#include "milepost/harness/usage.hpp"
#include "milepost/report/figures.hpp"

#include "commands.hpp"
#include "run_listing.hpp"
#include "time_ago.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace milepost {

namespace {

using Json = nlohmann::ordered_json;

struct Cost {
  std::size_t runs = 0, unknown = 0;
  Usage usage;
};

/// Whether it is a day of the calendar, maybe with a time of that day: the head of a record's time.
bool is_moment(const std::string& text) {
  const std::string_view rest = "2000-00-00T00:00:00.000Z";
  if (text.size() >= rest.size()) return false;
  const std::string whole = text + std::string(rest.substr(text.size()));
  const auto moment = parse_utc(whole);
  return moment && utc_text(*moment) == whole;  // the 31st of February reads as the 3rd of March
}

/// "2026-11-01", or the day that lies this duration ago, in the form of the records' times.
std::string since_text(const std::string& text) {
  const std::string next = "give a date such as 2026-11-01, or a time such as 12h or 7d";
  if (text.size() >= 10 && text[4] == '-' && text[7] == '-') {
    const std::string moment = text.ends_with('Z') ? text.substr(0, text.size() - 1) : text;
    if (!is_moment(moment)) throw UsageError("--since: there is no date '" + one_line(text, 40) + "'", next);
    return moment;
  }
  Milliseconds ago{0};
  try {
    ago = parse_duration(text, "--since");
  } catch (const UsageError& error) {
    throw UsageError(error.what(), next);
  }
  return time_ago(ago);
}

constexpr std::size_t k_to_second = std::string_view("2026-11-22T09:30:12").size();

/// The runs whose cost nobody can tell: a sum without them must not pass for the whole.
std::size_t count_unreadable(const std::vector<RunSummary>& runs, const std::string& since) {
  return static_cast<std::size_t>(std::ranges::count_if(runs, [&](const RunSummary& run) {
    const std::string begin = start_time_of(run.id);  // an id knows no part of a second
    return !run.state && !run.live &&
           (begin.empty() || begin.compare(0, k_to_second, since, 0, k_to_second) >= 0);
  }));
}

std::string tokens_text(const Usage& usage) {
  if (!usage.input_tokens && !usage.output_tokens) return "tokens unknown";
  return "tokens " + std::to_string(usage.input_tokens.value_or(0)) + " in" +
         (usage.cached_tokens ? " (+" + std::to_string(*usage.cached_tokens) + " cached)" : "") + ", " +
         std::to_string(usage.output_tokens.value_or(0)) + " out";
}

void count(Cost& cost, const Usage& usage) {
  ++cost.runs;
  if (!usage.cost_usd) ++cost.unknown;
  add(cost.usage, usage);
}

std::string milestone_of(const RunState& state) {
  return state.started.plan_id + "  " + one_line(state.started.plan_title, 60);
}

/// The name under which a run's cost counts; with `task` it counts task by task.
std::string group_of(const RunState& state, const std::string& by) {
  if (by == "model")
    return state.started.model.empty() ? state.started.harness + "'s own" : state.started.model;
  if (by == "day") return state.started_at.substr(0, 10);
  return milestone_of(state);
}

/// What each harness of a run used; a reviewer's part counts with the work that it looked at.
std::map<std::string, Usage> usage_by_harness(const RunState& state) {
  std::map<std::string, Usage> usages;
  for (const auto* tasks : {&state.tasks, &state.removed}) {
    for (const TaskState& task : *tasks) {
      for (const AttemptState& attempt : task.attempts) {
        Usage& usage = usages[attempt.harness];
        if (attempt.ended) add(usage, attempt.end.usage);
        add(usage, attempt.review_usage);
      }
    }
  }
  return usages;
}

std::map<std::string, Cost> grouped(const std::vector<RunSummary>& runs, const std::string& since,
                                    const std::string& by) {
  std::map<std::string, Cost> groups;
  for (const RunSummary& run : runs) {
    if (!run.state || run.state->started_at < since) continue;
    if (by == "harness") {
      for (const auto& [harness, usage] : usage_by_harness(*run.state)) count(groups[harness], usage);
      continue;
    }
    if (by != "task") {
      count(groups[group_of(*run.state, by)], run.state->usage());
      continue;
    }
    for (const auto* tasks : {&run.state->tasks, &run.state->removed}) {
      for (const TaskState& task : *tasks) {
        if (!task.attempts.empty())
          count(groups[run.state->started.plan_id + " " + task.planned.id.value + "  " +
                       one_line(task.planned.title, 60)],
                task.usage());
      }
    }
  }
  return groups;
}

Json costs_json(const std::string& by, const std::map<std::string, Cost>& groups, std::size_t unreadable) {
  Json list = Json::array();
  const auto figure = [](const auto& value) { return value ? Json(*value) : Json(); };
  for (const auto& [name, cost] : groups) {
    list.push_back({{by, name},
                    {"runs", cost.runs},
                    {"runs_of_unknown_cost", cost.unknown},
                    {"cost_usd", figure(cost.usage.cost_usd)},
                    {"input_tokens", figure(cost.usage.input_tokens)},
                    {"cached_tokens", figure(cost.usage.cached_tokens)},
                    {"output_tokens", figure(cost.usage.output_tokens)}});
  }
  return {{by + "s", list}, {"unreadable_runs", unreadable}};
}

}  // namespace

ExitCode costs_command(App& app, const Invocation& invocation) {
  const std::string since = invocation.has("since") ? since_text(*invocation.value("since")) : "";
  const std::string by = invocation.value("by").value_or("milestone");
  const std::vector<std::string> known = {"milestone", "task", "harness", "model", "day"};
  if (std::find(known.begin(), known.end(), by) == known.end())
    throw UsageError("--by " + one_line(by, 60) + ": costs can be told by " + join(known, ", "));
  const std::vector<RunSummary> runs = listed_runs(app, invocation);
  const std::map<std::string, Cost> groups = grouped(runs, since, by);
  const std::size_t unreadable = count_unreadable(runs, since);
  if (app.json) {
    app.print(to_json_text(costs_json(by, groups, unreadable), JsonForm::document));
    return ExitCode::ok;
  }
  Cost total;
  std::string text;
  const auto line = [&](const std::string& name, const Cost& cost) {
    text += cost_text(cost.usage) + "  " + counted(cost.runs, by == "task" ? "time" : "run") +
            (cost.unknown > 0 && cost.unknown < cost.runs
                 ? " (" + std::to_string(cost.unknown) + " of unknown cost)"
                 : "") +
            "  " + tokens_text(cost.usage) + "  " + name + "\n";
  };
  for (const auto& [name, cost] : groups) {
    line(name, cost);
    total.runs += cost.runs;
    total.unknown += cost.unknown;
    add(total.usage, cost.usage);
  }
  if (groups.size() > 1) line("total", total);
  if (unreadable > 0) {
    app.say("warning: in no sum is what cannot be read: " + counted(unreadable, "run") +
            "; `milepost history" + (invocation.has("all") ? " --all" : "") + "` says why");
  }
  if (text.empty() && unreadable == 0)
    app.say("no runs" + (since.empty() ? std::string() : " since " + since));
  app.print(text);
  return ExitCode::ok;
}

}  // namespace milepost
