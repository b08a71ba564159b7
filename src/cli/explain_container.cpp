#include "explain_container.hpp"

#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"
#include "milepost/container/engine.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace milepost {

void explain_container(const App& app, const ContainerEngine& engine, const ContainerSpec& spec) {
  if (app.json) {
    nlohmann::ordered_json arguments = nlohmann::ordered_json::array();
    for (const ExplainedArgument& argument : container_arguments(engine, spec))
      arguments.push_back({{"words", argument.words}, {"reason", argument.reason}});
    app.print(
        to_json_text(nlohmann::ordered_json{{"client", engine.client().string()}, {"arguments", arguments}},
                     JsonForm::document));
    return;
  }
  std::string text = engine.client().string() + "\n";
  for (const ExplainedArgument& argument : container_arguments(engine, spec)) {
    std::string words = "  " + shell_join(argument.words);
    words.append(words.size() < 64 ? 64 - words.size() : 1, ' ');
    text += words + "# " + argument.reason + "\n";
  }
  app.print(text);
}

}  // namespace milepost
