#pragma once

#include "milepost/base/ids.hpp"
#include "milepost/plan/diagnostic.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// What a task asks for: the first upper-case word of its type, or `coding` when it names none. `scenario`
/// and `close_out` are never written in a plan (plan/closing_tasks.hpp).
enum class TaskKind { coding, research, mixed, validation, checkpoint, scenario, close_out };

struct Criterion {
  std::string text;
  bool ticked = false;  ///< "[x]" in the plan; not a reliable state
};

/// A shell command of the plan. One that is not trusted is a suggestion: it runs only when the user allows
/// plan commands.
struct PlanCommand {
  std::string run;  ///< verbatim with LF line ends and one at the end, may hold several lines
  Span at;
  bool trusted = false;  ///< from a YAML plan, whose commands are the author's checks
  std::optional<std::chrono::seconds> timeout = {};  ///< unset: the configured one
  int exit = 0;                                      ///< the exit status that passes
};

/// What a plan or task sets in place of the configuration; unset: inherited.
struct Limits {
  std::optional<std::string> harness;
  std::optional<std::string> model;
  std::optional<std::chrono::seconds> timeout;
  std::optional<double> budget_usd;
  std::optional<int> budget_turns;
  std::optional<std::int64_t> budget_tokens;
  std::optional<int> retries;  ///< further attempts after the first
};

enum class CheckpointKind { verify, decision, action };

/// A possible answer of a decision.
struct CheckpointOption {
  std::string id;
  std::string name;
  std::string pros;
  std::string cons;
};

/// What a person is asked before the plan goes on. Texts may be empty.
struct Checkpoint {
  CheckpointKind kind = CheckpointKind::verify;
  std::string built;                      ///< verify: what was made
  std::string steps;                      ///< verify: how to look at it
  std::string question;                   ///< decision
  std::string context;                    ///< decision: what to know for it
  std::string instructions;               ///< action: what to do by hand
  std::string resume;                     ///< how to answer, in the plan's words
  std::vector<CheckpointOption> options;  ///< decision, in order
  std::string default_option;             ///< the id taken when nobody can be asked; empty: the run stops
  bool blocking_human = false;            ///< never passed without a person
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
  std::string condition;           ///< "Trigger:", YAML `when`; empty: unconditional
  std::vector<Criterion> acceptance;        ///< in order
  std::vector<PlanCommand> smoke_commands;  ///< fences under "Smoke Test"
  std::vector<PlanCommand> verify;          ///< `<automated>` of a GSD task, `verify` of a YAML task
  std::vector<std::string>
      shell_blocks;  ///< bash/sh/shell fences outside smoke tests, in order: what the script harness runs
  Span at;
  std::string label;        ///< the number in a GSD task's name: "1"; may be empty
  std::string verify_text;  ///< GSD: `<verify>` as written
  std::string action;       ///< GSD: `<action>`
  std::string behavior;     ///< GSD: `<behavior>`
  std::string done;         ///< GSD: `<done>`
  std::string prompt_file;  ///< YAML: the file that holds the prompt; empty: the prompt is in the plan
  std::vector<std::string> read_first;   ///< files the agent reads before it edits
  std::optional<Checkpoint> checkpoint;  ///< set: a person answers this task
  bool tdd = false;                      ///< a failing test comes first
  std::optional<double> wave;            ///< YAML: not before this wave
  Limits limits;
  std::string content_hash;  ///< SHA-256 of body with LF line ends: tells an edited task from the same one
};

/// An end-to-end scenario of the plan.
struct E2E {
  std::string heading;
  std::string text;                 ///< the section without its heading
  std::vector<std::string> blocks;  ///< its code blocks
  Span at;
  std::vector<PlanCommand> commands;  ///< what milepost runs: of YAML, or the shell blocks of Markdown as one
  std::optional<int> fix_attempts;    ///< YAML
  std::string fix_harness;            ///< YAML: who fixes it; empty: the plan's harness
};

/// A file that must exist when the plan is done, and what it must hold.
struct Artifact {
  std::string path;
  std::string provides;
  std::vector<std::string> contains;      ///< literal texts, all of them
  std::vector<std::string> not_contains;  ///< literal texts, none of them
  std::vector<std::string> exports;       ///< literal names, all of them
  std::optional<int> min_lines;
  Span at;
};

/// Two ends that must be connected. An end may be something else than a file; then it cannot be checked.
struct KeyLink {
  std::string from;
  std::string to;
  std::string via;
  std::optional<std::string> pattern;  ///< ECMAScript; found in `from` or `to`
  Span at;                             ///< of the pattern when there is one
};

/// What must be true when the plan is done.
struct MustHaves {
  std::vector<std::string> truths;  ///< for a reviewer
  std::vector<Artifact> artifacts;
  std::vector<KeyLink> key_links;

  bool empty() const { return truths.empty() && artifacts.empty() && key_links.empty(); }
};

enum class PlanFormat { milestone_markdown, gsd, native_yaml };

/// One file that describes a milestone.
struct Plan {
  PlanFormat format = PlanFormat::milestone_markdown;
  std::string path;    ///< as given by the user
  std::string sha256;  ///< of the file's bytes
  std::string id;      ///< "M3", "M4.5"; of a GSD plan "37-02"; the file's stem when the plan has no number
  std::string phase;   ///< GSD: the phase in the id, "37", "18.1"; may be empty
  std::string number;  ///< GSD: the plan in its phase, "02", "03b"; may be empty
  std::string type;    ///< GSD: "execute", "tdd"…; may be empty
  std::string title;   ///< without "Milestone 3:"
  std::string goal;    ///< may be empty; of a GSD plan the first paragraph of its objective
  std::string branch;  ///< as written, without back quotes; may be empty
  std::string base;    ///< the branch it starts from; may be empty
  std::vector<std::string> depends_on;       ///< plans: "M2"; of a GSD plan those of its phase, as full ids
  std::vector<std::string> soft_depends_on;  ///< milestones named as prerequisites
  std::vector<std::string> external;         ///< GSD: plans of other phases that must be done
  std::optional<double> wave;                ///< GSD: as declared; unset: the dependencies give it
  bool autonomous = true;                    ///< GSD: no person is needed
  bool gap_closure = false;                  ///< GSD: closes gaps of a verification
  std::vector<std::string> files_modified;   ///< GSD
  std::vector<std::string> requirements;
  std::vector<std::string> context;     ///< files to know
  std::string objective;                ///< GSD: the whole section; may be empty
  std::string verification;             ///< GSD: the section; may be empty
  std::string success_criteria;         ///< GSD: the section; may be empty
  std::string output;                   ///< GSD: the section; may be empty
  std::vector<std::string> user_setup;  ///< GSD: services to set up by hand, each on one line
  MustHaves must_haves;
  Limits defaults;                     ///< YAML: what every task inherits; `Task::limits` holds the result
  std::string commit;                  ///< YAML: "per-task", "per-plan", "none"; empty: per-task
  std::string isolation;               ///< YAML: "worktree", "container", "none"; empty: none
  std::string summary_path;            ///< YAML: where the summary is wanted; may be empty
  std::string handoff_path;            ///< YAML: where the hand-off is wanted; may be empty
  std::map<std::string, Span> places;  ///< GSD: where the values of wave, depends_on… stand
  std::map<std::string, std::string> meta;  ///< other front matter as text: design, architecture…
  std::vector<Task> tasks;                  ///< in file order
  std::vector<E2E> e2e;                     ///< the first one is the milestone's scenario
  std::vector<Diagnostic> diagnostics;      ///< in file order

  /// The task with this id, or null.
  const Task* find(const TaskId& id) const;
};

std::string_view to_string(TaskKind kind);
std::string_view to_string(CheckpointKind kind);
std::string_view to_string(PlanFormat format);

}  // namespace milepost
