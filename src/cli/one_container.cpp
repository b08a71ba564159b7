#include "one_container.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/harness/profile.hpp"

namespace milepost {

OneContainer::OneContainer(App& app, const Invocation& invocation)
    : app_(app), valid_(validate(app, invocation)), name_(invocation.command + "-" + random_hex(8)) {
  volume_ = ensure_harness_volume(app, valid_, [&](std::string_view line) { app.say(line); });
  container_.emplace(valid_.engine(), container_spec(setup()), [](const std::string&) {});
}

ContainerSetup OneContainer::setup() const {
  return {valid_.config(),
          valid_.folder(),
          valid_.environment.lock,
          volume_,
          valid_.installation.container_programs,
          app_.store(valid_.folder()).project_directory(),
          name_};
}

RunningContainer& OneContainer::start() {
  ChannelTimes times;
  times.max_life = valid_.config().max_life;
  return container_->start(times, app_.stop());
}

void OneContainer::stop() {
  if (container_->stop()) return;
  throw Error(ExitCode::cleanup_failed, "container " + container_->name() + " could not be removed",
              valid_.engine().name() + " rm -f " + container_->name());
}

std::vector<std::string> OneContainer::environment() const {
  return agent_environment(setup(), harness_profile(valid_.config().harness));
}

}  // namespace milepost
