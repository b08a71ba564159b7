#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace milepost {

/// How JSON is written: on one line, on one line of ASCII alone, or indented for people and files.
enum class JsonForm { line, ascii_line, document };

/// JSON as text, without a newline at its end. Bytes that are no UTF-8 become U+FFFD: file names and what an agent
/// prints may hold any. Here alone because every file that calls nlohmann's own takes a second longer to compile.
std::string to_json_text(const nlohmann::ordered_json& value, JsonForm form);
std::string to_json_text(const nlohmann::json& value, JsonForm form);

}  // namespace milepost
