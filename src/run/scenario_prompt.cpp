#include "milepost/run/prompt.hpp"

#include "prompt_parts.hpp"

namespace milepost {

// "<result>" is no valid status, so an agent that quotes this text back has not reported anything.
const std::string_view k_how_to_report =
    R"(# How to end

Finish your last message with this block, and nothing after it. Replace <result> by one of passed, failed, unclear:

```milepost
{"status": "completed",
 "summary": "what you ran and what you saw, in one to three sentences",
 "e2e": {"status": "<result>",
         "diagnosis": "only for failed or unclear: what goes wrong, where, and why",
         "fixable": true,
         "fix_plan": "only for failed and fixable: what has to change in the code"}}
```

- passed: you have run every step, and each one showed what it should. Do not infer a result that you have not seen.
- failed: a step did not show what it should. `fixable` is true when a change of this repository's code can mend it, and
  false when something outside of it is missing or broken.
- unclear: you could not run the steps, or cannot tell what they showed.

Without any result, but with a question that only a person can answer, use "status": "needs_human" with "question",
"options" and "recommendation" in place of "e2e".
)";

std::string scenario_prompt(const PromptContext& context) {
  std::string text =
      "You try out what a milestone plan has built, in the git repository at /workspace, and report how it "
      "went. "
      "Somebody else mends what you find.\n\n" +
      plan_context(context) + "# What to run\n\n" + task_text(context) +
      "# How to work\n\n"
      "- Run the steps for real and look at what they show. Skip none; a step that cannot be run is "
      "reported.\n"
      "- Change nothing that belongs to the repository, and do not commit.\n"
      "- Nobody can answer while you work.\n";
  if (!context.guidance.empty())
    text += "\n# Guidance from the user for this task\n\n" + context.guidance + "\n";
  return text + "\n" + std::string(k_how_to_report);
}

}  // namespace milepost
