#pragma once

#include "milepost/plan/plan.hpp"

#include "source_text.hpp"

#include <string_view>
#include <vector>

namespace milepost::parsing {

/// Reads milepost's own YAML plan (docs/plan.schema.json) into `plan`. What does not fit is an error with its
/// place; an unknown key comes with the key that may be meant.
void read_yaml_plan(const SourceText& source, Plan& plan);

/// An object of the format and the keys that it may have, for the test that compares them with the schema.
struct YamlObject {
  std::string_view name;  ///< of the definition in the schema; "" is the plan itself
  std::vector<std::string_view> keys;
  std::vector<std::string_view> required;
};
const std::vector<YamlObject>& yaml_objects();

}  // namespace milepost::parsing
