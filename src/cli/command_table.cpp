#include "commands.hpp"

namespace milepost {

namespace {

std::vector<OptionInfo> run_options(std::vector<OptionInfo> own) {
  const std::vector<OptionInfo> shared = {
      {"verify", 0, "CMD", "check to run after every task; repeatable", "verify", true},
      {"allow-plan-commands", 0, "", "run the plan's own smoke commands as checks", "allow_plan_commands"},
      {"retries", 0, "N", "further attempts after a failed one (default 2)", "retries"},
      {"timeout", 0, "TIME", "limit of one attempt, such as 45m (default 2h)", "timeouts.task"},
      {"idle-timeout", 0, "TIME", "limit without output of the agent (default 20m)", "timeouts.idle"},
      {"budget-usd", 0, "USD", "stop starting attempts when the run has cost this much", "budget.usd"},
      {"image", 0, "NAME", "the agent image", "image"},
      {"secret", 0, "NAME", "hand this variable of yours to the agent; repeatable", "secrets", true},
      {"report-dir", 0, "DIR", "keep DIR/report.json current"},
      {"explain", 0, "", "print the engine command and why each flag is there; start nothing"},
      {"accept-plan-change", 0, "", "go on although tasks of the plan were edited"},
  };
  own.insert(own.end(), shared.begin(), shared.end());
  return own;
}

const std::vector<OptionInfo>& common() {
  static const std::vector<OptionInfo> options = {
      {"help", 'h', "", "this help, or a command's"},
      {"version", 0, "", "print the version"},
      {"directory", 'C', "DIR", "work in the repository that holds DIR (default: here)"},
      {"config", 0, "FILE", "use FILE instead of the user's config.yaml"},
      {"set", 0, "KEY=VALUE", "set any setting; repeatable", "", true},
      {"harness", 0, "NAME", "the agent CLI (default claude)", "harness"},
      {"model", 0, "MODEL", "the model (default: the harness's own)", "model"},
      {"engine", 0, "NAME", "docker or podman (default: the first that answers)", "engine"},
      {"json", 0, "", "machine-readable results on stdout"},
      {"no-input", 0, "", "never ask; also without a terminal or with CI set"},
      {"verbose", 'v', "", "show every tool call and what the agent says"},
      {"quiet", 'q', "", "show outcomes only"},
  };
  return options;
}

std::vector<CommandInfo> make_table() {
  const OptionInfo fresh{"fresh", 0, "", "start anew although an unfinished run of the plan exists"};
  const OptionInfo guidance{"guidance", 0, "TEXT", "what the agent should know beside the plan"};
  const OptionInfo answer{"answer", 0, "TEXT|@FILE", "answer to the open question"};
  // `setup` reads its harnesses with versions, so it declares the option again, repeatable and without a
  // setting.
  return {
      {"setup",
       "build",
       "",
       0,
       0,
       false,
       "build the agent image and install harnesses into the harness volume",
       {{"install", 0, "NAME[=VERSION]", "a harness to install (default: --harness); repeatable", "", true},
        {"base", 0, "IMAGE", "base image of the agent image (default debian:bookworm-slim)"},
        {"rebuild", 0, "", "build the image although it exists"}},
       setup_command},
      {"doctor",
       "health",
       "",
       0,
       0,
       false,
       "check everything that a run needs, with remedies",
       {{"check", 0, "NAME", "only this check and those it needs; repeatable", "", true}},
       doctor_command},
      {"plan",
       "",
       "PLAN",
       1,
       1,
       false,
       "read a plan and show its tasks; starts nothing",
       {{"strict", 0, "", "warnings are errors"}},
       plan_command},
      {"run", "", "PLAN", 1, 1, false, "run a milestone end to end", run_options({fresh}), run_command},
      {"task", "", "PLAN TASK_ID", 2, 2, false, "run a single task of a plan", run_options({guidance}),
       task_command},
      {"resume", "", "PLAN", 1, 1, false, "go on after a stop, a question or a crash", run_options({answer}),
       resume_command},
      {"status",
       "",
       "[PLAN]",
       0,
       1,
       false,
       "how the latest run of each plan, or of PLAN, stands",
       {},
       status_command},
      {"logs",
       "",
       "PLAN [TASK_ID]",
       1,
       2,
       false,
       "what the agent did in a task",
       {{"attempt", 0, "N", "this attempt (default: the last)"},
        {"raw", 0, "", "the recorded output as it came"},
        {"prompt", 0, "", "the prompt that was sent"}},
       logs_command},
      {"history",
       "",
       "",
       0,
       0,
       false,
       "the runs of this repository, newest first",
       {{"all", 0, "", "of every repository"}},
       history_command},
      {"costs",
       "",
       "",
       0,
       0,
       false,
       "what the runs cost, by milestone",
       {{"since", 0, "DATE|TIME", "runs since 2026-11-01, or of the last 7d"},
        {"all", 0, "", "of every repository"}},
       costs_command},
      {"restore",
       "",
       "PLAN [TASK_ID]",
       1,
       2,
       false,
       "put the code folder back to before a task's attempt",
       {{"attempt", 0, "N", "before this attempt (default: the first)"},
        {"list", 0, "", "only list the snapshots"},
        {"yes", 'y', "", "do not ask"}},
       restore_command},
      {"exec", "", "-- CMD...", 0, 0, true, "run a command in the same container set-up", {}, exec_command},
      {"shell", "", "", 0, 0, false, "open a shell in the same container set-up", {}, shell_command},
      {"volumes",
       "",
       "list|prune",
       1,
       1,
       false,
       "harness volumes on this machine",
       {{"dry-run", 0, "", "only say what would be removed"}},
       volumes_command},
      {"gc",
       "",
       "",
       0,
       0,
       false,
       "remove containers whose milepost is dead",
       {{"dry-run", 0, "", "only say what would be removed"}},
       gc_command},
      {"config",
       "",
       "",
       0,
       0,
       false,
       "every setting with its value and where it comes from",
       {},
       config_command},
  };
}

const std::vector<CommandInfo>& table() {
  static const std::vector<CommandInfo> commands = make_table();
  return commands;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string option_line(const OptionInfo& option) {
  std::string left = option.letter ? std::string("-") + option.letter + ", " : "    ";
  left += "--" + option.name + (option.argument.empty() ? "" : " " + option.argument);
  return "  " + padded(std::move(left), 28) + option.meaning + "\n";
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

std::string general_help() {
  std::string text =
      "milepost runs a milestone plan with a coding agent in a container, and proves what was done.\n\n"
      "usage: milepost COMMAND [ARGUMENTS] [OPTIONS]\n\n";
  for (const CommandInfo& command : table()) {
    text += "  " + padded(command.name + (command.arguments.empty() ? "" : " " + command.arguments), 24) +
            command.summary + "\n";
  }
  text += "\noptions of every command:\n";
  for (const OptionInfo& option : common()) text += option_line(option);
  text += "\nexit codes:\n";
  for (const ExitCodeInfo& info : exit_code_table()) {
    text += "  " + padded(std::to_string(static_cast<int>(info.code)), 5) +
            padded(std::string(info.name), 16) + std::string(info.meaning) + "\n";
  }
  return text + "\nmilepost COMMAND --help tells more about a command.\n";
}

std::string command_help(const CommandInfo& command) {
  std::string text = "usage: milepost " + command.name;
  if (!command.arguments.empty()) text += " " + command.arguments;
  text += command.options.empty() ? "\n" : " [OPTIONS]\n";
  text += "\n" + command.summary + (command.alias.empty() ? "" : " (alias: " + command.alias + ")") + "\n";
  if (!command.options.empty()) {
    text += "\noptions:\n";
    for (const OptionInfo& option : command.options) text += option_line(option);
  }
  text += "\noptions of every command:\n";
  for (const OptionInfo& option : common()) text += option_line(option);
  return text;
}

}  // namespace milepost
