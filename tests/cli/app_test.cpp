#include "milepost/cli/app.hpp"

#include "milepost/cli/command.hpp"
#include "milepost/config/config.hpp"

#include "cli/known_secrets.hpp"
#include "cli/notify_targets.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>

using namespace milepost;

TEST_CASE("options that stand for settings are settings, and --set comes after them") {
  const Invocation invocation =
      parse_command_line({"run", "p.md", "--set", "retries=5", "--retries", "1", "--verify", "a", "--verify",
                          "b=c", "--allow-plan-commands", "--harness", "script", "--quiet"});
  const std::vector<std::string> settings = given_settings(invocation);
  const std::set<std::string> all(settings.begin(), settings.end());
  CHECK(all == std::set<std::string>{"harness=script", "verify=a", "verify=b=c", "allow_plan_commands=yes",
                                     "retries=1", "retries=5"});
  CHECK(settings.back() == "retries=5");
}

TEST_CASE("a command line without such options sets nothing") {
  CHECK(given_settings(parse_command_line({"status", "--json"})).empty());
}

TEST_CASE("every option that stands for a setting names one that exists, and takes its text") {
  std::set<std::string> keys;
  for (const SettingInfo& setting : setting_table()) keys.insert(setting.key);
  const auto check = [&](const OptionInfo& option) {
    if (option.setting.empty()) return;
    CAPTURE(option.name);
    CHECK(keys.contains(option.setting));
  };
  for (const OptionInfo& option : common_options()) check(option);
  for (const CommandInfo& command : command_table()) {
    for (const OptionInfo& option : command.options) check(option);
  }
}

TEST_CASE("no command declares a name or letter twice") {
  for (const CommandInfo& command : command_table()) {
    CAPTURE(command.name);
    std::set<std::string> names;
    std::set<char> letters;
    const auto check = [&](const OptionInfo& option) {
      CAPTURE(option.name);
      CHECK(names.insert(option.name).second);
      if (option.letter) CHECK(letters.insert(option.letter).second);
    };
    for (const OptionInfo& option : common_options()) check(option);
    for (const OptionInfo& option : command.options) check(option);
    CHECK(static_cast<bool>(command.run));
    CHECK(command.least_arguments <= command.most_arguments);
  }
}

TEST_CASE("what a resume keeps has no notification setting: a webhook's URL is a secret") {
  const Invocation invocation =
      parse_command_line({"run", "a.md", "--retries", "1", "--set",
                          "notify.webhook=https://example.org/secret", "--set", "commit=none"});
  CHECK(kept_settings(invocation) == std::vector<std::string>{"retries=1", "commit=none"});
}

TEST_CASE("a notification's targets come from the configuration, the webhook also from a variable") {
  std::vector<std::string> notes;
  Config config;
  CHECK_FALSE(notify_targets(config, notes).any());
  config.notify_webhook = "$MILEPOST_TEST_WEBHOOK";
  ::unsetenv("MILEPOST_TEST_WEBHOOK");
  CHECK_FALSE(notify_targets(config, notes).any());
  REQUIRE(notes.size() == 1);
  CHECK(notes[0] == "notify.webhook: the variable MILEPOST_TEST_WEBHOOK is not set; nothing is posted");
  ::setenv("MILEPOST_TEST_WEBHOOK", "https://example.org/secret", 1);
  config.notify_events = {"end", "question"};
  config.notify_format = "slack";
  const NotifyTargets targets = notify_targets(config, notes);
  ::unsetenv("MILEPOST_TEST_WEBHOOK");
  CHECK(targets.webhook == "https://example.org/secret");
  CHECK(targets.shape == WebhookShape::slack);
  CHECK(targets.wants(NotificationKind::end));
  CHECK_FALSE(targets.wants(NotificationKind::start));
}

TEST_CASE("every kind of notification can be chosen by its name") {
  ConfigSources sources;
  for (const std::string& name : notification_names()) sources.options.emplace_back("notify.events", name);
  std::vector<std::string> notes;
  const NotifyTargets targets = notify_targets(load_config(sources).config, notes);
  CHECK(targets.kinds.size() == notification_names().size());
}

TEST_CASE("what is masked in all that leaves this machine includes the secrets from files") {
  const test::ScratchDir scratch;
  const auto file = scratch.write("deploy.key", "key-of-a-file-81c2\n");
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  Config config;
  config.secret_files = {"DEPLOY_KEY=" + file.string()};
  const std::vector<std::string> values = known_secrets(config);
  CHECK(std::ranges::count(values, "key-of-a-file-81c2") == 1);
  config.secret_files = {"DEPLOY_KEY=" + (scratch / "gone").string()};
  CHECK_NOTHROW(known_secrets(config));
}
