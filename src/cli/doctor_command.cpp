#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "commands.hpp"
#include "validation.hpp"

#include <set>

namespace milepost {

namespace {

/// The named checks and everything they need.
std::vector<Check> selected(std::vector<Check> checks, const std::vector<std::string>& names) {
  if (names.empty()) return checks;
  std::vector<std::string> known;
  for (const Check& check : checks) known.push_back(check.name);
  std::set<std::string> wanted(names.begin(), names.end());
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto near = nearest(name, known);
    throw UsageError("there is no check '" + name + "'" + (near ? "; did you mean '" + *near + "'?" : ""),
                     "checks: " + join(known, ", "));
  }
  // Checks stand after those they need, so one pass from the back is enough.
  for (auto check = checks.rbegin(); check != checks.rend(); ++check) {
    if (wanted.contains(check->name)) wanted.insert(check->needs.begin(), check->needs.end());
  }
  std::erase_if(checks, [&](const Check& check) { return !wanted.contains(check.name); });
  return checks;
}

}  // namespace

ExitCode doctor_command(App& app, const Invocation& invocation) {
  const LoadedConfig loaded = app.load_config(invocation);
  Environment environment = make_environment(app, loaded, Installation::locate());
  const std::vector<CheckResult> results =
      run_checks(selected(environment_checks(environment, /*thorough=*/true), invocation.values("check")));
  app.print(app.json ? checks_json(results) : checks_table(results, app.colour));
  return all_passed(results) ? ExitCode::ok : ExitCode::environment;
}

}  // namespace milepost
