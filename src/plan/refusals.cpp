#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "format.hpp"
#include "markdown_line.hpp"
#include "milestone_header.hpp"
#include "task_heading.hpp"
#include "task_outline.hpp"

#include <array>

namespace milepost::parsing {

namespace {

enum class Match { prefix, part };

struct Refusal {
  std::string_view name;  ///< in the file's stem
  Match match = Match::prefix;
  bool unless_tasks = false;  ///< a file with task headings is read all the same
  std::string_view what;
};

// Lower-case names are left alone: "M5_cicd-verification.md" is a plan.
constexpr std::array<Refusal, 9> k_refusals = {
    {{"HANDOFF", Match::prefix, false, "a hand-off document: it tells what was done"},
     {"OVERVIEW", Match::prefix, false, "an overview of several milestones"},
     {"SUMMARY", Match::part, false, "a summary of finished work"},
     {"PLAN-CHECK", Match::part, false, "the check of a plan"},
     {"PLAN-OUTLINE", Match::part, false, "the outline of a plan"},
     {".pre-bounce", Match::part, false, "a copy of a plan from before its review"},
     {"VERIFICATION", Match::part, false, "a verification report"},
     {"FINDINGS", Match::part, true, "a record of findings"},
     {"RESULTS", Match::part, true, "a record of results"}}};

[[noreturn]] void refuse(const Candidate& candidate, std::string_view what) {
  throw UsageError(candidate.path.string() + " is no plan but " + std::string(what),
                   "name the plan itself, such as M3_name.md beside it");
}

bool has_tasks(const Candidate& candidate) {
  std::vector<Diagnostic> unused;
  return !outline_of(candidate.source, candidate.front.line_count, unused).lines.empty();
}

/// "Handoff: …", "M3 Handoff: …", "Milestone 3 Handoff — …".
bool is_handoff_title(std::string_view title) {
  const std::string lower = to_lower_ascii(title.substr(0, 200));
  const std::size_t at = lower.find("handoff");
  if (at == std::string::npos || at > 20) return false;
  const std::string_view before = trim(std::string_view(lower).substr(0, at));
  const bool named =
      before.empty() || (before[0] == 'm' && before.find_first_of("0123456789") != std::string_view::npos &&
                         before.find(':') == std::string_view::npos);
  const std::string_view after = trim(std::string_view(lower).substr(at + 7));
  const bool ends = after.empty() || after.starts_with(":") || after.starts_with("-") ||
                    after.starts_with("\xe2\x80\x94") || after.starts_with("\xe2\x80\x93");
  return named && ends;
}

}  // namespace

void refuse_non_plans(const Candidate& candidate) {
  const std::string stem = candidate.path.stem().string();
  for (const Refusal& refusal : k_refusals) {
    // "12-04-VERIFICATION-PLAN.md" plans a verification.
    if (stem.ends_with("-PLAN") && refusal.match == Match::part) continue;
    const bool named = refusal.match == Match::prefix ? stem.starts_with(refusal.name)
                                                      : stem.find(refusal.name) != std::string::npos;
    if (named && !(refusal.unless_tasks && has_tasks(candidate))) refuse(candidate, refusal.what);
  }
  const std::string lower = to_lower_ascii(stem);
  if (lower == "handoff" || lower == "overview")
    refuse(candidate, k_refusals[lower == "overview" ? 1 : 0].what);

  const FenceReading fences = read_nested(candidate.source, candidate.front.line_count);
  const std::string_view title =
      first_title(candidate.source, fences, candidate.front.line_count, candidate.source.line_count());
  if (is_handoff_title(title)) refuse(candidate, k_refusals[0].what);
}

}  // namespace milepost::parsing
