#include "milepost/report/ledger.hpp"

#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"

#include "report_object.hpp"

#include <algorithm>
#include <array>

namespace milepost {

namespace {

constexpr std::size_t k_columns = 200;

struct Words {
  Verdict verdict;
  std::string_view mark;
  std::string_view words;
};

constexpr std::array k_words = {
    Words{Verdict::passed, "✓", "passed"},       Words{Verdict::failed, "✗", "failed"},
    Words{Verdict::infra_error, "✗", "not run"}, Words{Verdict::overridden, "!", "overridden"},
    Words{Verdict::manual, "?", "for a person"}, Words{Verdict::not_verified, "-", "not checked"},
};

const Words& words_of(Verdict verdict) {
  return *std::find_if(k_words.begin(), k_words.end(),
                       [&](const Words& words) { return words.verdict == verdict; });
}

}  // namespace

std::string ledger_counts(const std::vector<Evidence>& evidence) {
  std::string text;
  for (const Words& words : k_words) {
    const auto count = std::count_if(evidence.begin(), evidence.end(),
                                     [&](const Evidence& check) { return check.verdict == words.verdict; });
    if (count > 0)
      text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(words.words);
  }
  return text.empty() ? "nothing to check" : text;
}

std::string ledger_text(const std::vector<Evidence>& evidence, bool all_ids) {
  std::string text;
  for (const Evidence& check : evidence) {
    const Words& words = words_of(check.verdict);
    std::string verdict(words.words);
    verdict.resize(std::max<std::size_t>(verdict.size(), 12), ' ');
    text += std::string(words.mark) + " " + verdict + "  " + one_line(check.command, k_columns) + "\n";
    const std::string margin(16, ' ');
    const bool plain = check.verdict == Verdict::passed || check.verdict == Verdict::manual;
    if (!check.detail.empty() && (!plain || all_ids))
      text += margin + one_line(check.detail, 2 * k_columns) + "\n";
    if (check.verdict != Verdict::passed || all_ids) text += margin + one_line(check.id, k_columns) + "\n";
  }
  return text + (evidence.empty() ? "" : "\n") + ledger_counts(evidence) + "\n";
}

std::string ledger_json(const Plan& plan, const std::vector<Evidence>& evidence) {
  Json checks = Json::array();
  for (const Evidence& check : evidence) checks.push_back(evidence_object(check));
  const Json object = {{"plan", plan.path},
                       {"id", plan.id},
                       {"verdict", to_string(overall(evidence))},
                       {"checks", std::move(checks)}};
  return to_json_text(object, JsonForm::document) + "\n";
}

}  // namespace milepost
