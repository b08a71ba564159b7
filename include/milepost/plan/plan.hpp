#pragma once

#include "milepost/base/ids.hpp"
#include "milepost/plan/diagnostic.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// What a task asks for: the first upper-case word of its type, or `coding` when it names none.
enum class TaskKind { coding, research, mixed, validation, checkpoint };

struct Criterion {
  std::string text;
  bool ticked = false;  ///< "[x]" in the plan; not a reliable state
};

/// A shell command the plan suggests. It runs only when the user allows plan commands.
struct PlanCommand {
  std::string run;  ///< verbatim with LF line ends and one at the end, may hold several lines
  Span at;
};

/// One unit of agent work.
struct Task {
  TaskId id;          ///< as written: "3.10" is not "3.1"
  std::string title;  ///< cleaned of emphasis and status marks
  TaskKind kind = TaskKind::coding;
  std::string kind_text;           ///< as written: "MIXED (research + coding)"
  std::string status_hint;         ///< "completed", "revised"… when the heading says so; never trusted
  std::vector<std::string> files;  ///< back-quoted paths of the File(s) field, in order
  std::vector<TaskId> depends_on;  ///< resolved ids; in a milestone plan the task before it
  std::string body;                ///< the task's whole text, byte-exact, heading included: goes to the agent
  std::string description;         ///< may be empty
  std::string estimate;            ///< text, not a number
  std::string condition;           ///< "Trigger:"; empty: unconditional
  std::vector<Criterion> acceptance;        ///< in order
  std::vector<PlanCommand> smoke_commands;  ///< fences under "Smoke Test"
  std::vector<std::string>
      shell_blocks;  ///< bash/sh/shell fences outside smoke tests, in order: what the script harness runs
  Span at;
  std::string content_hash;  ///< SHA-256 of body with LF line ends: tells an edited task from the same one
};

/// An end-to-end scenario of the plan.
struct E2E {
  std::string heading;
  std::string text;                 ///< the section without its heading
  std::vector<std::string> blocks;  ///< its code blocks
  Span at;
};

enum class PlanFormat { milestone_markdown, gsd, native_yaml };

/// One file that describes a milestone.
struct Plan {
  PlanFormat format = PlanFormat::milestone_markdown;
  std::string path;                     ///< as given by the user
  std::string sha256;                   ///< of the file's bytes
  std::string id;                       ///< "M3", "M4.5", "M5b"; the file's stem when the plan has no number
  std::string title;                    ///< without "Milestone 3:"
  std::string goal;                     ///< may be empty
  std::string branch;                   ///< as written, without back quotes; may be empty
  std::vector<std::string> depends_on;  ///< milestones: "M2"
  std::vector<std::string> soft_depends_on;  ///< milestones named as prerequisites
  std::map<std::string, std::string> meta;   ///< front matter as text: design, architecture…
  std::vector<Task> tasks;                   ///< in file order
  std::vector<E2E> e2e;                      ///< the first one is the milestone's scenario
  std::vector<Diagnostic> diagnostics;       ///< in file order

  /// The task with this id, or null.
  const Task* find(const TaskId& id) const;
};

std::string_view to_string(TaskKind kind);
std::string_view to_string(PlanFormat format);

}  // namespace milepost
