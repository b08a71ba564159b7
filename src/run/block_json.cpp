#include "block_json.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <set>

namespace milepost {

namespace {

constexpr std::size_t k_text_bytes = 20'000;
constexpr std::size_t k_block_bytes = 1 << 20;

}  // namespace

std::string bounded(std::string_view text) {
  return valid_utf8(utf8_prefix(trim(text), k_text_bytes));
}

nlohmann::json strict_object(const std::string& text) {
  if (text.size() > k_block_bytes) throw UsageError("the milepost block is too large");
  std::set<std::string> keys;
  std::string twice;
  const nlohmann::json object = nlohmann::json::parse(
      text,
      [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
        if (event == nlohmann::json::parse_event_t::key && depth == 1 &&
            !keys.insert(parsed.get<std::string>()).second)
          twice = parsed.get<std::string>();
        return true;
      },
      /*allow_exceptions=*/false);
  if (object.is_discarded()) throw UsageError("the milepost block is not valid JSON");
  if (!object.is_object()) throw UsageError("the milepost block is not a JSON object");
  if (!twice.empty()) throw UsageError("the milepost block has \"" + one_line(twice, 40) + "\" twice");
  return object;
}

std::string text_in(const nlohmann::json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || at->is_null()) return {};
  if (!at->is_string()) throw UsageError("\"" + std::string(key) + "\" of the milepost block is not a text");
  return bounded(at->get_ref<const std::string&>());
}

std::vector<std::string> list_in(const nlohmann::json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || at->is_null()) return {};
  std::vector<std::string> list;
  bool texts = at->is_array();
  if (texts) {
    for (const nlohmann::json& entry : *at) {
      texts = texts && entry.is_string();
      if (texts && list.size() < k_list_entries) list.push_back(bounded(entry.get_ref<const std::string&>()));
    }
  }
  if (!texts) throw UsageError("\"" + std::string(key) + "\" of the milepost block is not a list of texts");
  return list;
}

}  // namespace milepost
