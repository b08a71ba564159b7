#include "milepost/plan/prompt_files.hpp"

#include "milepost/plan/parse.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

using namespace milepost;
using test::ScratchDir;

namespace {

namespace fs = std::filesystem;

/// The task of a plan in `repo/plans` of the scratch directory whose prompt is in `prompt_file`.
Plan plan_with_prompt(const ScratchDir& scratch, const std::string& prompt_file) {
  scratch.write("secret", "the key");
  scratch.write("repo/prompts/p.md", "Do it.\n");
  const fs::path path = scratch.write(
      "repo/plans/p.yaml",
      "plan: 1\ntitle: T\ntasks:\n  - id: a\n    title: A\n    prompt_file: " + prompt_file + "\n");
  Plan plan = parse_plan_file(path);
  read_prompt_files(plan, scratch / "repo");
  REQUIRE(plan.tasks.size() == 1);
  return plan;
}

}  // namespace

TEST_CASE("a prompt file anywhere in the plan's repository is read") {
  const ScratchDir scratch;
  const Plan plan = plan_with_prompt(scratch, "../prompts/p.md");
  CHECK(plan.diagnostics.empty());
  CHECK(plan.tasks[0].body.ends_with("\nDo it.\n"));
}

TEST_CASE("a prompt file that leads out of the repository is not read") {
  const ScratchDir scratch;
  fs::create_directories(scratch / "repo/plans");
  fs::create_symlink("../../secret", scratch / "repo/plans/link.md");
  fs::create_symlink("../..", scratch / "repo/plans/up");
  const std::string absolute = (scratch / "secret").string();
  for (const std::string& prompt_file :
       {std::string("link.md"), std::string("up/secret"), std::string("../../secret"), absolute}) {
    CAPTURE(prompt_file);
    const Plan plan = plan_with_prompt(scratch, prompt_file);
    REQUIRE(plan.diagnostics.size() == 1);
    CHECK(plan.diagnostics[0].code == "prompt-file");
    CHECK(plan.tasks[0].body.find("the key") == std::string::npos);
  }
}
