#pragma once

#include "milepost/plan/plan.hpp"

#include "front_matter.hpp"
#include "source_text.hpp"

#include <filesystem>

namespace milepost::parsing {

/// What a format is told by.
struct Candidate {
  const std::filesystem::path& path;
  const SourceText& source;
  const FrontMatter& front;
};

/// One plan format.
struct PlanFormatRules {
  PlanFormat format;
  std::string_view name;  ///< "a GSD plan"
  bool (*recognises)(const Candidate&);
  void (*read)(const Candidate&, Plan&);
};

/// ".yaml" or ".yml": such a file has no front matter.
bool has_yaml_extension(const std::filesystem::path& path);

/// The rules of the candidate's format: the first in the table that recognises it; the last takes every
/// Markdown file.
const PlanFormatRules& format_of(const Candidate& candidate);

/// Throws UsageError, saying why, when the file is a document beside plans: a hand-off, an overview, a
/// summary.
void refuse_non_plans(const Candidate& candidate);

}  // namespace milepost::parsing
