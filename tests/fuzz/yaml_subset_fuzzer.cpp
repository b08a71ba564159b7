#include "check_plan.hpp"
#include "source_text.hpp"
#include "yaml_subset.hpp"

#include <string>

namespace {

/// Every value has its keys and stands in the text.
void check_value(const milepost::parsing::FrontMatterValue& value, std::uint32_t lines) {
  using Kind = milepost::parsing::FrontMatterValue::Kind;
  if (value.kind == Kind::map && value.keys.size() != value.items.size()) std::abort();
  if (value.kind == Kind::map && value.keys.size() != value.key_at.size()) std::abort();
  if (value.at.line > lines) std::abort();
  for (const milepost::parsing::FrontMatterValue& item : value.items) check_value(item, lines);
}

}  // namespace

// The subset of YAML, without a plan around it: any text gives a map or a YamlFault with a place.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const AllocationLimit limit(size);
  std::vector<milepost::Diagnostic> diagnostics;
  const milepost::parsing::SourceText source(text_of(data, size), diagnostics);
  if (source.line_count() == 0) return 0;
  try {
    const auto map = milepost::parsing::read_yaml_map(source, 0, source.line_count(), diagnostics);
    check_value(map, source.line_count());
  } catch (const milepost::parsing::YamlFault& fault) {
    if (fault.at.line == 0 || fault.at.line > source.line_count() + 1) std::abort();
  }
  return 0;
}
