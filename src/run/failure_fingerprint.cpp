#include "failure_fingerprint.hpp"

#include "step_rules.hpp"

#include <cctype>

namespace milepost {

namespace {

/// Every run of letters and digits that holds a digit becomes "0".
std::string without_figures(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    bool has_digit = false;
    while (end < text.size() && std::isalnum(static_cast<unsigned char>(text[end]))) {
      has_digit = has_digit || std::isdigit(static_cast<unsigned char>(text[end]));
      ++end;
    }
    if (end == i) {
      plain += text[i++];
      continue;
    }
    plain += has_digit ? std::string_view("0") : text.substr(i, end - i);
    i = end;
  }
  return plain;
}

}  // namespace

std::string failure_fingerprint(const AttemptState& attempt) {
  if (!attempt.ended) return {};
  const AttemptEnded& end = attempt.end;
  if (end.scenario && end.scenario->status == ScenarioStatus::failed)
    return "scenario: " + without_figures(end.scenario->diagnosis);
  if (end.outcome == Outcome::failed) return end.result + ": " + without_figures(end.detail);
  if (end.outcome != Outcome::completed || !checks_failed(attempt)) return {};
  std::string text;
  for (const Evidence& evidence : attempt.evidence) {
    if (evidence.verdict != Verdict::failed && evidence.verdict != Verdict::infra_error) continue;
    text += evidence.command + ": " + without_figures(evidence.detail) + "\n" +
            without_figures(evidence.output) + "\n";
  }
  return text;
}

}  // namespace milepost
