#include "milepost/plan/parse.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/sha256.hpp"

#include "format.hpp"
#include "lint.hpp"

#include <algorithm>
#include <tuple>

namespace milepost {

namespace {

constexpr std::size_t k_limit_bytes = 16u << 20;

void sort_by_place(std::vector<Diagnostic>& diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.at.line, a.at.column) < std::tie(b.at.line, b.at.column);
  });
}

}  // namespace

Plan parse_plan_file(const std::filesystem::path& path) {
  return parse_plan(read_file(path, k_limit_bytes), path);
}

Plan parse_plan(std::string_view text, const std::filesystem::path& path) {
  if (text.size() > k_limit_bytes)
    throw UsageError(path.string() + " is larger than 16 MB", "split it into several milestones");
  Plan plan;
  plan.path = path.string();
  plan.sha256 = sha256_hex(text);
  const parsing::SourceText source(text, plan.diagnostics);
  parsing::FrontMatter front;
  if (!parsing::has_yaml_extension(path)) front = parsing::read_front_matter(source, plan.diagnostics);
  const parsing::Candidate candidate{path, source, front};
  parsing::refuse_non_plans(candidate);
  parsing::format_of(candidate).read(candidate, plan);
  parsing::lint(plan);
  sort_by_place(plan.diagnostics);
  return plan;
}

}  // namespace milepost
