#include "milestone_header.hpp"

#include "milepost/base/text.hpp"

#include "fields.hpp"
#include "markdown_line.hpp"
#include "milestone_names.hpp"
#include "task_heading.hpp"

#include <algorithm>
#include <filesystem>

namespace milepost::parsing {

namespace {

/// The first paragraph of a value on one line: a list directly below an empty label line counts.
std::string first_paragraph(const SourceText& source, const FenceReading& fences, const Field& field) {
  std::string text(field.value);
  for (std::uint32_t i = field.first; i <= field.last; ++i) {
    if (fences.hides(i)) break;
    if (source.blank(i)) {
      if (text.empty()) continue;
      break;
    }
    const auto bullet = bullet_of(source.line(i));
    if (!text.empty()) text += bullet ? ", " : " ";
    text += bullet ? bullet->text : trim(source.line(i));
  }
  return text;
}

void add_new(std::vector<std::string>& names, const std::vector<std::string>& more,
             const std::vector<std::string>& known, const std::string& own) {
  for (const std::string& name : more) {
    if (name == own || std::find(names.begin(), names.end(), name) != names.end() ||
        std::find(known.begin(), known.end(), name) != known.end())
      continue;
    names.push_back(name);
  }
}

std::string without_quotes(std::string_view value) {
  const std::vector<std::string> tokens = quoted_tokens(value);
  return trim(value).starts_with('`') && !tokens.empty() ? tokens.front() : std::string(trim(value));
}

}  // namespace

std::string_view first_title(const SourceText& source, const FenceReading& fences, std::uint32_t first,
                             std::uint32_t end) {
  for (std::uint32_t i = first; i < end; ++i) {
    if (fences.hides(i)) continue;
    const auto heading = heading_at(source, i);
    if (heading && heading->level == 1 && !heading->text.empty()) return heading->text;
  }
  return {};
}

void read_milestone_header(const SourceText& source, const FenceReading& fences, std::uint32_t first,
                           std::uint32_t end, Plan& plan) {
  const std::string stem = std::filesystem::path(plan.path).stem().string();
  const std::string heading = without_emphasis(first_title(source, fences, first, end));
  if (heading.empty()) {
    plan.diagnostics.push_back({Severity::warning,
                                "no-title",
                                {first + 1, 1, first + 1},
                                "the plan has no title before its first task",
                                "begin it with \"# Milestone 3: Title\""});
  }
  const MilestoneTitle title = milestone_title_of(heading);
  plan.title = heading.empty() ? stem : std::string(title.title);
  plan.id = !title.id.empty() ? title.id : milestone_of_file_stem(stem);
  if (plan.id.empty()) plan.id = valid_utf8(stem);
  plan.title = valid_utf8(plan.title);
  if (end == first) return;

  const std::vector<Field> fields = fields_of(source, fences, first, end - 1);
  if (const Field* branch = find_field(fields, {"branch"})) plan.branch = without_quotes(branch->value);
  if (const Field* goal = find_field(fields, {"goal"})) plan.goal = first_paragraph(source, fences, *goal);
  for (const Field& field : fields) {
    const bool hard = field.label == "builds on" || field.label == "depends on" ||
                      field.label == "dependencies" || field.label == "dependency";
    if (hard) add_new(plan.depends_on, milestones_in(first_paragraph(source, fences, field)), {}, plan.id);
  }
  for (const Field& field : fields) {
    if (field.label == "prerequisite" || field.label == "prerequisites")
      add_new(plan.soft_depends_on, milestones_in(first_paragraph(source, fences, field)), plan.depends_on,
              plan.id);
  }
}

}  // namespace milepost::parsing
