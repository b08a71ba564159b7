#include "pull_request.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/secret_mask.hpp"
#include "milepost/base/text.hpp"
#include "milepost/report/pull_request.hpp"
#include "milepost/workspace/publisher.hpp"

#include "forge.hpp"
#include "known_secrets.hpp"
#include "run_choice.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

namespace fs = std::filesystem;

namespace {

/// Throws UsageError for a run that is not to be shown to others.
void check_fit(const RunSummary& run, bool draft) {
  const RunState& state = *run.state;
  const std::string again = "milepost resume " + shell_quote(state.started.plan_path);
  if (run.live) throw UsageError("run " + run.id.value + " is still going on", "wait for its end");
  if (state.ended && state.ended->exit_code == ExitCode::tampered)
    throw UsageError("run " + run.id.value + " ended because the repository was tampered with",
                     "look at what was changed before anything leaves this machine");
  for (const TaskState& task : state.tasks) {
    const bool checked = !task.attempts.empty() && task.attempts.back().verified;
    if (task.outcome == Outcome::failed ||
        (checked && overall(task.attempts.back().evidence) == Verdict::failed))
      throw UsageError("task " + one_line(task.planned.id.value, 60) + " did not pass its checks", again);
  }
  if (unfinished(state) && !draft)
    throw UsageError("run " + run.id.value +
                         " is not finished: " + std::to_string(state.count(Outcome::completed)) + " of " +
                         std::to_string(state.tasks.size()) + " tasks are done",
                     again + ", or open it as a draft: --draft");
}

/// The branch's newest commits are those of the run.
void check_branch(const Publisher& publisher, const RunState& state) {
  std::size_t commits = 0;
  for (const TaskState& task : state.tasks) {
    if (task.commit.empty()) continue;
    ++commits;
    if (!publisher.reaches(task.commit))
      throw UsageError("the commit of task " + one_line(task.planned.id.value, 60) + " is not on this branch",
                       "check out the branch that the run worked on");
  }
  if (commits == 0) throw UsageError("the run made no commit: there is nothing to open a pull request for");
}

std::string base_of(const Publisher& publisher, const Invocation& invocation, const RunState& state,
                    const PushTarget& target, const std::string& branch) {
  if (const auto given = invocation.value("base")) return *given;
  if (!state.started.branch.empty() && state.started.branch != branch) return state.started.branch;
  if (const auto base = publisher.default_branch(target)) return *base;
  throw UsageError("the remote '" + one_line(target.remote, 60) + "' does not say what its main branch is",
                   "name the base: --base BRANCH");
}

/// A name of a branch that no option of a program can be.
void check_name(const std::string& name) {
  const bool plain = !name.empty() && !name.starts_with('-') &&
                     name.find_first_of(std::string_view(" \t\n~^:?*[\\\0", 10)) == std::string::npos &&
                     name.find("..") == std::string::npos;
  if (!plain) throw UsageError("'" + one_line(name, 60) + "' is not the name of a branch");
}

}  // namespace

ExitCode publish_run(App& app, const Invocation& invocation, const RunSummary& run) {
  const bool draft = invocation.has("draft");
  check_fit(run, draft);
  const LoadedConfig loaded = app.load_config(invocation);
  const CodeFolder folder = app.code_folder();
  const RunStore store = app.store(folder);
  const Publisher publisher(folder, store.shadow_git(), app.directories.state, app.stop());
  const auto branch = publisher.branch();
  const auto head = publisher.head();
  if (!branch || !head)
    throw UsageError("HEAD is on no branch, so there is none to push", "git switch -c NAME, then again");
  check_name(*branch);
  check_branch(publisher, *run.state);
  const PushTarget target = publisher.target(invocation.value("remote").value_or(""), *branch);
  const std::string base = base_of(publisher, invocation, *run.state, target, *branch);
  check_name(base);
  if (base == *branch)
    throw UsageError("the run's commits are on the base branch '" + base + "' itself: nothing to open",
                     "git switch -c NAME, then again");

  const SecretMask mask(known_secrets(loaded.config));
  PullRequestText text = pull_request_text(*run.state);
  text.title = mask.masked(text.title);
  text.body = mask.masked(text.body);
  const fs::path body_file = run.directory / "pull-request.md";
  write_file_atomically(body_file, text.body);

  const auto tool = forge_tool(loaded.config.pr_tool, target.place);
  std::string url;
  if (tool) {
    app.say("pushing " + *branch + " to " + target.place.display);
    publisher.push(target, *head, *branch);
    url = open_pull_request(*tool, {target.place, *branch, base, text.title, text.body, draft}, folder.root,
                            run.directory, app.stop());
  }
  if (app.json) {
    app.print(
        nlohmann::ordered_json{{"run", run.id.value},
                               {"branch", *branch},
                               {"base", base},
                               {"remote", target.remote},
                               {"title", text.title},
                               {"body_file", body_file.string()},
                               {"pushed", tool.has_value()},
                               {"url", url.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(url)}}
            .dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else if (tool) {
    app.print(url.empty() ? "opened; the program told no URL" : url);
  } else {
    app.print("No program opens pull requests at " + target.place.display +
              " (setting pr.tool). By hand:\n\n  git push " + shell_quote(target.remote) + " " +
              shell_quote(*branch) + "\n\nthen open one into " + base + " with\n  title  " + text.title +
              "\n  text   " + body_file.string());
  }
  return tool ? ExitCode::ok : ExitCode::environment;
}

}  // namespace milepost
