#include "one_container.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"

namespace milepost {

OneContainer::OneContainer(App& app, const Invocation& invocation)
    : app_(app),
      valid_(validate(app, invocation, {.agent = false})),
      name_(invocation.command + "-" + random_hex(8)) {
  volume_ = ensure_harness_volume(app, valid_, [&](std::string_view line) { app.say(line); });
  egress_.emplace(Egress::Parts{valid_.engine(), valid_.config(), valid_.profiles(),
                                valid_.installation.container_programs, name_},
                  [&](const std::string& command) { app.say("could not be removed: " + command); });
  route_ = egress_->start(app.stop());
  const AgentConfigCovers covers =
      cover_agent_config(valid_, app.store(valid_.folder()), /*with_options=*/false);
  if (!covers.notice.empty() && invocation.command == "shell") app.say(covers.notice);
  covers_ = covers.mounts;
  container_.emplace(valid_.engine(), container_spec(setup()), [](const std::string&) {});
}

ContainerSetup OneContainer::setup() const {
  return {valid_.config(),
          valid_.folder(),
          valid_.environment.lock,
          volume_,
          valid_.installation.container_programs,
          app_.store(valid_.folder()).project_directory(),
          name_,
          route_,
          covers_};
}

RunningContainer& OneContainer::start() {
  ChannelTimes times;
  times.max_life = valid_.config().max_life;
  RunningContainer& running = container_->start(times, app_.stop());
  if (const std::string warning = egress_->self_test(running, app_.stop()); !warning.empty())
    app_.say(warning);
  return running;
}

void OneContainer::stop() {
  if (!container_->stop())
    throw Error(ExitCode::cleanup_failed, "container " + container_->name() + " could not be removed",
                valid_.engine().name() + " rm -f " + container_->name());
  const auto stopped = egress_->stop();
  if (!stopped) return;
  for (const DeniedTarget& denied : stopped->denied)
    app_.say("the network refused " + denied.target + " (" + std::to_string(denied.count) + ")");
  if (!stopped->removed)
    throw Error(ExitCode::cleanup_failed, "a network or its proxy could not be removed", "milepost gc");
}

std::string OneContainer::directory() const {
  std::error_code error;
  const auto here = std::filesystem::canonical(app_.start_directory, error);
  if (error) throw UsageError("cannot open " + app_.start_directory.string() + ": " + error.message());
  const auto relative = here.lexically_relative(valid_.folder().root);
  return relative == "." ? k_workspace_path : (k_workspace_path / relative).string();
}

std::vector<std::string> OneContainer::environment() const {
  return agent_environment(setup(), *valid_.harnesses.front());
}

}  // namespace milepost
