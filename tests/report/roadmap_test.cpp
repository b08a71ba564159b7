#include "milepost/report/planning_state.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

PlanProgress progress_of(std::size_t done) {
  PlanProgress progress;
  progress.phase = "04";
  progress.number = "02";
  progress.id = "04-02";
  progress.done = done;
  progress.total = 3;
  progress.date = "2026-03-04";
  progress.requirements = {"PUMP-01", "PUMP-1"};
  return progress;
}

constexpr const char* k_roadmap = R"(# Roadmap

- [x] **Phase 3: Gate** - shut (completed 2026-02-01)
- [ ] **Phase 4: Pump control** - the pump stops
- [ ] **Phase 4.1: Hot fix** - not this one
- [ ] **Phase 40: Far away**

### Phase 4: Pump control
**Goal**: The pump stops
**Plans**: 3 plans

Plans:
- [x] 04-01-PLAN.md — gauge
- [ ] 04-02-PLAN.md — valve
- [ ] 04-020: another one

```
- [ ] 04-02-PLAN.md
```

### Phase 5: Tank
**Plans:** TBD

## Progress

| Phase | Milestone | Plans Complete | Status      | Completed |
|-------|-----------|----------------|-------------|-----------|
| 3. Gate | v1 | 3/3 | Complete    | 2026-02-01 |
| 4. Pump control | v1 | 1/3 | In Progress | - |
| 4.1. Hot fix | v1 | 0/1 | Not started | - |
)";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a plan that is done shows in its phase's row, line and box, and nowhere else") {
  const UpdatedDocument updated = update_roadmap(k_roadmap, progress_of(2));
  CHECK(updated.notes.empty());
  std::string wanted = k_roadmap;
  wanted.replace(wanted.find("**Plans**: 3 plans"), 18, "**Plans**: 2/3 plans executed");
  wanted.replace(wanted.find("- [ ] 04-02-PLAN.md — valve"), 6, "- [x] ");
  wanted.replace(wanted.find("| 1/3 |"), 7, "| 2/3 |");
  CHECK(updated.text == wanted);
  CHECK(update_roadmap(updated.text, progress_of(2)).text == updated.text);
}

TEST_CASE("the last plan completes its phase, on the day it happened") {
  const std::string text = update_roadmap(k_roadmap, progress_of(3)).text;
  CHECK(has(text, "- [x] **Phase 4: Pump control** - the pump stops (completed 2026-03-04)\n"));
  CHECK(has(text, "**Plans**: 3/3 plans complete\n"));
  CHECK(has(text, "| 4. Pump control | v1 | 3/3 | Complete    | 2026-03-04 |\n"));
  CHECK(has(text, "- [ ] **Phase 4.1"));
  CHECK(has(text, "- [ ] **Phase 40"));
  PlanProgress later = progress_of(3);
  later.date = "2026-05-05";
  CHECK(update_roadmap(text, later).text == text);
}

TEST_CASE("a table without milestones is read by its own header") {
  const std::string text = update_roadmap(
                               "| Phase | Plans Complete | Status | Completed |\r\n|---|---|---|---|\r\n"
                               "| 4. Pump | 0/? | Not started | - |\r\n",
                               progress_of(2))
                               .text;
  CHECK(text ==
        "| Phase | Plans Complete | Status | Completed |\r\n|---|---|---|---|\r\n"
        "| 4. Pump | 2/3 | In Progress | - |\r\n");
}

TEST_CASE("a roadmap of another form is left as it is, and the notes say so") {
  for (const char* text : {"", "# Roadmap\n\n### Phase 4: Pump\n**Plans:** see below\n",
                           "| # | Phase | Status |\n|---|---|---|\n| 4 | Pump | x |\n"}) {
    CAPTURE(text);
    const UpdatedDocument updated = update_roadmap(text, progress_of(2));
    CHECK(updated.text == text);
    CHECK(!updated.notes.empty());
  }
}

TEST_CASE("the plan's requirements are ticked, and no others") {
  const std::string text =
      "- [ ] **PUMP-01**: It stops\n- [ ] **PUMP-1 [Phase 4]**: too\n- [ ] **PUMP-011**: no\n* [x] PUMP-01: "
      "done\n\n"
      "| Requirement | Phase | Status |\n|---|---|---|\n| PUMP-01 | Phase 4 | Pending |\n| PUMP-02 | Phase 4 "
      "| Pending |";
  const UpdatedDocument updated = update_requirements(text, progress_of(2));
  CHECK(updated.notes.empty());
  CHECK(updated.text ==
        "- [x] **PUMP-01**: It stops\n- [x] **PUMP-1 [Phase 4]**: too\n- [ ] **PUMP-011**: no\n* [x] "
        "PUMP-01: done\n\n"
        "| Requirement | Phase | Status |\n|---|---|---|\n| PUMP-01 | Phase 4 | Complete |\n| PUMP-02 | "
        "Phase 4 | Pending |");
  CHECK(update_requirements(updated.text, progress_of(2)).text == updated.text);
  CHECK(update_requirements("# None\n", progress_of(2)).notes.size() == 2);
}
