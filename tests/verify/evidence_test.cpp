#include "milepost/verify/evidence.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

Verdict verdict_of(std::initializer_list<Verdict> verdicts) {
  std::vector<Evidence> evidence;
  for (const Verdict verdict : verdicts) {
    evidence.emplace_back();
    evidence.back().verdict = verdict;
  }
  return overall(evidence);
}

}  // namespace

TEST_CASE("a task without checks is not verified, never passed") {
  CHECK(verdict_of({}) == Verdict::not_verified);
}

TEST_CASE("a failed check outweighs one that could not run, which outweighs those that passed") {
  CHECK(verdict_of({Verdict::passed, Verdict::passed}) == Verdict::passed);
  CHECK(verdict_of({Verdict::passed, Verdict::infra_error}) == Verdict::infra_error);
  CHECK(verdict_of({Verdict::infra_error, Verdict::failed, Verdict::passed}) == Verdict::failed);
}

TEST_CASE("what only a person can judge, or nobody can check, neither spoils nor saves the rest") {
  CHECK(verdict_of({Verdict::passed, Verdict::manual, Verdict::not_verified}) == Verdict::passed);
  CHECK(verdict_of({Verdict::failed, Verdict::manual, Verdict::overridden}) == Verdict::failed);
  CHECK(verdict_of({Verdict::manual, Verdict::not_verified}) == Verdict::manual);
  CHECK(verdict_of({Verdict::overridden, Verdict::manual}) == Verdict::overridden);
  CHECK(verdict_of({Verdict::passed, Verdict::overridden}) == Verdict::passed);
}

TEST_CASE("an id is the text itself where it is short and plain, else its beginning and a hash") {
  CHECK(check_id(CheckKind::artifact, "src/a_b-c.py") == "artifact:src/a_b-c.py");
  CHECK(check_id(CheckKind::artifact, "a.py", "contains", "Gate") == "artifact:a.py#contains:Gate");
  const std::string one = check_id(CheckKind::command, "pytest -q tests/unit");
  const std::string other = check_id(CheckKind::command, "pytest  -q tests/unit");
  CHECK(one.starts_with("command:pytest-q-tests/unit-"));
  CHECK(one != other);
  CHECK(check_id(CheckKind::truth, "").starts_with("truth:"));
}
