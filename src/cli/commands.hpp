#pragma once

#include "milepost/cli/app.hpp"
#include "milepost/cli/command.hpp"

namespace milepost {

// The code behind each row of the command table; one source file each, named after the command.
ExitCode setup_command(App& app, const Invocation& invocation);
ExitCode update_command(App& app, const Invocation& invocation);
ExitCode doctor_command(App& app, const Invocation& invocation);
ExitCode plan_command(App& app, const Invocation& invocation);
ExitCode run_command(App& app, const Invocation& invocation);
ExitCode task_command(App& app, const Invocation& invocation);
ExitCode resume_command(App& app, const Invocation& invocation);
ExitCode status_command(App& app, const Invocation& invocation);
ExitCode logs_command(App& app, const Invocation& invocation);
ExitCode history_command(App& app, const Invocation& invocation);
ExitCode costs_command(App& app, const Invocation& invocation);
ExitCode pr_command(App& app, const Invocation& invocation);
ExitCode report_command(App& app, const Invocation& invocation);
ExitCode restore_command(App& app, const Invocation& invocation);
ExitCode verify_command(App& app, const Invocation& invocation);
ExitCode exec_command(App& app, const Invocation& invocation);
ExitCode shell_command(App& app, const Invocation& invocation);
ExitCode volumes_command(App& app, const Invocation& invocation);
ExitCode gc_command(App& app, const Invocation& invocation);
ExitCode notify_test_command(App& app, const Invocation& invocation);
ExitCode completion_command(App& app, const Invocation& invocation);
ExitCode config_command(App& app, const Invocation& invocation);

}  // namespace milepost
