#include "commands.hpp"
#include "validation.hpp"

namespace milepost {

ExitCode doctor_command(App& app, const Invocation& invocation) {
  const LoadedConfig loaded = app.load_config(invocation);
  Environment environment = make_environment(app, loaded, Installation::locate());
  const std::vector<Check> checks = environment_checks(environment, /*thorough=*/true);
  const std::vector<std::string> names = invocation.values("check");
  const std::vector<CheckResult> results = run_checks(names.empty() ? checks : select_checks(checks, names));
  app.print(app.json ? checks_json(results) : checks_table(results, app.colour));
  return all_passed(results) ? ExitCode::ok : ExitCode::environment;
}

}  // namespace milepost
