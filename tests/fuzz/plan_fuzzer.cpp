#include "milepost/base/error.hpp"
#include "milepost/plan/parse.hpp"
#include "milepost/plan/plan_dot.hpp"
#include "milepost/plan/plan_json.hpp"
#include "milepost/plan/runnable.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Any bytes give a plan or a UsageError in each of the formats; the parts of a plan are parts of the text;
// twice the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::array<std::string_view, 3> names = {"M3_fuzz.md", "07-02-PLAN.md", "fuzz.yaml"};
  const std::string_view name = names[data[0] % names.size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    const milepost::Plan plan = milepost::parse_plan(text, name);
    const bool broken = milepost::has_errors(plan.diagnostics);
    std::uint32_t line = 0;
    for (const milepost::Task& task : plan.tasks) {
      if (task.id.empty() || task.id.value.size() > 64) std::abort();
      const bool in_order = task.at.line > line && task.at.end_line >= task.at.line && !task.body.empty();
      if (!in_order && !(broken && plan.format == milepost::PlanFormat::native_yaml)) std::abort();
      line = task.at.end_line;
      const bool free = plan.format == milepost::PlanFormat::native_yaml;
      if (task.depends_on.empty() != (&task == &plan.tasks.front()) && !broken && !free) std::abort();
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
  return 0;
}
