#include "milepost/base/error.hpp"
#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/profile.hpp"

#include "commands.hpp"
#include "pinning.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace milepost {

namespace {

struct Wanted {
  std::string harness, version;
};

/// The named harnesses, or all that are pinned.
std::vector<Wanted> wanted_of(const Invocation& invocation, const HarnessLock& lock) {
  std::vector<std::string> pinned;
  for (const LockedHarness& harness : lock.harnesses) {
    if (!harness.package.empty()) pinned.push_back(harness.harness);
  }
  std::vector<Wanted> wanted;
  for (const std::string& text : invocation.arguments) {
    const std::size_t equals = text.find('=');
    Wanted want{text.substr(0, equals), equals == std::string::npos ? "latest" : text.substr(equals + 1)};
    const std::string known = harness_profile(want.harness).name();
    if (std::find(pinned.begin(), pinned.end(), known) == pinned.end())
      throw UsageError("the harness '" + known + "' is not pinned here, so it cannot be updated",
                       "milepost setup --harness " + known);
    wanted.push_back(std::move(want));
  }
  if (!wanted.empty()) return wanted;
  if (pinned.empty()) throw UsageError("no harness is pinned here", "milepost setup");
  for (const std::string& harness : pinned) wanted.push_back({harness, "latest"});
  return wanted;
}

std::string update_json(const std::vector<LockChange>& changes, const std::string& volume) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const LockChange& change : changes)
    list.push_back(
        {{"harness", change.harness}, {"from", change.from}, {"to", change.to}, {"changed", change.changes}});
  return to_json_text(nlohmann::ordered_json{{"harnesses", list}, {"volume", volume}}, JsonForm::document);
}

}  // namespace

ExitCode update_command(App& app, const Invocation& invocation) {
  const Config config = app.load_config(invocation).config;
  const LockFile guard = hold_pins(app, "milepost update");
  const HarnessLock before = read_lock(app.lock_file());
  const std::vector<Wanted> wanted = wanted_of(invocation, before);
  const Installation installation = Installation::locate();
  const ContainerEngine engine = ContainerEngine::find(config.engine);
  const VolumeContext context = volume_context(app, engine, config, installation);
  HarnessLock after = before;
  for (const Wanted& want : wanted) {
    app.say("looking for " + want.harness + " " + printable(want.version) + " …");
    resolve_into(context, after, want.harness, want.version);
  }
  const bool dry_run = invocation.has("dry-run");
  if (!dry_run) publish_lock(app, context, after);
  const std::vector<LockChange> changes = lock_changes(before, after);
  if (app.json) app.print(update_json(changes, volume_name(after).value_or("")));
  for (const LockChange& change : changes) {
    if (!app.json && !after.find(change.harness)->package.empty()) app.print(change_text(change));
  }
  if (dry_run) app.say("nothing was changed");
  return ExitCode::ok;
}

}  // namespace milepost
