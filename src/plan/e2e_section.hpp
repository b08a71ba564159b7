#pragma once

#include "milepost/plan/plan.hpp"

#include "fences.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace milepost::parsing {

/// Whether a heading announces the end-to-end scenario: "E2E Test", "E2E Validation", "E2E Test Scenario",
/// "E2E Regression Test"…; not "E2E Test Results" or "E2E Test Gap".
bool is_e2e_heading(std::string_view heading);

/// A range of lines that belongs to a task.
struct LineRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// The end-to-end sections outside the tasks, in order. A section ends at the next heading of its level or
/// higher, or at a task.
std::vector<E2E> e2e_sections(const SourceText& source, const FenceReading& fences, std::uint32_t first,
                              const std::vector<LineRange>& tasks);

}  // namespace milepost::parsing
