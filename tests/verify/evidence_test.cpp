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
