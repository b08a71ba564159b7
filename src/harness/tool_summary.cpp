#include "harness/tool_summary.hpp"

#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"

#include "harness/json_line.hpp"

namespace milepost {

namespace {

constexpr std::size_t k_summary_columns = 200;
constexpr std::size_t k_input_bytes = 4000;
constexpr std::string_view k_prefix = "/workspace/";

}  // namespace

std::string tool_summary(const nlohmann::json& arguments) {
  for (const char* key : {"file_path", "notebook_path", "absolute_path", "path", "dir_path", "command", "cmd",
                          "pattern", "url", "query", "description", "skill", "prompt"}) {
    const std::string value = json_text(arguments, key);
    if (value.empty()) continue;
    return one_line(value.starts_with(k_prefix) ? std::string_view(value).substr(k_prefix.size()) : value,
                    k_summary_columns);
  }
  return {};
}

std::string tool_input(const nlohmann::json& arguments) {
  if (!arguments.is_object()) return {};
  const std::string summary = tool_summary(arguments);
  std::string text;
  for (const auto& [name, value] : arguments.items()) {
    const std::string shown =
        value.is_string() ? value.get<std::string>() : to_json_text(value, JsonForm::line);
    const bool alone = arguments.size() == 1 && !summary.empty();
    if (alone && shown.ends_with(summary) && shown.size() <= summary.size() + k_prefix.size()) return {};
    text += name + ": " + std::string(utf8_prefix(shown, k_input_bytes)) + "\n";
    if (text.size() > k_input_bytes) break;
  }
  return std::string(utf8_prefix(text, k_input_bytes));
}

std::string input_beside(std::string_view text, std::string_view summary) {
  return trim(text) == summary ? std::string() : std::string(utf8_prefix(text, k_input_bytes));
}

}  // namespace milepost
