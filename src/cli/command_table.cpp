#include "commands.hpp"

namespace milepost {

namespace {

using Group = CommandGroup;

std::vector<OptionInfo> run_options(std::vector<OptionInfo> own) {
  const std::vector<OptionInfo> shared = {
      {"verify", 0, "CMD", "check to run after every task; repeatable", "verify", true},
      {"allow-plan-commands", 0, "", "run the plan's own commands as checks", "allow_plan_commands"},
      {"checkpoints", 0, "POLICY", "when nobody can be asked: stop, approve-verify or first-option",
       "checkpoints"},
      {"retries", 0, "N", "further attempts after a failed one (default 2)", "retries"},
      {"timeout", 0, "TIME", "limit of one attempt, such as 45m (default 2h)", "timeouts.task"},
      {"idle-timeout", 0, "TIME", "limit without output of the agent (default 20m)", "timeouts.idle"},
      {"budget-usd", 0, "USD", "end the run once it has cost this much (default 50)", "budget.usd"},
      {"max-wait", 0, "TIME", "wait so long in all for a limit's stated end (default 6h)", "max_wait"},
      {"image", 0, "NAME", "the agent image", "image"},
      {"secret", 0, "NAME", "hand this variable to the agent; repeatable", "secrets", true},
      {"secret-file", 0, "NAME=PATH", "hand this file's content to the agent as a variable; repeatable",
       "secret_files", true},
      {"report-dir", 0, "DIR", "keep the run's report in DIR (HTML, JSON, JUnit)"},
      {"explain", 0, "", "print the engine command with reasons, no more"},
  };
  own.insert(own.end(), shared.begin(), shared.end());
  return own;
}

const std::vector<OptionInfo>& common() {
  static const std::vector<OptionInfo> options = {
      {"help", 'h', "", "this help, or a command's"},
      {"version", 0, "", "print the version"},
      {"directory", 'C', "DIR", "work in the repository of DIR (default: here)"},
      {"config", 0, "FILE", "use FILE instead of the user's config.yaml"},
      {"set", 0, "KEY=VALUE", "set any setting; repeatable", "", true},
      {"harness", 0, "NAME", "the agent CLI (default claude); NAME,NAME: the next takes over", "harness"},
      {"model", 0, "MODEL", "the model (default: the harness's own)", "model"},
      {"engine", 0, "NAME", "docker or podman (default: the first to answer)", "engine"},
      {"json", 0, "", "machine-readable results on stdout"},
      {"no-input", 0, "", "never ask; also without a terminal or with CI set"},
      {"verbose", 'v', "", "show every tool call and what the agent says"},
      {"quiet", 'q', "", "show outcomes only"},
  };
  return options;
}

/// The options of a command that runs plans, with those for a directory of plans.
std::vector<OptionInfo> phase_options(std::vector<OptionInfo> own) {
  own.push_back({"wave", 0, "N", "of a directory only the plans of this wave"});
  own.push_back({"gaps-only", 0, "", "of a directory only the plans that close gaps"});
  own.push_back({"force", 0, "", "go past unknown or open dependencies and foreign commits"});
  return run_options(std::move(own));
}

std::vector<CommandInfo> commands_that_run() {
  const std::vector<ExitCode> exits = {ExitCode::failed,         ExitCode::environment, ExitCode::needs_human,
                                       ExitCode::limit,          ExitCode::infra,       ExitCode::locked,
                                       ExitCode::cleanup_failed, ExitCode::tampered};
  const OptionInfo accept{"accept-plan-change", 0, "", "go on although tasks of the plan were edited"};
  return {
      {.name = "run",
       .arguments = "PLAN|DIR",
       .least_arguments = 1,
       .most_arguments = 1,
       .summary = "run a milestone, or a directory of plans",
       .details =
           "DIR is a directory of GSD plans: those without a summary run one after the other, by wave, "
           "each as a run of its own. Plans behind one that did not pass are skipped.",
       .options = phase_options({{"fresh", 0, "", "start anew although a run of the plan is unfinished"},
                                 {"pr", 0, "", "when all passed, open a pull request"}}),
       .examples = {"milepost run docs/M3_health.md --verify 'pytest -q' --budget-usd 5",
                    "milepost run .planning/phases/37-gate --wave 2"},
       .exits = exits,
       .run = run_command},
      {.name = "task",
       .arguments = "PLAN TASK_ID",
       .least_arguments = 2,
       .most_arguments = 2,
       .summary = "run a single task of a plan",
       .details = "A run of its own: an unfinished run of the whole plan stays as it is, and `milepost "
                  "resume` goes on "
                  "with it afterwards.",
       .options = run_options({{"guidance", 0, "TEXT", "what the agent should know beside the plan"}}),
       .examples = {"milepost task docs/M3_health.md 3.4 --guidance 'keep the old route'"},
       .exits = exits,
       .run = task_command},
      {.name = "resume",
       .arguments = "PLAN|DIR",
       .least_arguments = 1,
       .most_arguments = 1,
       .summary = "go on after a stop, a question or a crash",
       .details = "Goes on with the unfinished run of the whole plan; without one, with the newest "
                  "unfinished `milepost "
                  "task`. Settings of its command line are kept.",
       .options =
           phase_options({{"answer", 0, "TEXT|@FILE", "answer to the question; a number picks an option"},
                          accept,
                          {"pr", 0, "", "when all passed, open a pull request; kept from run --pr"}}),
       .examples = {"milepost resume docs/M3_health.md --answer 'use port 8080'"},
       .exits = exits,
       .run = resume_command},
      {.name = "pr",
       .arguments = "PLAN",
       .least_arguments = 1,
       .most_arguments = 1,
       .summary = "push the branch of a run and open a pull request",
       .details =
           "From the host, by `gh` or `glab`, whichever the remote's host asks for (pr.tool). Without one, "
           "says what to do and ends with 3. The base is the branch that the run started on, or the "
           "remote's own when the run is on that. One that is open already gets the new commits and keeps "
           "its words.",
       .options = {{"base", 0, "BRANCH", "merge into this branch"},
                   {"remote", 0, "NAME|URL", "push there (default: the branch's own, else origin)"},
                   {"draft", 0, "", "as a draft; also when the run is not finished"},
                   {"run", 0, "RUN_ID", "of this run (default: the newest of the whole plan)"}},
       .examples = {"milepost pr docs/M3_health.md --draft"},
       .exits = {ExitCode::environment, ExitCode::infra},
       .run = pr_command},
      {.name = "exec",
       .arguments = "-- CMD...",
       .takes_rest = true,
       .summary = "run a command in the same container set-up",
       .details = "Passes the command's output through and its exit status on; 128 and the signal's number "
                  "when it was killed. When the reader of the output goes, the command is ended: 141. "
                  "Standard input goes to the command when it is neither a terminal nor /dev/null.",
       .examples = {"milepost exec -- pytest -q"},
       .exits = {ExitCode::environment, ExitCode::infra, ExitCode::cleanup_failed},
       .run = exec_command},
      {.name = "shell",
       .summary = "open a shell in the same container set-up",
       .details = "Needs a terminal. A login made in it, such as `claude`, is kept for this repository; no "
                  "credentials are needed before.",
       .examples = {"milepost shell"},
       .exits = {ExitCode::environment, ExitCode::infra, ExitCode::cleanup_failed},
       .run = shell_command},
  };
}

std::vector<CommandInfo> commands_that_look() {
  const OptionInfo run{"run", 0, "RUN_ID", "of this run (default: the newest that has it)"};
  const OptionInfo all{"all", 0, "", "of every repository"};
  return {
      {.name = "plan",
       .group = Group::look,
       .arguments = "PLAN|DIR",
       .least_arguments = 1,
       .most_arguments = 1,
       .summary = "read a plan and show its tasks; starts nothing",
       .details =
           "DIR is a directory of GSD plans: its waves, what is done, and what is wrong between the plans.",
       .options = {{"strict", 0, "", "warnings are errors"},
                   {"dot", 0, "", "the graph in Graphviz's language, no more"}},
       .examples = {"milepost plan docs/M3_health.md --strict",
                    "milepost plan .planning/phases/37-gate --dot"},
       .run = plan_command},
      {.name = "verify",
       .group = Group::look,
       .arguments = "PLAN",
       .least_arguments = 1,
       .most_arguments = 1,
       .summary = "check a plan's must_haves now, without an agent",
       .details =
           "Looks at the files of the code folder and prints every check. 1: one failed. With --override "
           "a person takes a check as met; the latest run of the plan keeps who and why.",
       .options = {{"override", 0, "ID", "take this check as met, whatever milepost found"},
                   {"reason", 0, "TEXT", "why, for --override"}},
       .examples = {"milepost verify .planning/phases/37-build/37-02-PLAN.md",
                    "milepost verify M3.yaml --override artifact:api.md --reason 'see the wiki'"},
       .exits = {ExitCode::failed, ExitCode::locked},
       .run = verify_command},
      {.name = "status",
       .group = Group::look,
       .arguments = "[PLAN|DIR]",
       .most_arguments = 1,
       .summary = "how the latest run of each plan, or of PLAN, stands",
       .details = "--watch shows a run as its own terminal does, until it ends; Ctrl-C leaves the run alone.",
       .options = {{"watch", 0, "", "watch the live run (of PLAN) until it ends"}},
       .examples = {"milepost status docs/M3_health.md --json", "milepost status --watch"},
       .run = status_command},
      {.name = "logs",
       .group = Group::look,
       .arguments = "PLAN [TASK_ID]",
       .least_arguments = 1,
       .most_arguments = 2,
       .summary = "what the agent did in a task",
       .details = "Without TASK_ID the last task that began. Also while the run is live. With --json: where "
                  "the attempt's "
                  "files are, and its checks.",
       .options = {{"follow", 0, "", "go on until the run, or TASK_ID, has ended; Ctrl-C detaches"},
                   {"attempt", 0, "N", "this attempt (default: the last)"},
                   run,
                   {"raw", 0, "", "the recorded output as it came"},
                   {"prompt", 0, "", "the prompt that was sent"}},
       .examples = {"milepost logs docs/M3_health.md 3.4 --attempt 1 -v",
                    "milepost logs docs/M3_health.md --follow"},
       .run = logs_command},
      {.name = "history",
       .group = Group::look,
       .summary = "the runs of this repository, newest first",
       .options = {all},
       .examples = {"milepost history --all"},
       .run = history_command},
      {.name = "costs",
       .group = Group::look,
       .summary = "what the runs cost, by milestone or otherwise",
       .options = {{"by", 0, "WHAT", "milestone, task, harness, model or day (default milestone)"},
                   {"since", 0, "DATE|TIME", "runs since 2026-11-01, or of the last 7d"},
                   all},
       .examples = {"milepost costs --since 30d --all", "milepost costs --by day"},
       .run = costs_command},
      {.name = "report",
       .group = Group::look,
       .arguments = "[RUN] [OTHER]",
       .most_arguments = 2,
       .summary = "a run as text, as one HTML page, or beside another run",
       .details =
           "RUN is a run's id, or a plan for its newest run; without it, the newest run of the repository.",
       .options = {{"html", 0, "FILE", "write the run as one HTML page"},
                   {"markdown", 0, "", "as Markdown, for a pull request or a summary"},
                   {"compare", 0, "", "put two runs side by side, task by task"}},
       .examples = {"milepost report docs/M3_health.md --html report.html",
                    "milepost report 20261122-102451-ee30bf docs/M3_health.md --compare"},
       .run = report_command},
      {.name = "restore",
       .group = Group::look,
       .arguments = "PLAN [TASK_ID]",
       .least_arguments = 1,
       .most_arguments = 2,
       .summary = "put the code folder back to before a task's attempt",
       .details = "Files only: branch and commits stay. What is there now is kept as another snapshot first, "
                  "which --snapshot puts back. Without TASK_ID the first task that began.",
       .options = {{"attempt", 0, "N", "before this attempt (default: the first)"},
                   run,
                   {"snapshot", 0, "NAME", "what an earlier restore replaced; --list names it"},
                   {"list", 0, "", "only list the snapshots"},
                   {"yes", 'y', "", "do not ask"}},
       .examples = {"milepost restore docs/M3_health.md --list",
                    "milepost restore docs/M3_health.md 3.4 --yes"},
       .exits = {ExitCode::locked},
       .run = restore_command},
  };
}

std::vector<CommandInfo> commands_that_set_up() {
  return {
      {.name = "setup",
       .alias = "build",
       .group = Group::set_up,
       .summary = "build the agent image, install harnesses",
       .details = "Here --harness takes a version too (claude=2.1.330) and may be given several times. "
                  "Versions stay "
                  "pinned until `setup` or `update` moves them.",
       .options = {{"install", 0, "NAME[=VERSION]", "a harness to install (default: --harness); repeatable",
                    "", true},
                   {"base", 0, "IMAGE", "base of the agent image (default debian:bookworm-slim)"},
                   {"rebuild", 0, "", "build the image although it exists"}},
       .examples = {"milepost setup --harness claude", "milepost setup --install claude=2.1.330 --rebuild"},
       .exits = {ExitCode::environment, ExitCode::infra},
       .run = setup_command},
      {.name = "update",
       .group = Group::set_up,
       .arguments = "[NAME...]",
       .most_arguments = 100,
       .summary = "move the pinned harnesses to newer versions",
       .details = "All of them, or those named; NAME=VERSION moves one to that version. The new volume is "
                  "filled before the lock names it, and the old one stays until `volumes prune`.",
       .options = {{"dry-run", 0, "", "only say what would change"}},
       .examples = {"milepost update --dry-run", "milepost update claude=2.1.330"},
       .exits = {ExitCode::environment, ExitCode::infra},
       .run = update_command},
      {.name = "doctor",
       .alias = "health",
       .group = Group::set_up,
       .summary = "check everything that a run needs, with remedies",
       .options = {{"check", 0, "NAME", "only this check and those it needs; repeatable", "", true},
                   {"pr", 0, "", "also whether a pull request could be opened for this branch"}},
       .examples = {"milepost doctor --check engine --json", "milepost doctor --pr --check pull-request"},
       .exits = {ExitCode::environment},
       .run = doctor_command},
      {.name = "config",
       .group = Group::set_up,
       .summary = "every setting with its value and where it comes from",
       .examples = {"milepost config --set retries=0"},
       .run = config_command},
      {.name = "notify-test",
       .group = Group::set_up,
       .summary = "send a test notification to every target",
       .details = "Targets are the settings notify.webhook, notify.desktop and notify.command.",
       .examples = {"milepost notify-test --set 'notify.webhook=$TEAM_WEBHOOK'"},
       .exits = {ExitCode::environment},
       .run = notify_test_command},
      {.name = "completion",
       .group = Group::set_up,
       .arguments = "bash|zsh|fish",
       .least_arguments = 1,
       .most_arguments = 1,
       .summary = "print the completion script of a shell",
       .details =
           "An installed milepost has it where the shell looks; else: source <(milepost completion bash).",
       .examples = {"milepost completion zsh"},
       .run = completion_command},
  };
}

std::vector<CommandInfo> commands_that_clean() {
  const OptionInfo dry{"dry-run", 0, "", "only say what would be removed"};
  return {
      {.name = "gc",
       .group = Group::clean,
       .summary = "remove containers whose milepost is dead, or old runs",
       .details =
           "A container whose owner is alive, or not known for certain, is kept and listed. Runs go only "
           "with --runs; a live run and each plan's newest stay.",
       .options = {dry,
                   {"runs", 0, "", "remove the files of old runs of this repository"},
                   {"older-than", 0, "TIME", "with --runs: last changed longer ago than this, such as 90d"}},
       .examples = {"milepost gc --dry-run", "milepost gc --runs --older-than 90d"},
       .exits = {ExitCode::environment, ExitCode::infra, ExitCode::cleanup_failed},
       .run = gc_command},
      {.name = "volumes",
       .group = Group::clean,
       .arguments = "list|prune|export|import [FILE]",
       .least_arguments = 1,
       .most_arguments = 2,
       .summary = "list, prune, export or import harness volumes",
       .details = "`prune` keeps the current volume and every one "
                  "that a run or a container uses. `export` "
                  "writes the current one to FILE with its lock, and `import` takes both over on a machine "
                  "without a registry.",
       .options = {dry},
       .examples = {"milepost volumes list", "milepost volumes prune --dry-run",
                    "milepost volumes export harnesses.tar"},
       .exits = {ExitCode::environment, ExitCode::infra},
       .run = volumes_command},
  };
}

const std::vector<CommandInfo>& table() {
  static const std::vector<CommandInfo> commands = [] {
    std::vector<CommandInfo> all = commands_that_run();
    for (auto part : {commands_that_look, commands_that_set_up, commands_that_clean}) {
      for (CommandInfo& command : part()) all.push_back(std::move(command));
    }
    return all;
  }();
  return commands;
}

}  // namespace

std::span<const CommandInfo> command_table() {
  return table();
}

const CommandInfo* find_command(std::string_view name) {
  for (const CommandInfo& command : table()) {
    if (command.name == name || (!command.alias.empty() && command.alias == name)) return &command;
  }
  return nullptr;
}

std::span<const OptionInfo> common_options() {
  return common();
}

}  // namespace milepost
