#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/lock_file.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/profile.hpp"
#include "milepost/harness/volume.hpp"

#include "commands.hpp"
#include "validation.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>

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
                 const Config& config, const Installation& installation) {
  if (engine.image_exists(config.image) && !invocation.has("rebuild")) {
    app.say("image " + config.image + " is there (--rebuild builds it again)");
    return;
  }
  std::map<std::string, std::string> arguments;
  if (const auto base = invocation.value("base")) arguments["BASE"] = *base;
  for (const char* variable : {"http_proxy", "https_proxy", "no_proxy"}) {
    if (const char* value = std::getenv(variable)) arguments[variable] = value;
  }
  app.say("building image " + config.image + " …");
  engine.build_image(
      config.image, installation.deploy / "coding-agent", arguments,
      [&](std::string_view line) { app.say("  " + printable(line)); }, app.stop());
}

/// Lines of npm that say nothing to a person who waits.
bool is_noise(std::string_view line) {
  return line.starts_with("npm http ") || line.starts_with("npm warn EBADENGINE");
}

std::string setup_json(const std::string& image, const std::optional<std::string>& volume,
                       const HarnessLock& lock) {
  nlohmann::ordered_json harnesses = nlohmann::ordered_json::array();
  for (const LockedHarness& harness : lock.harnesses)
    harnesses.push_back(
        {{"harness", harness.harness}, {"package", harness.package}, {"version", harness.version}});
  nlohmann::ordered_json result = {{"image", image}, {"volume", nullptr}, {"harnesses", harnesses}};
  if (volume) result["volume"] = *volume;
  return result.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
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
  build_image(app, invocation, engine, config, installation);

  make_private_directories(app.locks());
  const LockFile guard =
      LockFile::acquire(app.locks() / "setup.lock", "milepost setup", app.stop(),
                        [&](const std::string&) { app.say("waiting for another milepost setup …"); });
  const VolumeContext context{engine,
                              config.image,
                              installation.container_programs,
                              app.locks(),
                              [&](std::string_view line) {
                                if (app.verbose || !is_noise(line)) app.say("  " + std::string(line));
                              },
                              app.stop()};
  HarnessLock lock = read_lock(app.lock_file());
  const bool installs = std::any_of(wanted.begin(), wanted.end(), [](const Wanted& want) {
    return harness_profile(want.harness).capabilities().needs_install;
  });
  if (installs) {
    const ImagePlatform platform = image_platform(context);
    lock.architecture = platform.architecture;
    lock.libc = platform.libc;
  }
  for (const Wanted& want : wanted) {
    if (!harness_profile(want.harness).capabilities().needs_install) {
      app.say("harness " + want.harness + " needs no install");
      continue;
    }
    const LockedHarness resolved = resolve_harness(context, want.harness, want.version);
    std::erase_if(lock.harnesses, [&](const LockedHarness& known) { return known.harness == want.harness; });
    lock.harnesses.push_back(resolved);
    app.say("harness " + want.harness + " is pinned to " + resolved.package + " " + resolved.version);
  }
  std::sort(lock.harnesses.begin(), lock.harnesses.end(),
            [](const LockedHarness& a, const LockedHarness& b) { return a.harness < b.harness; });
  const auto volume = ensure_volume(context, lock);
  write_lock(app.lock_file(), lock);
  if (app.json) app.print(setup_json(config.image, volume, lock));
  app.say(volume ? "harness volume " + *volume + " is complete" : "no harness volume is needed");
  return ExitCode::ok;
}

}  // namespace milepost
