#pragma once

#include "milepost/plan/plan.hpp"

#include "front_matter.hpp"

#include <filesystem>

namespace milepost::parsing {

/// Reads a GSD plan into `plan`: its front matter, its sections and its tasks, whether they are `<task>`
/// elements, `<feature>` elements or Markdown headings.
void read_gsd_plan(const std::filesystem::path& path, const SourceText& source, const FrontMatter& front,
                   Plan& plan);

}  // namespace milepost::parsing
