#include "milepost/report/workflow_command.hpp"

#include "milepost/base/text.hpp"

namespace milepost {

namespace {

constexpr std::size_t k_value_bytes = 500;
constexpr std::size_t k_message_bytes = 4000;

/// `in_value`: a value ends at a comma or colon, the message only at the line's end.
std::string escaped(std::string_view text, bool in_value) {
  std::string out;
  for (const char c : text) {
    if (c == '%')
      out += "%25";
    else if (c == '\n')
      out += "%0A";
    else if (in_value && c == ':')
      out += "%3A";
    else if (in_value && c == ',')
      out += "%2C";
    else
      out += c;
  }
  return out;
}

/// The runner drops white space in front of "::", also such as is not ASCII; so everything that is not plain
/// text counts as white space here.
std::size_t first_plain(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && (line[at] <= ' ' || static_cast<unsigned char>(line[at]) >= 0x7f)) ++at;
  return at;
}

}  // namespace

std::string workflow_command(std::string_view name,
                             std::initializer_list<std::pair<std::string_view, std::string>> values,
                             std::string_view message) {
  std::string line = "::" + std::string(name);
  char separator = ' ';
  for (const auto& [key, value] : values) {
    if (value.empty()) continue;
    line += separator + std::string(key) + "=" + escaped(one_line(value, k_value_bytes), /*in_value=*/true);
    separator = ',';
  }
  const std::string text = printable(utf8_prefix(message, k_message_bytes), /*keep_newlines=*/true);
  return line + "::" + escaped(trim(text), /*in_value=*/false) + "\n";
}

std::string without_workflow_commands(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool line_begins = true;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (line_begins) {
      const std::string_view rest = text.substr(at, text.find('\n', at) - at);
      const std::size_t plain = first_plain(rest);
      if (rest.substr(plain).starts_with("::")) {
        out += std::string(rest.substr(0, plain)) + "\\";
        at += plain;
      }
    }
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("##[") || rest.starts_with("##vso[")) {
      out += "#\\";
      ++at;
    }
    out += text[at];
    line_begins = text[at] == '\n';
  }
  return out;
}

}  // namespace milepost
