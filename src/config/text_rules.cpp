#include "config/text_rules.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/config/egress_target.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

namespace milepost::config {

void check_word(const std::string& text) {
  if (text.empty()) throw UsageError("it must not be empty");
  if (text.front() == '-') throw UsageError("'" + one_line(text, 40) + "' must not start with '-'");
  if (text.find_first_of(" \t\r\n") != std::string::npos || printable(text) != text) {
    throw UsageError("'" + one_line(text, 40) + "' must be one word");
  }
}

void check_word_or_empty(const std::string& text) {
  if (!text.empty()) check_word(text);
}

void check_engine(const std::string& text) {
  if (text == "docker" || text == "podman" || text.starts_with('/')) return;
  const std::array<std::string, 3> names = {"auto", "docker", "podman"};
  const auto meant = nearest(to_lower_ascii(text), names);
  throw UsageError("'" + one_line(text, 40) +
                   "' is none of auto, docker, podman, or a client's absolute path" +
                   (meant ? "; did you mean '" + *meant + "'?" : ""));
}

void check_not_blank(const std::string& text) {
  if (trim(text).empty()) throw UsageError("it must not be empty");
}

void check_variable_name(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const bool good =
      !text.empty() && letter(text.front()) &&
      std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
  if (good) return;
  if (text.find('=') != std::string::npos) {
    throw UsageError(
        "an item holds '='; write only the variable's name, milepost takes its value from the "
        "environment");
  }
  throw UsageError("an item is not the name of a variable");
}

void check_secret_file(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals + 1 == text.size())
    throw UsageError("an item is not NAME=PATH, the name of a variable and the path of a file");
  check_variable_name(text.substr(0, equals));
}

void check_path_inside(const std::string& text) {
  const std::filesystem::path path(text);
  const bool leaves = path.is_absolute() || std::find(path.begin(), path.end(), "..") != path.end();
  if (text.empty() || leaves || printable(text) != text) {
    throw UsageError("'" + one_line(text, 60) + "' is not a path relative to the code folder and inside it");
  }
}

void check_egress_target(const std::string& text) {
  static_cast<void>(parse_egress_target(text));
}

void check_port(const std::string& text) {
  const bool digits = !text.empty() && text.size() <= 5 && text.front() != '0' &&
                      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || std::stoi(text) > 65535)
    throw UsageError("'" + one_line(text, 40) + "' is not a port between 1 and 65535");
}

void check_handoff(const std::string& text) {
  if (text == "beside-plan" || text == "none") return;
  check_path_inside(text);
  const std::filesystem::path path(text);
  if (std::find(path.begin(), path.end(), ".git") != path.end()) {
    throw UsageError("'" + one_line(text, 60) + "' is inside .git");
  }
}

void check_commit_message(const std::string& text) {
  check_not_blank(text);
  const std::vector<std::string> known = {"plan", "task", "title", "type", "summary", "run"};
  for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) return;
    const std::string name = text.substr(open + 1, close - open - 1);
    const bool is_name =
        !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
    if (!is_name || std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto meant = nearest(name, known);
    throw UsageError(
        "the placeholder '{" + name + "}' is unknown" +
        (meant ? "; did you mean '{" + *meant + "}'?" : "; known are {" + join(known, "} {") + "}"));
  }
}

}  // namespace milepost::config
