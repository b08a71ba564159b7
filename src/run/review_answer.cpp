#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/run/reviewer.hpp"

#include "block_json.hpp"
#include "fenced_blocks.hpp"

namespace milepost {

namespace {

using Json = nlohmann::json;

/// The list under `key` of the last milepost block. Throws UsageError.
Json entries_of(std::string_view answer, const char* key) {
  const std::vector<std::string> blocks = milepost_blocks(lines_of(answer));
  if (blocks.empty()) throw UsageError("the answer has no milepost block");
  const Json object = strict_object(blocks.back());
  const auto list = object.find(key);
  if (list == object.end() || !list->is_array())
    throw UsageError("the milepost block has no list \"" + std::string(key) + "\"");
  return *list;
}

Verdict verdict_of(const std::string& word) {
  const std::string name = to_lower_ascii(word);
  if (name == "met") return Verdict::passed;
  if (name == "not_met") return Verdict::failed;
  return Verdict::manual;
}

std::string place_of(const Json& entry) {
  std::string place = text_in(entry, "file");
  const auto line = entry.find("line");
  if (!place.empty() && line != entry.end() && line->is_number_unsigned())
    place += ":" + std::to_string(line->get<std::uint64_t>());
  return place;
}

}  // namespace

std::vector<TruthVerdict> read_truth_verdicts(std::string_view answer, std::string& problem) {
  problem.clear();
  std::vector<TruthVerdict> verdicts;
  try {
    for (const Json& entry : entries_of(answer, "truths")) {
      if (!entry.is_object() || verdicts.size() >= k_list_entries) continue;
      TruthVerdict verdict{text_in(entry, "id"), verdict_of(text_in(entry, "verdict")),
                           text_in(entry, "evidence")};
      // A verdict without evidence is an opinion.
      if (verdict.evidence.empty()) verdict.verdict = Verdict::manual;
      verdicts.push_back(std::move(verdict));
    }
  } catch (const UsageError& error) {
    problem = error.what();
    verdicts.clear();
  }
  return verdicts;
}

std::vector<Finding> read_findings(std::string_view answer, std::string& problem) {
  problem.clear();
  std::vector<Finding> findings;
  try {
    for (const Json& entry : entries_of(answer, "findings")) {
      if (!entry.is_object() || findings.size() >= k_list_entries) continue;
      findings.push_back({to_lower_ascii(text_in(entry, "severity")) == "blocking", place_of(entry),
                          text_in(entry, "text")});
    }
  } catch (const UsageError& error) {
    problem = error.what();
    findings.clear();
  }
  return findings;
}

}  // namespace milepost
