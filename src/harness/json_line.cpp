#include "harness/json_line.hpp"

#include "milepost/base/text.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>
#include <vector>

namespace milepost {

namespace {

using boost::json::error_code;
using nlohmann::json;
using Text = boost::json::string_view;

// A line of 16 MB may hold eight million values, each many times its text in memory.
constexpr std::size_t k_deepest = 64;
constexpr std::size_t k_most_values = 200'000;

const json k_nothing;

/// Makes a json of what Boost.JSON's parser tells, which is several times as fast as nlohmann's own: reading
/// lines is most of what milepost does while an agent prints much. The public calls are those the parser asks
/// for.
class JsonBuilder {
 public:
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_object_size = max_array_size;
  static constexpr std::size_t max_string_size = max_array_size;
  static constexpr std::size_t max_key_size = max_array_size;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& problem) { return open(json::object(), problem); }
  bool on_object_end(std::size_t, error_code&) { return close(); }
  bool on_array_begin(error_code& problem) { return open(json::array(), problem); }
  bool on_array_end(std::size_t, error_code&) { return close(); }
  bool on_key_part(Text part, std::size_t, error_code&) { return keep(part); }
  bool on_key(Text last, std::size_t, error_code&) {
    keep(last);
    key_.swap(text_);
    text_.clear();
    return true;
  }
  bool on_string_part(Text part, std::size_t, error_code&) { return keep(part); }
  bool on_string(Text last, std::size_t, error_code& problem) {
    if (text_.empty()) return add(std::string(last.data(), last.size()), problem);
    keep(last);
    return add(std::exchange(text_, {}), problem);
  }
  bool on_number_part(Text, error_code&) { return true; }  // only of input that comes in pieces
  bool on_int64(std::int64_t number, Text text, error_code& problem) {
    if (text.starts_with('-')) return add(number, problem);
    return add(static_cast<std::uint64_t>(number), problem);
  }
  bool on_uint64(std::uint64_t number, Text, error_code& problem) { return add(number, problem); }
  bool on_double(double, Text text, error_code& problem) {
    double exact = 0;  // the parser's own may be off by its last bit
    const auto read = std::from_chars(text.data(), text.data() + text.size(), exact);
    if (read.ec == std::errc()) return add(exact, problem);
    // Out of range: too small for a double is zero, too large is no number.
    exact = std::strtod(std::string(text.data(), text.size()).c_str(), nullptr);
    if (std::isfinite(exact)) return add(exact, problem);
    problem = boost::json::error::exponent_overflow;
    return false;
  }
  bool on_bool(bool value, error_code& problem) { return add(value, problem); }
  bool on_null(error_code& problem) { return add(nullptr, problem); }
  bool on_comment_part(Text, error_code&) { return true; }
  bool on_comment(Text, error_code&) { return true; }

  JsonLine take() { return {std::move(top_), repeated_}; }

 private:
  bool keep(Text part) {
    text_.append(part.data(), part.size());
    return true;
  }

  template <class Value>
  bool add(Value&& value, error_code& problem) {
    return place(std::forward<Value>(value), problem) != nullptr;
  }

  bool open(json container, error_code& problem) {
    json* placed = place(std::move(container), problem);
    if (placed) open_.push_back(placed);
    return placed != nullptr;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  /// Where the value is now, for as long as nothing comes behind it; null: one too many.
  template <class Value>
  json* place(Value&& value, error_code& problem) {
    if (++values_ > k_most_values) {
      problem = boost::json::error::array_too_large;
      return nullptr;
    }
    if (open_.empty()) return &(top_ = std::forward<Value>(value));
    json& parent = *open_.back();
    if (parent.is_array()) return &parent.emplace_back(std::forward<Value>(value));
    const auto [at, is_new] =
        parent.get_ref<json::object_t&>().insert_or_assign(key_, std::forward<Value>(value));
    repeated_ = repeated_ || (!is_new && open_.size() == 1);
    return &at->second;
  }

  json top_;
  std::vector<json*> open_;
  std::string key_, text_;
  std::size_t values_ = 0;
  bool repeated_ = false;
};

std::optional<JsonLine> parse(std::string_view line) {
  constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
  if (line.starts_with(k_byte_order_mark)) line.remove_prefix(k_byte_order_mark.size());
  boost::json::parse_options options;
  options.max_depth = k_deepest;
  boost::json::basic_parser<JsonBuilder> parser(options);
  error_code problem;
  const std::size_t read = parser.write_some(/*more=*/false, line.data(), line.size(), problem);
  if (problem || read < line.size()) return std::nullopt;
  return parser.handler().take();
}

}  // namespace

std::optional<JsonLine> parse_json_line(std::string_view line) {
  std::optional<JsonLine> parsed = parse(line);
  if (!parsed) {
    const std::string repaired = valid_utf8(line);
    if (repaired != line) parsed = parse(repaired);
  }
  if (!parsed || !parsed->object.is_object()) return std::nullopt;
  return parsed;
}

const json& json_member(const json& object, const char* key) {
  if (!object.is_object()) return k_nothing;
  const auto at = object.find(key);
  return at == object.end() ? k_nothing : *at;
}

std::string json_text(const json& object, const char* key) {
  const json& value = json_member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<std::uint64_t> json_count(const json& object, const char* key) {
  const json& value = json_member(object, key);
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  const auto amount = json_amount(object, key);
  constexpr double k_exact = 9007199254740992.0;  // 2^53: above it a double is no longer a count
  if (!amount || *amount > k_exact || *amount != std::floor(*amount)) return std::nullopt;
  return static_cast<std::uint64_t>(*amount);
}

std::optional<double> json_amount(const json& object, const char* key) {
  const json& value = json_member(object, key);
  if (!value.is_number()) return std::nullopt;
  const double amount = value.get<double>();
  if (!std::isfinite(amount) || amount < 0) return std::nullopt;
  return amount;
}

}  // namespace milepost
