#include "milepost/base/json.hpp"

#include "commands.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace milepost {

ExitCode config_command(App& app, const Invocation& invocation) {
  const LoadedConfig loaded = app.load_config(invocation);
  for (const std::string& note : loaded.notes) app.say("note: " + note);
  if (app.json) {
    nlohmann::ordered_json settings = nlohmann::ordered_json::array();
    for (const SettingValue& value : loaded.values) {
      settings.push_back({{"key", value.key},
                          {"value", value.value},
                          {"origin", to_string(value.origin)},
                          {"place", value.place}});
    }
    app.print(to_json_text(nlohmann::ordered_json{{"settings", settings}}, JsonForm::document));
    return ExitCode::ok;
  }
  std::size_t width = 0;
  for (const SettingValue& value : loaded.values)
    width = std::max(width, value.key.size() + value.value.size() + 2);
  width = std::min<std::size_t>(width, 60);
  std::string text;
  for (const SettingValue& value : loaded.values) {
    std::string line = value.key + ": " + value.value;
    line.append(line.size() < width ? width - line.size() : 0, ' ');
    text += line + "  # " + value.place + "\n";
  }
  app.print(text);
  return ExitCode::ok;
}

}  // namespace milepost
