#include "harness/json_line.hpp"

#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

using namespace milepost;
using nlohmann::json;

namespace {

/// What an independent parser makes of the text: its JSON with the types of numbers, or "none".
std::string expected(const std::string& text) {
  const json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  return parsed.is_object() ? parsed.dump(-1, ' ', true) : "none";
}

std::string read(const std::string& text) {
  const auto line = parse_json_line(text);
  return line ? line->object.dump(-1, ' ', true) : "none";
}

std::string nested(std::size_t arrays) {
  return "{\"x\":" + std::string(arrays, '[') + std::string(arrays, ']') + "}";
}

}  // namespace

TEST_CASE("a line is read as any JSON parser reads it") {
  const std::string long_text(9000, 'x');
  for (const std::string value :
       {"0", "-0", "-1", "7", "9223372036854775807", "9223372036854775808", "18446744073709551615",
        "18446744073709551616", "-9223372036854775808", "-9223372036854775809", "0.1", "0.30000000000000004",
        "1.7976931348623157e308", "1e999", "-1e999", "1e-400", "5e-324", "1E+2", "123456789.123456789e-5",
        "01", "+1", ".5", "1.", "1e", "--1", "NaN", "Infinity", "true", "false", "null", "tru", "True", "[]",
        "[1,]", "[1 2]", "{}", "{\"a\":1,}", "{\"a\"}", "{\"a\":{\"b\":[1,\"c\",{\"d\":null}]}}",
        "{\"a\":1,\"a\":2}", "\"\"", "\"\\u00e9\\u20ac\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\ude00\"",
        "\"\\u12g4\"", "\"\\x\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\x01\"", "\"\x7f\"", "\"gr\xc3\xbc\xc3\x9f\"",
        "'a'", "/* c */ 1", "// c", ""}) {
    for (const char* end : {"}", " } ", "", "}}", "} {}", "},"}) {
      const std::string text = "{\"key\" : " + value + end;
      CAPTURE(text);
      CHECK(read(text) == expected(text));
    }
  }
  for (const std::string text :
       {"", "{", "[1]", "null", "\"a\"", "7", "{7:1}", "\xEF\xBB\xBF{\"a\":1}", "\xEF\xBB{\"a\":1}"}) {
    CAPTURE(text);
    CHECK(read(text) == expected(text));
  }
  for (const std::string& text : {long_text, long_text + "\\n" + long_text, "\\u00e9" + long_text + "\\\""}) {
    const std::string line = "{\"" + text + "\":\"" + text + "\",\"after\":[\"" + text + "\",\"b\"]}";
    CHECK(read(line) == expected(line));
  }
}

TEST_CASE("a recorded line with any byte changed is read as any JSON parser reads it") {
  std::string text = read_file(std::filesystem::path(MILEPOST_TEST_STREAMS) / "claude/success.ndjson");
  text.resize(text.rfind('\n'));
  text.erase(0, text.rfind('\n') + 1);
  REQUIRE(read(text) != "none");
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char byte : {'"', '\\', '{', '}', '[', ',', ':', '0', '-', 'e', ' ', '\0', '\x1f'}) {
      std::string changed = text;
      changed[at] = byte;
      CAPTURE(changed);
      REQUIRE(read(changed) == expected(changed));
    }
  }
}

TEST_CASE("bytes that are no UTF-8 become the replacement character, in keys and values") {
  const std::string line = "{\"k\xff\":\"a\xed\xa0\x80\",\"b\":[\"\xc3\"]}";
  CHECK(read(line) == expected(valid_utf8(line)));
  CHECK(read("{\"a\":\xff}") == "none");
}

TEST_CASE("a key of the object that comes twice is told, one further inside is not") {
  CHECK(parse_json_line(R"({"a":1,"b":2,"a":3})")->repeated_key);
  CHECK(parse_json_line(R"({"a":1,"a":{}})")->repeated_key);
  CHECK(parse_json_line("{\"a\":1,\"\\u0061\":2}")->repeated_key);
  CHECK_FALSE(parse_json_line(R"({"a":{"a":1,"b":1,"b":2},"b":[{"a":1}]})")->repeated_key);
}

TEST_CASE("a line that nests or holds more than any event is refused") {
  CHECK(read(nested(60)) != "none");
  CHECK(read(nested(100)) == "none");
  CHECK(read(nested(1'000'000)) == "none");
  std::string wide = "{\"x\":[0";
  for (int i = 1; i < 250'000; ++i) wide += ",0";
  CHECK(read(wide + "]}") == "none");
}
