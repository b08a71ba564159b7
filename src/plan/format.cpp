#include "format.hpp"

#include "milepost/base/text.hpp"

#include "fences.hpp"
#include "gsd_name.hpp"
#include "gsd_parser.hpp"
#include "milestone_parser.hpp"
#include "yaml_plan.hpp"

#include <algorithm>
#include <array>

namespace milepost::parsing {

namespace {

bool recognises_yaml(const Candidate& candidate) {
  return has_yaml_extension(candidate.path);
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
    if ((line.starts_with("<tasks>") || line.starts_with("<task ")) && !fences.hides(i)) return true;
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
  if (is_gsd_file_name(name)) return true;
  if (in_planning && (name.ends_with("-PLAN.md") || name == "PLAN.md")) return true;
  return has_task_tag(candidate);
}

bool recognises_markdown(const Candidate&) {
  return true;
}

void read_yaml(const Candidate& candidate, Plan& plan) {
  read_yaml_plan(candidate.source, plan);
}

void read_gsd(const Candidate& candidate, Plan& plan) {
  read_gsd_plan(candidate.path, candidate.source, candidate.front, plan);
}

void read_markdown(const Candidate& candidate, Plan& plan) {
  read_milestone_plan(candidate.source, candidate.front, plan);
}

constexpr std::array<PlanFormatRules, 3> k_formats = {
    {{PlanFormat::native_yaml, "a YAML plan", recognises_yaml, read_yaml},
     {PlanFormat::gsd, "a GSD plan", recognises_gsd, read_gsd},
     {PlanFormat::milestone_markdown, "a Markdown milestone plan", recognises_markdown, read_markdown}}};

}  // namespace

bool has_yaml_extension(const std::filesystem::path& path) {
  const std::string extension = to_lower_ascii(path.extension().string());
  return extension == ".yaml" || extension == ".yml";
}

const PlanFormatRules& format_of(const Candidate& candidate) {
  const auto rules = std::find_if(k_formats.begin(), k_formats.end(), [&](const PlanFormatRules& format) {
    return format.recognises(candidate);
  });
  return *rules;
}

}  // namespace milepost::parsing
