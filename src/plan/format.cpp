#include "format.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "fences.hpp"
#include "milestone_parser.hpp"

#include <algorithm>
#include <array>

namespace milepost::parsing {

namespace {

bool recognises_yaml(const Candidate& candidate) {
  const std::string extension = to_lower_ascii(candidate.path.extension().string());
  return extension == ".yaml" || extension == ".yml";
}

/// "01", "03b", "88.1-01": Markdown milestones have a key `plan` too, with a path.
bool is_plan_number(std::string_view text) {
  return !text.empty() && text.size() <= 16 && text[0] >= '0' && text[0] <= '9' &&
         text.find_first_of("/ ") == std::string_view::npos;
}

/// A line that begins with <tasks> or <task type=, outside fences.
bool has_task_tag(const Candidate& candidate) {
  const SourceText& source = candidate.source;
  const FenceReading fences = read_nested(source, candidate.front.line_count);
  for (std::uint32_t i = candidate.front.line_count; i < source.line_count(); ++i) {
    const std::string_view line = trim(source.line(i));
    if ((line.starts_with("<tasks>") || line.starts_with("<task type=")) && !fences.hides(i)) return true;
  }
  return false;
}

bool recognises_gsd(const Candidate& candidate) {
  for (const std::string_view key : {"phase", "wave", "must_haves"}) {
    if (candidate.front.find(key) != nullptr) return true;
  }
  if (const FrontMatterEntry* plan = candidate.front.find("plan");
      plan != nullptr && is_plan_number(plan->text))
    return true;
  const bool in_planning =
      std::find(candidate.path.begin(), candidate.path.end(), ".planning") != candidate.path.end();
  const std::string name = candidate.path.filename().string();
  if (in_planning && (name.ends_with("-PLAN.md") || name == "PLAN.md")) return true;
  return has_task_tag(candidate);
}

bool recognises_markdown(const Candidate&) {
  return true;
}

void read_markdown(const Candidate& candidate, Plan& plan) {
  read_milestone_plan(candidate.source, candidate.front, plan);
}

constexpr std::array<PlanFormatRules, 3> k_formats = {
    {{PlanFormat::native_yaml, "a YAML plan", recognises_yaml, nullptr},
     {PlanFormat::gsd, "a GSD plan", recognises_gsd, nullptr},
     {PlanFormat::milestone_markdown, "a Markdown milestone plan", recognises_markdown, read_markdown}}};

}  // namespace

const PlanFormatRules& format_of(const Candidate& candidate) {
  const auto rules = std::find_if(k_formats.begin(), k_formats.end(), [&](const PlanFormatRules& format) {
    return format.recognises(candidate);
  });
  if (rules->read == nullptr) {
    throw UsageError(candidate.path.string() + " is " + std::string(rules->name) +
                         "; this version of milepost reads Markdown milestone plans",
                     "write the tasks below headings such as \"## Task 3.1: Title\"");
  }
  return *rules;
}

}  // namespace milepost::parsing
