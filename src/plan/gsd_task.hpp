#pragma once

#include "milepost/plan/plan.hpp"

#include "element.hpp"
#include "fences.hpp"

namespace milepost::parsing {

/// Reads a `<task>` or `<feature>` of a GSD plan; `position` counts from 1. Everything but its dependencies.
Task read_gsd_task(const SourceText& source, const TagIndex& tags, const FenceReading& fences,
                   const Element& element, const std::string& plan_id, std::size_t position,
                   std::vector<Diagnostic>& diagnostics);

/// The id of a GSD task: "37-02/1".
TaskId gsd_task_id(const std::string& plan_id, std::size_t position);

}  // namespace milepost::parsing
