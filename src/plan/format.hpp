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

/// One plan format. A format whose reader is missing is recognised and refused by name.
struct PlanFormatRules {
  PlanFormat format;
  std::string_view name;  ///< for messages: "a GSD plan"
  bool (*recognises)(const Candidate&);
  void (*read)(const Candidate&, Plan&);  ///< null: not read by this version
};

/// The rules of the candidate's format: the first in the table that recognises it; the last takes every
/// Markdown file. Throws UsageError when this version has no reader for it.
const PlanFormatRules& format_of(const Candidate& candidate);

/// Throws UsageError, saying why, when the file is a document beside plans: a hand-off, an overview, a
/// summary.
void refuse_non_plans(const Candidate& candidate);

}  // namespace milepost::parsing
