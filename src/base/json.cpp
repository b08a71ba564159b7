#include "milepost/base/json.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

namespace {

template <class Json>
std::string text_of(const Json& value, JsonForm form) {
  const int indent = form == JsonForm::document ? 2 : -1;
  return value.dump(indent, ' ', /*ensure_ascii=*/form == JsonForm::ascii_line, Json::error_handler_t::replace);
}

}  // namespace

std::string to_json_text(const nlohmann::ordered_json& value, JsonForm form) {
  return text_of(value, form);
}

std::string to_json_text(const nlohmann::json& value, JsonForm form) {
  return text_of(value, form);
}

}  // namespace milepost
