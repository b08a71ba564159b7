#include "harness/tool_summary.hpp"

#include "milepost/base/text.hpp"

#include "harness/json_line.hpp"

namespace milepost {

namespace {

constexpr std::size_t k_summary_columns = 200;

}  // namespace

std::string tool_summary(const nlohmann::json& arguments) {
  for (const char* key : {"file_path", "notebook_path", "absolute_path", "path", "dir_path", "command", "cmd",
                          "pattern", "url", "query", "description", "skill", "prompt"}) {
    const std::string value = json_text(arguments, key);
    if (value.empty()) continue;
    constexpr std::string_view k_prefix = "/workspace/";
    return one_line(value.starts_with(k_prefix) ? std::string_view(value).substr(k_prefix.size()) : value,
                    k_summary_columns);
  }
  return {};
}

}  // namespace milepost
