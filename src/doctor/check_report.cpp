#include "milepost/base/text.hpp"
#include "milepost/doctor/check.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace milepost {

namespace {

constexpr std::size_t k_verdict_width = 7;  // "warning"

const char* colour_of(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::passed:
      return "\x1b[32m";
    case CheckVerdict::warning:
      return "\x1b[33m";
    case CheckVerdict::failed:
      return "\x1b[31m";
    case CheckVerdict::skipped:
      return "\x1b[2m";
  }
  return "";
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

/// Several lines stay several lines, each under the first.
std::string indented(const std::string& text, std::size_t columns) {
  std::string shown;
  for (const std::string_view line : lines_of(text)) {
    if (!shown.empty()) shown += "\n" + std::string(columns, ' ');
    shown += printable(line);
  }
  return shown + "\n";
}

}  // namespace

std::string checks_table(const std::vector<CheckResult>& results, bool colour) {
  std::size_t width = 0;
  for (const CheckResult& result : results) width = std::max(width, printable(result.name).size());
  const std::size_t detail_column = k_verdict_width + width + 4;
  std::string table;
  for (const CheckResult& result : results) {
    const std::string verdict = padded(std::string(to_string(result.verdict)), k_verdict_width);
    table += colour ? colour_of(result.verdict) + verdict + "\x1b[0m" : verdict;
    table += "  " + padded(printable(result.name), width) + "  " + indented(result.detail, detail_column);
    if (!result.remedy.empty()) {
      table += std::string(detail_column, ' ') + "→ " + indented(result.remedy, detail_column + 2);
    }
  }
  return table;
}

std::string checks_json(const std::vector<CheckResult>& results) {
  nlohmann::ordered_json checks = nlohmann::ordered_json::array();
  for (const CheckResult& result : results) {
    checks.push_back({{"name", valid_utf8(result.name)},
                      {"verdict", to_string(result.verdict)},
                      {"detail", valid_utf8(result.detail)},
                      {"remedy", valid_utf8(result.remedy)},
                      {"duration_ms", result.duration.count()}});
  }
  const nlohmann::ordered_json document = {{"passed", all_passed(results)}, {"checks", checks}};
  return document.dump(2);
}

}  // namespace milepost
