#include "milepost/run/prompt.hpp"

#include "milepost/base/text.hpp"

#include "prompt_parts.hpp"
#include "step_rules.hpp"

#include <algorithm>
#include <string_view>

namespace milepost {

namespace {

// "<status>" is no valid status, so an agent that quotes this text back has not reported anything.
constexpr std::string_view k_how_to_end =
    R"(Finish your last message with this block, and nothing after it. Replace <status> by one of
completed, needs_human, failed:

```milepost
{"status": "<status>",
 "summary": "what you changed and why, in one to three sentences",
 "decisions": ["a choice you made that the next task must know"],
 "next_task_notes": "what the next task should know; may be empty",
 "implementation_notes": ["how something is built that a reader of the code must know"],
 "gotchas": ["a trap that you met"],
 "deviations": ["where you left the plan, and why"],
 "issues": ["a problem that you met, and how it was solved"],
 "question": "only for needs_human: what you must be told",
 "options": ["only for needs_human: an answer you can work with", "another one"],
 "recommendation": "only for needs_human: the option you would take"}
```

- completed: the task is done as described and you have checked it.
- needs_human: you cannot go on without a decision or a fact that only a person has. Do not guess.
- failed: it cannot be done; the summary says why.

Only the status and the summary must be there. For the plan's records you may add, where there is something to say,
the lists "provides", "affects", "patterns", "tech_added" and "tags", the texts "subsystem" and "next_phase" (what the
next plan should know), and "file_notes" ({"path": "what changed in it"}).
)";

}  // namespace

std::string fenced(std::string_view text) {
  std::size_t longest = 2, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fence + "\n" + std::string(text) + (text.ends_with('\n') ? "" : "\n") + fence + "\n";
}

namespace {

std::string milestone_section(const Plan& plan) {
  std::string text = "# Milestone " + plan.id + ": " + plan.title + "\n\n";
  if (!plan.goal.empty()) text += "Goal: " + plan.goal + "\n\n";
  std::string documents;
  for (const auto& [key, value] : plan.meta) {
    if (!value.empty()) documents += "- " + key + ": " + value + "\n";
  }
  for (const std::string& path : plan.context) documents += "- " + path + "\n";
  if (!documents.empty()) {
    text += "The plan (" + plan.path +
            ") refers to these documents; read those that exist before you start:\n" + documents + "\n";
  }
  return text;
}

std::string files_to_read(const Task& task) {
  std::string text;
  for (const std::string& path : task.read_first) text += "- " + path + "\n";
  return text.empty() ? text : "Read these files first:\n" + text + "\n";
}

std::string hand_ons(const RunState& run, const TaskId& current) {
  std::string text;
  for (const TaskState& task : run.tasks) {
    if (task.planned.id == current || task.outcome != Outcome::completed) continue;
    const std::string title = "## Task " + task.planned.id.value + ": " + task.planned.title + "\n\n";
    if (task.attempts.empty()) {
      if (!task.detail.empty()) text += title + "A person was asked. " + task.detail + "\n\n";
      continue;
    }
    const AttemptEnded& end = task.attempts.back().end;
    text += title + end.summary + "\n";
    for (const std::string& decision : end.decisions) text += "- Decision: " + decision + "\n";
    if (!end.next_task_notes.empty()) text += "- For the next task: " + end.next_task_notes + "\n";
    text += "\n";
  }
  return text.empty() ? text : "# What earlier tasks handed on\n\n" + text;
}

/// What a person has settled for this task. An answer that is still to be given to the agent is told apart.
std::string settled(const TaskState* task) {
  if (!task) return {};
  const std::size_t count = task->answered.size() - (task->answer.empty() || task->answered.empty() ? 0 : 1);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    const AnsweredQuestion& settled = task->answered[i];
    text += "Question:\n" + fenced(settled.question.text) + "Answer:\n" + fenced(settled.answer) + "\n";
  }
  return text.empty() ? text
                      : "# What a person has settled\n\nEarlier work on this task led to questions, which a "
                        "person answered. Go by the answers.\n\n" +
                            text;
}

std::string rules(const PromptContext& context) {
  std::string text =
      "# How to work\n\n"
      "- Work in /workspace, on this task only; later tasks of the milestone are not yours.\n"
      "- Do not commit: milepost commits your changes itself after it has verified them, and `.git` is "
      "read-only.\n"
      "- Nobody can answer while you work.\n";
  if (context.task.tdd)
    text += "- Test first: write a test that fails, see it fail, then make it pass, then tidy up.\n";
  if (!context.checks.empty()) {
    text += "- Afterwards milepost runs these checks itself; the task is done only when all of them pass:\n";
    for (const VerifyCommand& check : context.checks) text += fenced(check.run);
  }
  if (!context.guidance.empty())
    text += "\n# Guidance from the user for this task\n\n" + context.guidance + "\n";
  return text + "\n# How to end\n\n" + std::string(k_how_to_end);
}

}  // namespace

std::string plan_context(const PromptContext& context) {
  return milestone_section(context.plan) + hand_ons(context.run, context.task.id);
}

std::string task_text(const PromptContext& context) {
  return files_to_read(context.task) + context.task.body +
         (context.task.body.ends_with('\n') ? "\n" : "\n\n") + settled(context.run.find(context.task.id));
}

std::string task_prompt(const PromptContext& context) {
  return "You carry out one task of a milestone plan in the git repository at /workspace.\n\n" +
         plan_context(context) + "# Your task\n\n" + task_text(context) + rules(context);
}

std::string next_task_prompt(const PromptContext& context) {
  return "milepost has verified the task before and committed it. Go on with the next task of the plan.\n\n# "
         "Your "
         "task\n\n" +
         task_text(context) + rules(context);
}

std::string failed_evidence(const AttemptState& attempt) {
  std::string text;
  for (const Evidence& evidence : attempt.evidence) {
    if (evidence.verdict != Verdict::failed && evidence.verdict != Verdict::infra_error) continue;
    text += "The check below: " + std::string(to_string(evidence.verdict)) + " (" + evidence.detail + ")\n" +
            fenced(evidence.command);
    if (!evidence.output.empty()) text += "Its output:\n" + fenced(evidence.output);
  }
  return text;
}

std::string retry_prompt(const Task& task, const AttemptState& failed) {
  std::string text;
  if (failed.end.outcome == Outcome::completed) {
    text = "milepost has verified your work on task " + task.id.value + ", and it does not pass:\n\n" +
           failed_evidence(failed);
    text += "\nFind the cause and mend it. Do not weaken or remove the check.\n\n";
  } else {
    text = "The last attempt at task " + task.id.value + " ended without success: " + failed.end.detail +
           "\n\nLook at the state of the work tree and try again.\n\n";
  }
  return text + std::string(k_how_to_end);
}

std::string answer_prompt(const Task& task, const std::string& question, const std::string& answer) {
  return "You asked about task " + task.id.value + ":\n\n" + question + "\n\nThe answer is:\n\n" + answer +
         "\n\nGo on with the task.\n\n" + std::string(k_how_to_end);
}

std::string checkpoint_prompt(const Task& task, const std::string& found) {
  return "A person has looked at what checkpoint " + task.id.value + " asks about, and found this:\n\n" +
         fenced(found) + "\nMend it.\n\n" + std::string(k_how_to_end);
}

std::string fix_prompt(const Task& task, const TaskState& state) {
  std::string text;
  for (auto attempt = state.attempts.rbegin(); attempt != state.attempts.rend() && text.empty(); ++attempt) {
    if (attempt->end.scenario && attempt->end.scenario->status == ScenarioStatus::failed) {
      text = "The scenario of task " + task.id.value + " was run, and it failed.\n\nDiagnosis:\n" +
             fenced(attempt->end.scenario->diagnosis);
      if (!attempt->end.scenario->fix_plan.empty())
        text += "\nProposed fix:\n" + fenced(attempt->end.scenario->fix_plan);
    } else if (checks_failed(*attempt)) {
      text = "milepost has checked the plan's work (" + task.id.value + "), and it does not pass:\n\n" +
             failed_evidence(*attempt);
    }
  }
  const AttemptState& last = state.attempts.back();
  if (!last.ended) {
    text += "\nAn attempt to mend it was interrupted from outside; look at the state of the work tree.\n";
  } else if (last.end.outcome == Outcome::failed) {
    text += "\nThe last attempt to mend it ended without success: " + last.end.detail + "\n";
  }
  return text +
         "\nFind the cause and mend it in the code. Do not weaken or remove a check or the scenario; it is "
         "run "
         "again afterwards.\n\n" +
         std::string(k_how_to_end);
}

std::string resume_prompt(const Task& task) {
  return "Your work on task " + task.id.value +
         " was interrupted from outside. The work tree is as you left it; commands that were running are "
         "gone. Look at "
         "its state and go on with the task.\n\n" +
         std::string(k_how_to_end);
}

std::string failover_prompt(const Task& task, const TaskState& state) {
  std::string text =
      "Another agent worked on task " + task.id.value +
      " before you and could not go on. What it did is in the work tree: look at its state, and go "
      "on from there. Its attempts:\n\n";
  for (const AttemptState& attempt : state.attempts) {
    text += "- attempt " + std::to_string(attempt.number) + ": ";
    if (!attempt.ended)
      text += "interrupted";
    else if (attempt.end.outcome == Outcome::completed)
      text +=
          checks_failed(attempt) ? "its work did not pass the checks" : one_line(attempt.end.summary, 400);
    else
      text += one_line(attempt.end.detail, 400);
    text += "\n";
  }
  if (const std::string failed = failed_evidence(state.attempts.back()); !failed.empty())
    text += "\n" + failed;
  return text;
}

std::string result_block_prompt(const std::string& problem, bool reports_scenario) {
  return (problem.empty() ? std::string("Your last message had no result block.")
                          : "The result block of your last message cannot be read: " + problem + ".") +
         " Change nothing now; only report.\n\n" +
         std::string(reports_scenario ? k_how_to_report : k_how_to_end);
}

}  // namespace milepost
