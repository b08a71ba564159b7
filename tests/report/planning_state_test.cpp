#include "milepost/report/planning_state.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace milepost;

namespace {

PlanProgress second_of_three() {
  PlanProgress progress;
  progress.phase = "04";
  progress.number = "02";
  progress.id = "04-02";
  progress.done = 2;
  progress.total = 3;
  progress.all_done = 9;
  progress.all_total = 12;
  progress.date = "2026-03-04";
  progress.duration = "12min";
  progress.tasks = 2;
  progress.files = 5;
  progress.decisions = {"Brass valves", "Readings in bar"};
  return progress;
}

constexpr const char* k_state = R"(---
gsd_state_version: 1.0
stopped_at: Phase 4 planned
last_activity: 2026-03-01
progress:
  total_phases: 5
  total_plans: 11
  completed_plans: 8
  percent: 73
---

# Project State

## Current Position

Phase: 4 of 5 (Pump control)
Plan: 2 of 3 in current phase
Status: In progress
Last activity: 2026-03-01 - Planned phase 4

Progress: [███████...] 73%

## Performance Metrics

**Velocity:**
- Total plans completed: 8
- Average duration: 5 min

| Phase | Plans | Total | Avg/Plan |
|-------|-------|-------|----------|
| 3. Gate | 3/3 | 24 min | 8 min |
| 4. Pump control | 1/3 | - | - |

*Updated after each plan completion*
| Phase 04 P01 | 8min | 1 tasks | 2 files |

## Accumulated Context

### Decisions

- [Phase 3]: Wooden gate

### Blockers/Concerns

None yet.

## Session Continuity

Last session: 2026-03-01
Stopped at: Planned
Resume file: .continue-here.md
)";

constexpr const char* k_updated = R"(---
gsd_state_version: 1.0
stopped_at: Completed 04-02-PLAN.md
last_activity: 2026-03-04
progress:
  total_phases: 5
  total_plans: 12
  completed_plans: 9
  percent: 75
---

# Project State

## Current Position

Phase: 4 of 5 (Pump control)
Plan: 3 of 3 in current phase
Status: Ready to execute
Last activity: 2026-03-04 — Completed 04-02-PLAN.md

Progress: [████████..] 75%

## Performance Metrics

**Velocity:**
- Total plans completed: 9
- Average duration: 5 min

| Phase | Plans | Total | Avg/Plan |
|-------|-------|-------|----------|
| 3. Gate | 3/3 | 24 min | 8 min |
| 4. Pump control | 2/3 | - | - |

*Updated after each plan completion*
| Phase 04 P01 | 8min | 1 tasks | 2 files |
| Phase 04 P02 | 12min | 2 tasks | 5 files |

## Accumulated Context

### Decisions

- [Phase 3]: Wooden gate
- [Phase 04]: Brass valves
- [Phase 04]: Readings in bar

### Blockers/Concerns

None yet.

## Session Continuity

Last session: 2026-03-04
Stopped at: Completed 04-02-PLAN.md
Resume file: None
)";

std::string with_crlf(std::string text) {
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2))
    text.insert(at, "\r");
  return text;
}

}  // namespace

TEST_CASE("STATE.md moves on by a plan and keeps everything else") {
  const UpdatedDocument updated = update_state_document(k_state, second_of_three());
  CHECK(updated.text == k_updated);
  CHECK(updated.notes.empty());
}

TEST_CASE("updating STATE.md again changes nothing") {
  CHECK(update_state_document(k_updated, second_of_three()).text == k_updated);
}

TEST_CASE("STATE.md keeps its line ends") {
  CHECK(update_state_document(with_crlf(k_state), second_of_three()).text == with_crlf(k_updated));
}

TEST_CASE("the last plan of a phase leaves it ready for verification") {
  PlanProgress last = second_of_three();
  last.done = 3;
  const std::string text = update_state_document(k_state, last).text;
  CHECK(text.find("Plan: 3 of 3 in current phase\nStatus: Phase complete — ready for verification\n") !=
        std::string::npos);
}

TEST_CASE("the position of another phase is left alone, with a note") {
  std::string text = k_state;
  text.replace(text.find("Phase: 4 of"), 11, "Phase: 40 of");
  const UpdatedDocument updated = update_state_document(text, second_of_three());
  CHECK(updated.text.find("Plan: 2 of 3 in current phase\nStatus: In progress\n") != std::string::npos);
  REQUIRE(updated.notes.size() == 1);
  CHECK(updated.notes[0].find("another phase") != std::string::npos);
}

TEST_CASE("other spellings of the same lines are known") {
  PlanProgress progress = second_of_three();
  progress.decisions.clear();
  const std::string text = update_state_document(
                               "## Current Position\n- **Phase:** 4 (pump) — EXECUTING\n**Plan:** 1 of 3\n"
                               "**Status:** Executing\n**Progress:** [##--------] 20% of all\n",
                               progress)
                               .text;
  CHECK(text ==
        "## Current Position\n- **Phase:** 4 (pump) — EXECUTING\n**Plan:** 3 of 3\n"
        "**Status:** Ready to execute\n**Progress:** [########--] 75% of all\n");
}

TEST_CASE("a STATE.md of another form is left as it is, and the notes say so") {
  for (const char* text :
       {"", "# Project\n\n## Current Phase\n\n- **Phase:** 4\n- **Plans:** 1/1\n",
        "## Current Position\n\n```\nPhase: 4\nPlan: 1 of 3\nStatus: x\n```\n", "no newline"}) {
    CAPTURE(text);
    const UpdatedDocument updated = update_state_document(text, second_of_three());
    CHECK(updated.text == text);
    CHECK(!updated.notes.empty());
  }
  const UpdatedDocument odd = update_state_document(
      "## Current Position\nPhase: 4\nPlan: Not started\nProgress: about half\n", second_of_three());
  CHECK(odd.text == "## Current Position\nPhase: 4\nPlan: Not started\nProgress: about half\n");
}

TEST_CASE("a placeholder gives way to the first decision") {
  const std::string text = update_state_document("### Decisions\n\nNone yet.\n", second_of_three()).text;
  CHECK(text == "### Decisions\n\n- [Phase 04]: Brass valves\n- [Phase 04]: Readings in bar\n");
}
