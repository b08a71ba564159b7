#include "milepost/base/error.hpp"
#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/time.hpp"

#include "commands.hpp"
#include "notify_targets.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

ExitCode notify_test_command(App& app, const Invocation& invocation) {
  const LoadedConfig loaded = app.load_config(invocation);
  std::vector<std::string> notes;
  const NotifyTargets targets = notify_targets(loaded.config, notes);
  for (const std::string& note : notes) app.complain(note);
  if (!targets.any())
    throw UsageError("no notification is configured",
                     "set notify.webhook, notify.desktop or notify.command; `milepost config` shows them");

  Notification test;
  test.kind = NotificationKind::end;
  test.time = utc_now();
  test.plan_title = "test";
  test.text = "this is a test notification of milepost; runs are told here";
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  bool good = notes.empty();
  for (const Delivered& delivered : deliver(targets, test, app.stop())) {
    good = good && delivered.problem.empty();
    if (app.json)
      list.push_back({{"target", delivered.target}, {"problem", delivered.problem}});
    else
      app.print(delivered.target + ": " +
                (delivered.problem.empty() ? "it has the notification" : printable(delivered.problem)));
  }
  if (app.stop().stop_requested()) throw Stopped(app.signals.signal());
  if (app.json) app.print(to_json_text(nlohmann::ordered_json{{"targets", list}}, JsonForm::document));
  return good ? ExitCode::ok : ExitCode::environment;
}

}  // namespace milepost
