#include "milepost/base/error.hpp"
#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/time.hpp"
#include "milepost/run/container_task_runner.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include "commands.hpp"
#include "run_choice.hpp"
#include "terminal_question.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace milepost {

namespace {

struct Choice {
  const TaskState* task = nullptr;
  const AttemptState* attempt = nullptr;
};

/// The attempt's snapshot that the command line means; empty pointers when the run has none.
Choice choose(const RunState& state, const Invocation& invocation) {
  const auto number = invocation.value("attempt");
  for (const TaskState& task : state.tasks) {
    if (invocation.arguments.size() > 1 && task.planned.id.value != invocation.arguments[1]) continue;
    for (const AttemptState& attempt : task.attempts) {
      if (!attempt.snapshot.empty() && (!number || std::to_string(attempt.number) == *number))
        return {&task, &attempt};
    }
  }
  return {};
}

[[noreturn]] void no_snapshot(const RunState& state, const Invocation& invocation) {
  const auto number = invocation.value("attempt");
  throw UsageError(
      "run " + state.started.run.value + " has no snapshot" +
          (number ? " before attempt " + one_line(*number, 20) : "") +
          (invocation.arguments.size() > 1 ? " of task '" + one_line(invocation.arguments[1], 60) + "'" : ""),
      "milepost restore " + shell_quote(invocation.arguments.front()) + " --list");
}

/// What earlier restores kept; no shadow repository is made for it.
std::vector<KeptSnapshot> kept_snapshots(const CodeFolder& folder, const RunStore& store) {
  std::error_code ignored;
  if (!std::filesystem::exists(store.shadow_git(), ignored)) return {};
  return ShadowGit(folder, store.shadow_git()).kept_snapshots();
}

void list(const App& app, const RunState& state, const std::vector<KeptSnapshot>& kept) {
  nlohmann::ordered_json snapshots = nlohmann::ordered_json::array();
  for (const TaskState& task : state.tasks) {
    for (const AttemptState& attempt : task.attempts) {
      if (attempt.snapshot.empty()) continue;
      snapshots.push_back({{"task", task.planned.id.value},
                           {"attempt", attempt.number},
                           {"time", attempt.started_at},
                           {"snapshot", attempt.snapshot}});
      if (!app.json)
        app.print(task.planned.id.value + "  attempt " + std::to_string(attempt.number) + "  " +
                  attempt.started_at + "  " + attempt.snapshot.substr(0, 10) + "  " +
                  one_line(task.planned.title, 80));
    }
  }
  nlohmann::ordered_json replaced = nlohmann::ordered_json::array();
  for (const KeptSnapshot& snapshot : kept) {
    replaced.push_back({{"snapshot", snapshot.name}, {"time", snapshot.time}});
    if (!app.json) app.print(snapshot.name + "  " + snapshot.time + "  what a restore replaced");
  }
  if (app.json)
    app.print(to_json_text(
        nlohmann::ordered_json{
            {"run", state.started.run.value}, {"snapshots", snapshots}, {"kept", replaced}},
        JsonForm::document));
  else if (snapshots.empty())
    app.say("run " + state.started.run.value + " has no snapshots");
}

/// What is put back: the name of its snapshot, and words for people.
struct Target {
  std::string snapshot;
  std::string what;
};

Target kept_target(const std::vector<KeptSnapshot>& kept, const Invocation& invocation) {
  const std::string name = *invocation.value("snapshot");
  if (invocation.arguments.size() > 1 || invocation.has("attempt"))
    throw UsageError("--snapshot names what is put back; a task and --attempt name another",
                     "give one of them");
  for (const KeptSnapshot& snapshot : kept) {
    if (snapshot.name == name)
      return {name, "the code folder as it was before the restore of " + snapshot.time};
  }
  std::vector<std::string> names;
  for (const KeptSnapshot& snapshot : kept) names.push_back(snapshot.name);
  const auto meant = nearest(name, names);
  throw UsageError("no restore kept a snapshot '" + one_line(name, 80) + "'" +
                       (meant ? "; did you mean '" + *meant + "'?" : ""),
                   "milepost restore " + shell_quote(invocation.arguments.front()) + " --list");
}

Target attempt_target(const RunState& state, const Invocation& invocation) {
  const Choice choice = choose(state, invocation);
  if (!choice.attempt) no_snapshot(state, invocation);
  return {snapshot_name(state.started.run, choice.task->planned.id, choice.attempt->number),
          "the code folder as it was before attempt " + std::to_string(choice.attempt->number) + " of task " +
              choice.task->planned.id.value};
}

}  // namespace

ExitCode restore_command(App& app, const Invocation& invocation) {
  const CodeFolder folder = app.code_folder();
  const RunStore store = app.store(folder);
  const RunSummary run = run_to_look_at(
      store, invocation, [&](const RunState& state) { return choose(state, invocation).attempt != nullptr; });
  if (invocation.has("list")) {
    list(app, *run.state, kept_snapshots(folder, store));
    return ExitCode::ok;
  }
  const Target target = invocation.has("snapshot") ? kept_target(kept_snapshots(folder, store), invocation)
                                                   : attempt_target(*run.state, invocation);
  const std::string holder = "pid " + std::to_string(::getpid()) + ", restore, since " + utc_now();
  const LockFile lock = store.lock(run.state->started.plan_path, holder);
  const LockFile folder_lock = store.lock_folder(holder);
  if (!invocation.has("yes")) {
    if (!app.interactive)
      throw UsageError("restore changes the files of the code folder", "add --yes to do it without asking");
    const auto line =
        read_line(app, "Put back " + target.what + "? Files that are there now are recorded first. [y/N] ");
    if (!line || to_lower_ascii(trim(*line)) != "y") return ExitCode::ok;
  }
  ShadowGit git(folder, store.shadow_git());
  const auto snapshot = git.find_snapshot(target.snapshot);
  if (!snapshot)
    throw UsageError(
        "the snapshot is no longer in the shadow repository " + store.shadow_git().string(),
        "milepost restore " + shell_quote(invocation.arguments.front()) + " --list shows the others");
  const std::string saved = git.restore(*snapshot);
  if (app.json) app.print(nlohmann::ordered_json{{"restored", snapshot->commit}, {"kept", saved}}.dump());
  app.say("put back " + target.what +
          " (branch and commits are untouched); what was there is kept: milepost restore " +
          shell_quote(invocation.arguments.front()) + " --snapshot " + saved);
  return ExitCode::ok;
}

}  // namespace milepost
