#include "milepost/base/error.hpp"
#include "milepost/base/json.hpp"
#include "milepost/state/run_event.hpp"

#include "run_event_fields.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

namespace milepost {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array k_outcomes = {Outcome::pending, Outcome::running,     Outcome::completed,
                                   Outcome::failed,  Outcome::needs_human, Outcome::limit,
                                   Outcome::infra,   Outcome::skipped};
constexpr std::array k_reasons = {AttemptReason::first,  AttemptReason::retry,   AttemptReason::answer,
                                  AttemptReason::resume, AttemptReason::check,   AttemptReason::fix,
                                  AttemptReason::again,  AttemptReason::failover};
constexpr std::array k_scenario_statuses = {ScenarioStatus::passed, ScenarioStatus::failed,
                                            ScenarioStatus::unclear};
constexpr std::array k_verdicts = {Verdict::passed,       Verdict::failed, Verdict::infra_error,
                                   Verdict::not_verified, Verdict::manual, Verdict::overridden};
constexpr std::array k_kinds = {CheckKind::command, CheckKind::artifact, CheckKind::key_link,
                                CheckKind::truth,   CheckKind::e2e,      CheckKind::review};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

struct Writer {
  Json object = Json::object();

  template <class T>
  void must(const char* key, const T& value) {
    object[key] = encode(value);
  }
  template <class T>
  void operator()(const char* key, const T& value) {
    Json encoded = encode(value);
    const bool nothing = encoded.is_null() || (encoded.is_string() && value_is_empty(encoded)) ||
                         (encoded.is_structured() && encoded.empty());
    if (!nothing) object[key] = std::move(encoded);
  }
  /// False is left out.
  void flag(const char* key, bool value) {
    if (value) object[key] = true;
  }

 private:
  static bool value_is_empty(const Json& text) { return text.get_ref<const std::string&>().empty(); }

  template <class T>
  static Json encode(const T& value) {
    if constexpr (std::is_same_v<T, std::string> || std::is_arithmetic_v<T>) {
      return value;
    } else if constexpr (std::is_same_v<T, Milliseconds>) {
      return value.count();
    } else if constexpr (std::is_same_v<T, ExitCode>) {
      return static_cast<int>(value);
    } else if constexpr (std::is_enum_v<T>) {
      return to_string(value);
    } else if constexpr (IsOptional<T>::value) {
      return value ? encode(*value) : Json();
    } else if constexpr (IsVector<T>::value) {
      Json list = Json::array();
      for (const auto& element : value) list.push_back(encode(element));
      return list;
    } else {
      Writer inner;
      fields(inner, value);
      return std::move(inner.object);
    }
  }
};

class Reader {
 public:
  explicit Reader(const Json& object) : object_(object) {}

  template <class T>
  void must(const char* key, T& value) {
    if (!object_.contains(key)) throw UsageError("the record has no \"" + std::string(key) + "\"");
    decode(key, object_[key], value);
  }
  template <class T>
  void operator()(const char* key, T& value) {
    const auto at = object_.find(key);
    if (at != object_.end() && !at->is_null()) decode(key, *at, value);
  }
  void flag(const char* key, bool& value) { (*this)(key, value); }

 private:
  [[noreturn]] static void wrong(const char* key, const char* wanted) {
    throw UsageError("\"" + std::string(key) + "\" is not " + wanted);
  }

  template <class Enum, std::size_t N>
  static void decode_name(const char* key, const Json& json, Enum& value, const std::array<Enum, N>& all) {
    if (!json.is_string()) wrong(key, "a text");
    for (const Enum candidate : all) {
      if (json.get_ref<const std::string&>() == to_string(candidate)) {
        value = candidate;
        return;
      }
    }
    wrong(key, "a value that this milepost knows");
  }

  template <class T>
  static void decode(const char* key, const Json& json, T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      if (!json.is_string()) wrong(key, "a text");
      value = json.get_ref<const std::string&>();
    } else if constexpr (std::is_same_v<T, bool>) {
      if (!json.is_boolean()) wrong(key, "true or false");
      value = json.get<bool>();
    } else if constexpr (std::is_same_v<T, double>) {
      if (!json.is_number()) wrong(key, "a number");
      value = json.get<double>();
    } else if constexpr (std::is_unsigned_v<T>) {
      if (!json.is_number_unsigned() || json.get<std::uint64_t>() > std::numeric_limits<T>::max())
        wrong(key, "a count");
      value = static_cast<T>(json.get<std::uint64_t>());
    } else if constexpr (std::is_signed_v<T>) {
      if (!json.is_number_integer() || json.get<std::int64_t>() < std::numeric_limits<T>::min() ||
          json.get<std::int64_t>() > std::numeric_limits<T>::max())
        wrong(key, "a whole number");
      value = static_cast<T>(json.get<std::int64_t>());
    } else if constexpr (std::is_same_v<T, Milliseconds>) {
      if (!json.is_number_integer()) wrong(key, "a whole number of milliseconds");
      value = Milliseconds(json.get<std::int64_t>());
    } else if constexpr (std::is_same_v<T, ExitCode>) {
      for (const ExitCodeInfo& info : exit_code_table()) {
        if (json == static_cast<int>(info.code)) {
          value = info.code;
          return;
        }
      }
      wrong(key, "an exit code");
    } else if constexpr (std::is_same_v<T, Outcome>) {
      decode_name(key, json, value, k_outcomes);
    } else if constexpr (std::is_same_v<T, AttemptReason>) {
      decode_name(key, json, value, k_reasons);
    } else if constexpr (std::is_same_v<T, ScenarioStatus>) {
      decode_name(key, json, value, k_scenario_statuses);
    } else if constexpr (std::is_same_v<T, Verdict>) {
      decode_name(key, json, value, k_verdicts);
    } else if constexpr (std::is_same_v<T, CheckKind>) {
      decode_name(key, json, value, k_kinds);
    } else if constexpr (IsOptional<T>::value) {
      decode(key, json, value.emplace());
    } else if constexpr (IsVector<T>::value) {
      if (!json.is_array()) wrong(key, "a list");
      value.clear();
      for (const Json& element : json) decode(key, element, value.emplace_back());
    } else {
      if (!json.is_object()) wrong(key, "an object");
      Reader inner(json);
      fields(inner, value);
    }
  }

  const Json& object_;
};

/// The record whose event_name is `name`, read from the object.
template <std::size_t I = 0>
std::optional<RunRecord> read_record(std::string_view name, const Json& object) {
  if constexpr (I == std::variant_size_v<RunRecord>) {
    return std::nullopt;
  } else {
    RunRecord record{std::in_place_index<I>};
    if (event_name(record) != name) return read_record<I + 1>(name, object);
    Reader reader(object);
    fields(reader, std::get<I>(record));
    return record;
  }
}

}  // namespace

std::string to_json_line(const RunEvent& event) {
  Writer writer;
  writer.object["time"] = event.time;
  writer.object["event"] = event_name(event.record);
  std::visit([&](const auto& record) { fields(writer, record); }, event.record);
  return to_json_text(writer.object, JsonForm::line);
}

std::optional<RunEvent> from_json_line(std::string_view line) {
  const Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded()) throw UsageError("the record is not valid JSON");
  if (!object.is_object()) throw UsageError("the record is not a JSON object");
  const auto text_of = [&](const char* key) -> const std::string& {
    const auto at = object.find(key);
    if (at == object.end() || !at->is_string())
      throw UsageError("the record has no text \"" + std::string(key) + "\"");
    return at->get_ref<const std::string&>();
  };
  const std::string& time = text_of("time");
  std::optional<RunRecord> record = read_record(text_of("event"), object);
  if (!record) return std::nullopt;
  return RunEvent{time, std::move(*record)};
}

}  // namespace milepost
