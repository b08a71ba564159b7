#pragma once

#include "milepost/plan/plan.hpp"

#include "front_matter.hpp"
#include "source_text.hpp"
#include "yaml_object.hpp"

#include <vector>

namespace milepost::parsing {

/// A task of a YAML plan, with the ids it depends on as written.
struct YamlTask {
  Task task;
  bool says_depends_on = false;  ///< without the key it follows the task before it
  Span depends_on_at;
};

/// Reads one item of `tasks`; `defaults` fill what its limits leave open.
YamlTask read_yaml_task(const SourceText& source, const FrontMatterValue& value, std::size_t position,
                        const Limits& defaults, std::vector<Diagnostic>& diagnostics);

/// The limits that a plan's defaults or a task sets.
Limits read_limits(const YamlMap& map, std::vector<Diagnostic>& diagnostics);

/// A command with its time limit and expected exit status.
PlanCommand read_command(const YamlMap& map, const FrontMatterValue& value,
                         std::vector<Diagnostic>& diagnostics);

}  // namespace milepost::parsing
