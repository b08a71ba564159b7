#include "fields.hpp"

#include "file_list.hpp"
#include "task_type.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace milepost;
using namespace milepost::parsing;

namespace {

/// "label=value|label=value" of a task's text.
std::string fields_text(const std::string& text) {
  std::vector<Diagnostic> diagnostics;
  const SourceText source(text, diagnostics);
  const FenceReading fences = read_nested(source, 0);
  std::string shown;
  for (const Field& field : fields_of(source, fences, 0, source.line_count() - 1))
    shown += (shown.empty() ? "" : "|") + field.label + "=" + value_text(source, field);
  return shown;
}

std::string files_text(const std::string& text) {
  std::vector<Diagnostic> diagnostics;
  const SourceText source(text, diagnostics);
  const FenceReading fences = read_nested(source, 0);
  const std::vector<Field> fields = fields_of(source, fences, 0, source.line_count() - 1);
  const Field* field = find_field(fields, {"file", "files"});
  if (field == nullptr) return "(no field)";
  std::string shown;
  for (const std::string& file : files_of(source, fences, *field)) shown += (shown.empty() ? "" : " ") + file;
  return shown;
}

}  // namespace

TEST_CASE("a label is read in each of its spellings") {
  for (const std::string label :
       {"**Type:**", "**2. Type:**", "**Type**:", "**Type** :", "**type:**", "**TYPE (of work):**",
        "**Type** (of work):", "Type:", "- **Type:**", "* **Type**:"}) {
    CAPTURE(label);
    CHECK(fields_text(label + " CODING\n") == "type=CODING");
  }
  CHECK(fields_text("**Type**\nCODING\n") == "type=CODING");
  CHECK(fields_text("### Type\nCODING\n") == "type=CODING");
}

TEST_CASE("prose is no label") {
  CHECK(fields_text("type: coding\nThe **Type:** CODING\n**Type** of work\n    Type: x\nNote: y\n") == "");
}

TEST_CASE("a value runs to the next label, heading or rule") {
  CHECK(fields_text("**Description:** one\n\ntwo\n**Odd label:** three\n**Type:** X\n") ==
        "description=one\n\ntwo|type=X");
  CHECK(fields_text("**Description:**\none\n*By hand:*\ntwo\n*Smoke Test:*\nthree\n") ==
        "description=one\n*By hand:*\ntwo");
  CHECK(fields_text("**Description:**\none\n---\ntwo\n") == "description=one");
  CHECK(fields_text("**Description:**\none\n#### Notes\ntwo\n") == "description=one");
  CHECK(fields_text("**Description:**\n```\n**Type:** X\n---\n```\nend\n") ==
        "description=```\n**Type:** X\n---\n```\nend");
}

TEST_CASE("the first of two equal labels counts and the second ends it") {
  CHECK(fields_text("**Type:** A\n**Type:** B\nmore\n") == "type=A");
}

TEST_CASE("a label among the items of a list is an item") {
  CHECK(fields_text("**Acceptance Criteria:**\n- **Type:** is right\n- [ ] **Files:** exist\n") ==
        "acceptance criteria=- **Type:** is right\n- [ ] **Files:** exist");
}

TEST_CASE("files are read in each of their spellings") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"**File:** `a.py`", "a.py"},
      {"**File(s):** `a.py`, `b/c.py`", "a.py b/c.py"},
      {"**Files:** `a.py` (NEW)", "a.py"},
      {"**Files:** Modify `a.py`, create `b.py`", "a.py b.py"},
      {"**Files:** `a.py` → `b.py`", "a.py b.py"},
      {"**File(s)**: `a.py`", "a.py"},
      {"**Files:**\n- `a.py` (uses `Thing`)\n- Modify `b.py`\n- words only\n", "a.py b.py"},
      {"**Files:**\n\n* `a.py`\n+ `b.py`\n1. `c.py`\n", "a.py b.py c.py"},
      {"**Files:**\n- Create:\n  - `a.py`\n  - `b.py`\n", "a.py b.py"},
      {"**Files:**\n- `a.py`\n  - adds `Thing`\n  more\n- `b.py`\n", "a.py b.py"},
      {"**Files:**\n- `a.py`\n\nThen run\n\n- `make`\n", "a.py"},
      {"**Files:**\n`a.py`\n`b.py`\n", "a.py b.py"},
      {"**Files:** None (validation of `a.py`)", ""},
      {"**Files:** N/A (see `a.py`)", ""},
      {"**Files:** (none — validation only)", ""},
      {"**Files:** Various", ""},
      {"**Files:** Tests for a.py", ""},
      {"**Files:** `nonesuch/x.py`", "nonesuch/x.py"},
      {"**Files:**\n```\n- `a.py`\n```\n", ""},
      {"**Files:** `", ""},
  };
  for (const auto& [text, files] : rows) {
    const std::string shown(text);
    CAPTURE(shown);
    CHECK(files_text(text) == files);
  }
}

TEST_CASE("a path that leaves the code folder is seen") {
  for (const std::string path : {"/etc/passwd", "../x", "a/../../x", "~/x", "./../x", "a/b/../../../c"}) {
    CAPTURE(path);
    CHECK(leaves_code_folder(path));
  }
  for (const std::string path : {"a", "a/../b", "./a", "a/./b//c", "..a/b", "a/..b"}) {
    CAPTURE(path);
    CHECK_FALSE(leaves_code_folder(path));
  }
}

TEST_CASE("the first upper-case word of a type decides") {
  struct Row {
    std::string value, word;
    TaskKind kind;
  };
  const std::vector<Row> rows = {
      {"CODING", "CODING", TaskKind::coding},
      {"MIXED (research + coding)", "MIXED", TaskKind::mixed},
      {"RESEARCH + EXECUTION", "RESEARCH", TaskKind::research},
      {"VALIDATION", "VALIDATION", TaskKind::validation},
      {"VERIFICATION", "VERIFICATION", TaskKind::validation},
      {"TESTING", "TESTING", TaskKind::validation},
      {"`CODING` (refactor)", "CODING", TaskKind::coding},
      {"BUG_FIX", "BUG_FIX", TaskKind::coding},
      {"A new VALIDATION", "VALIDATION", TaskKind::validation},
      {"Research", "", TaskKind::research},
      {"something", "", TaskKind::coding},
      {"", "", TaskKind::coding},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    const TaskType type = task_type_of(row.value);
    CHECK(type_word(type.text) == row.word);
    CHECK(type.kind == row.kind);
  }
  CHECK(task_type_in_title("Add the command (RESEARCH)").kind == TaskKind::research);
  CHECK(task_type_in_title("Add the command (core)").text == "");
}
