#include "gsd_name.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace milepost;
using namespace milepost::parsing;

namespace {

FrontMatter front_of(const std::string& inner) {
  std::vector<Diagnostic> diagnostics;
  const std::string text = "---\n" + inner + "---\n";
  const SourceText source(text, diagnostics);
  return read_front_matter(source, diagnostics);
}

}  // namespace

TEST_CASE("the file name gives the id of a GSD plan") {
  struct Row {
    std::string path, front, id, phase, number;
    bool canonical;
  };
  const std::vector<Row> rows = {
      {"x/37-02-PLAN.md", "phase: 5\nplan: 9\n", "37-02", "37", "02", true},
      {"18.1-01-PLAN.md", "", "18.1-01", "18.1", "01", true},
      {"12-03b-PLAN.md", "", "12-03b", "12", "03b", true},
      {"CK-01-02-PLAN.md", "", "CK-01-02", "CK-01", "02", true},
      {"001-PLAN.md", "", "001", "", "001", true},
      {"01-analytics-01-PLAN.md", "", "01-analytics-01", "01-analytics", "01", true},
      {"d/PLAN.md", "phase: 69.1\nplan: 010\n", "69.1-010", "69.1", "010", true},
      {"7-slug/PLAN.md", "", "7", "", "7", true},
      {"d/PLAN.md", "", "PLAN", "", "", true},
      {"01-PLAN-fixes.md", "", "01-PLAN-fixes", "", "", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    const GsdName name = gsd_name_of(row.path, front_of(row.front));
    CHECK(name.id == row.id);
    CHECK(name.phase == row.phase);
    CHECK(name.number == row.number);
    CHECK(name.canonical == row.canonical);
  }
}

TEST_CASE("an item of depends_on names a plan of the phase, of another one, or nothing") {
  using Kind = GsdDependency::Kind;
  struct Row {
    std::string item, plan;
    Kind kind;
    std::string id;
  };
  const std::vector<Row> rows = {
      {"37-01", "37-02", Kind::same_phase, "37-01"},
      {"01", "37-02", Kind::same_phase, "37-01"},
      {"1", "37-02", Kind::same_phase, "37-01"},
      {"00a", "12-03", Kind::same_phase, "12-00a"},
      {"37-01-set-up", "37-02", Kind::same_phase, "37-01"},
      {"37-01-PLAN.md", "37-02", Kind::same_phase, "37-01"},
      {".planning/phases/37-x/37-01-PLAN.md", "37-02", Kind::same_phase, "37-01"},
      {"37-01 (the volume)", "37-02", Kind::same_phase, "37-01"},
      {"64.1-01", "64.1-02", Kind::same_phase, "64.1-01"},
      {"64.1-01", "64-02", Kind::other_phase, "64.1-01"},
      {"5-01", "05-02", Kind::same_phase, "05-01"},
      {"36-03", "37-02", Kind::other_phase, "36-03"},
      {"36-03-names", "37-02", Kind::other_phase, "36-03"},
      {"S01-02", "37-02", Kind::other_phase, "S01-02"},
      {"01-analytics-01", "01-analytics-02", Kind::same_phase, "01-analytics-01"},
      {"01-analytics-01", "02-02", Kind::other_phase, "01-analytics-01"},
      {"002", "001", Kind::same_phase, "002"},
      {"37-02", "37-02", Kind::self, "37-02"},
      {"02", "37-02", Kind::self, "37-02"},
      {"2", "37-02", Kind::self, "37-02"},
      {"the volume", "37-02", Kind::unclear, "the"},
      {"1.10", "37-02", Kind::unclear, "1.10"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.item);
    CAPTURE(row.plan);
    const GsdDependency found = gsd_dependency(row.item, gsd_name_of(row.plan + "-PLAN.md", {}));
    CHECK(found.kind == row.kind);
    CHECK(found.id == row.id);
  }
}

TEST_CASE("a file is known as a GSD plan by a phase and a plan in its name") {
  for (const std::string name : {"37-02-PLAN.md", "18.1-01-PLAN.md", "CK-01-02-PLAN.md", "12A-03b-PLAN.md"}) {
    CAPTURE(name);
    CHECK(is_gsd_file_name(name));
  }
  for (const std::string name :
       {"M3-PLAN.md", "37-PLAN.md", "37-02-PLANS.md", "PLAN.md", "rollout-02-PLAN.md"}) {
    CAPTURE(name);
    CHECK(!is_gsd_file_name(name));
  }
}
