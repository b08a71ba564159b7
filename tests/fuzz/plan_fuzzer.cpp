#include "milepost/base/error.hpp"
#include "milepost/plan/parse.hpp"
#include "milepost/plan/plan_json.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Any bytes give a plan or a UsageError; the parts of a plan are parts of the text; twice the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const milepost::Plan plan = milepost::parse_plan(text, "M3_fuzz.md");
    std::uint32_t line = 0;
    for (const milepost::Task& task : plan.tasks) {
      if (task.id.empty() || task.id.value.size() > 64 || task.body.empty()) std::abort();
      if (task.at.line <= line || task.at.end_line < task.at.line) std::abort();
      line = task.at.end_line;
      if (task.depends_on.empty() != (&task == &plan.tasks.front()) &&
          !milepost::has_errors(plan.diagnostics))
        std::abort();
    }
    if (plan.tasks.empty() && !milepost::has_errors(plan.diagnostics)) std::abort();
    if (milepost::plan_to_json(plan) != milepost::plan_to_json(milepost::parse_plan(text, "M3_fuzz.md")))
      std::abort();
  } catch (const milepost::UsageError&) {
  }
  return 0;
}
