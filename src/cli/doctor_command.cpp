#include "commands.hpp"
#include "pull_request_check.hpp"
#include "validation.hpp"

namespace milepost {

ExitCode doctor_command(App& app, const Invocation& invocation) {
  const LoadedConfig loaded = app.load_config(invocation);
  Environment environment = make_environment(app, loaded, Installation::locate());
  environment.commits = true;
  std::vector<Check> checks = environment_checks(environment, /*thorough=*/true);
  if (invocation.has("pr")) checks.push_back(pull_request_check(environment, {}));
  const std::vector<std::string> names = invocation.values("check");
  const std::vector<CheckResult> results = run_checks(names.empty() ? checks : select_checks(checks, names));
  app.print(app.json ? checks_json(results) : checks_table(results, app.colour));
  return all_passed(results) ? ExitCode::ok : ExitCode::environment;
}

}  // namespace milepost
