#include "milepost/base/error.hpp"
#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/profile.hpp"
#include "milepost/harness/volume.hpp"

#include "commands.hpp"
#include "pinning.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <map>

namespace milepost {

namespace fs = std::filesystem;

namespace {

struct Wanted {
  std::string harness, version;
};

std::vector<Wanted> wanted_harnesses(const Invocation& invocation, const Config& config) {
  std::vector<std::string> texts = invocation.values("install");
  for (const std::string& text : invocation.values("harness")) texts.push_back(text);
  if (texts.empty()) texts.push_back(config.harness);
  std::vector<Wanted> wanted;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    wanted.push_back(
        {text.substr(0, equals), equals == std::string::npos ? "latest" : text.substr(equals + 1)});
    static_cast<void>(
        harness_profile(wanted.back().harness));  // an unknown name is told before anything is built
  }
  return wanted;
}

void build_image(const App& app, const Invocation& invocation, const ContainerEngine& engine,
                 const std::string& image, const fs::path& context) {
  if (engine.image_exists(image) && !invocation.has("rebuild")) {
    app.say("image " + image + " is there (--rebuild builds it again)");
    return;
  }
  std::map<std::string, std::string> arguments;
  if (const auto base = invocation.value("base")) arguments["BASE"] = *base;
  for (const char* variable : {"http_proxy", "https_proxy", "no_proxy"}) {
    if (const char* value = std::getenv(variable)) arguments[variable] = value;
  }
  app.say("building image " + image + " …");
  engine.build_image(
      image, context, arguments, [&](std::string_view line) { app.say("  " + printable(line)); }, app.stop());
}

std::string setup_json(const std::string& image, const std::optional<std::string>& volume,
                       const HarnessLock& lock) {
  nlohmann::ordered_json harnesses = nlohmann::ordered_json::array();
  for (const LockedHarness& harness : lock.harnesses)
    harnesses.push_back(
        {{"harness", harness.harness}, {"package", harness.package}, {"version", harness.version}});
  nlohmann::ordered_json result = {{"image", image}, {"volume", nullptr}, {"harnesses", harnesses}};
  if (volume) result["volume"] = *volume;
  return to_json_text(result, JsonForm::document);
}

}  // namespace

ExitCode setup_command(App& app, const Invocation& invocation) {
  // --harness may carry a version here, so it is not read as the setting `harness`.
  Invocation for_config = invocation;
  for_config.options.erase("harness");
  const Config config = app.load_config(for_config).config;
  const std::vector<Wanted> wanted = wanted_harnesses(invocation, config);
  const Installation installation = Installation::locate();
  const ContainerEngine engine = ContainerEngine::find(config.engine);
  app.say("engine " + engine.name() + " " + engine.server_version());
  build_image(app, invocation, engine, config.image, installation.deploy / "coding-agent");
  if (config.network == "allowlist")
    build_image(app, invocation, engine, config.proxy_image, installation.deploy / "egress-proxy");

  const LockFile guard = hold_pins(app, "milepost setup");
  const VolumeContext context = volume_context(app, engine, config, installation);
  HarnessLock lock = read_lock(app.lock_file());
  for (const Wanted& want : wanted) {
    if (!harness_profile(want.harness).capabilities().needs_install) {
      app.say("harness " + want.harness + " needs no install");
      continue;
    }
    resolve_into(context, lock, want.harness, want.version);
    const LockedHarness& pinned = *lock.find(want.harness);
    app.say("harness " + want.harness + " is pinned to " + pinned.package + " " + pinned.version);
  }
  const auto volume = publish_lock(app, context, lock);
  if (app.json) app.print(setup_json(config.image, volume, lock));
  app.say(volume ? "harness volume " + *volume + " is complete" : "no harness volume is needed");
  return ExitCode::ok;
}

}  // namespace milepost
