#include "pull_request.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/json.hpp"
#include "milepost/base/secret_mask.hpp"
#include "milepost/base/text.hpp"
#include "milepost/report/pull_request.hpp"
#include "milepost/workspace/publisher.hpp"

#include "forge.hpp"
#include "known_secrets.hpp"
#include "publish_place.hpp"
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
void check_commits(const Publisher& publisher, const RunState& state) {
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

/// What to do where no program does it.
std::string by_hand(const PublishBranch& branch, const std::string& base, const std::string& title,
                    const fs::path& body_file, const std::string& why) {
  const std::string remote =
      branch.target.remote.empty() ? branch.target.place.display : branch.target.remote;
  return why + ". By hand:\n\n  git push " + shell_quote(remote) + " " + shell_quote(branch.name) +
         "\n\nthen open one into " + base + " with\n  title  " + title + "\n  text   " + body_file.string();
}

}  // namespace

ExitCode publish_run(App& app, const Invocation& invocation, const RunSummary& run) {
  const bool draft = invocation.has("draft");
  check_fit(run, draft);
  const LoadedConfig loaded = app.load_config(invocation, run.state->started.options);
  const CodeFolder folder = app.code_folder();
  const RunStore store = app.store(folder);
  const Publisher publisher(folder, store.shadow_git(), app.directories.state, app.stop());
  const PublishWish wish{.remote = invocation.value("remote").value_or(""),
                         .base = invocation.value("base").value_or(""),
                         .started = run.state->started};
  const PublishBranch branch = publish_branch(publisher, wish);
  check_commits(publisher, *run.state);
  const std::string base = base_branch(publisher, wish, branch);

  const SecretMask mask(known_secrets(loaded.config));
  PullRequestText text = pull_request_text(*run.state);
  text.title = mask.masked(text.title);
  text.body = mask.masked(text.body);
  const fs::path body_file = run.directory / "pull-request.md";
  write_file_atomically(body_file, text.body);

  const RemoteUrl& place = branch.target.place;
  const auto tool = forge_tool(loaded.config.pr_tool, place);
  std::optional<Forge> forge;
  if (tool) forge = Forge::find({*tool, place, folder.root, run.directory, app.stop()});
  OpenedPullRequest opened;
  if (forge) {
    app.say("pushing " + branch.name + " to " + place.display);
    publisher.push(branch.target, branch.commit, branch.name);
    opened = forge->open({branch.name, base, text.title, text.body, draft});
  }
  if (opened.existed)
    app.say("it was open already: the branch is pushed, title and text stay; those of this run are in " +
            body_file.string());
  if (app.json) {
    app.print(to_json_text(
        nlohmann::ordered_json{
            {"run", run.id.value},
            {"branch", branch.name},
            {"base", base},
            {"remote", branch.target.remote.empty() ? place.display : branch.target.remote},
            {"title", text.title},
            {"body_file", body_file.string()},
            {"pushed", forge.has_value()},
            {"existed", opened.existed},
            {"url", opened.url.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(opened.url)}},
        JsonForm::document));
  } else if (forge) {
    app.print(opened.url.empty() ? "the program told no URL" : opened.url);
  } else {
    app.print(by_hand(branch, base, text.title, body_file,
                      tool ? std::string(name_of(*tool)) + " is not installed"
                           : "No program opens pull requests at " + place.display + " (setting pr.tool)"));
  }
  return forge ? ExitCode::ok : ExitCode::environment;
}

}  // namespace milepost
