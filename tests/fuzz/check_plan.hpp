#pragma once

#include "milepost/base/error.hpp"
#include "milepost/plan/parse.hpp"
#include "milepost/plan/plan_dot.hpp"
#include "milepost/plan/plan_json.hpp"
#include "milepost/plan/runnable.hpp"

#include "allocation_limit.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

/// Any bytes give a plan or a UsageError; the parts of a plan are parts of the text; twice the same.
inline void check_plan(std::string_view text, std::string_view name) {
  try {
    std::optional<AllocationLimit> limit(text.size());
    const milepost::Plan plan = milepost::parse_plan(text, name);
    limit.reset();
    const bool broken = milepost::has_errors(plan.diagnostics);
    const bool free_order = plan.format == milepost::PlanFormat::native_yaml;
    std::uint32_t line = 0;
    for (const milepost::Task& task : plan.tasks) {
      if (task.id.empty() || task.id.value.size() > 64) std::abort();
      const bool in_order = task.at.line > line && task.at.end_line >= task.at.line && !task.body.empty();
      if (!in_order && !(broken && free_order)) std::abort();
      line = task.at.end_line;
      if (task.depends_on.empty() != (&task == &plan.tasks.front()) && !broken && !free_order) std::abort();
      for (const milepost::TaskId& id : task.depends_on) {
        if (!broken && plan.find(id) == nullptr) std::abort();
      }
    }
    if (plan.tasks.empty() && !broken) std::abort();
    const milepost::Plan again = milepost::parse_plan(text, name);
    if (milepost::plan_to_json(plan) != milepost::plan_to_json(again)) std::abort();
    if (milepost::plan_to_dot(plan) != milepost::plan_to_dot(again)) std::abort();
    if (milepost::not_runnable(plan) != milepost::not_runnable(again)) std::abort();
    milepost::run_cautions(plan);
  } catch (const milepost::UsageError&) {
  }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}
