#include "milepost/verify/override.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

Evidence check_with(const std::string& id, Verdict verdict) {
  Evidence check;
  check.id = id;
  check.verdict = verdict;
  return check;
}

}  // namespace

TEST_CASE("an overridden check says by whom and why, and is never passed") {
  Evidence failed = check_with("artifact:a", Verdict::failed);
  failed.detail = "there is no file a";
  const auto evidence = apply_overrides({failed, check_with("truth:b", Verdict::manual)},
                                        {{"artifact:a", "moved to b", "ada", "t"}});
  CHECK(evidence[0].verdict == Verdict::overridden);
  CHECK(evidence[0].detail == "taken as met by ada: moved to b (milepost: failed, there is no file a)");
  CHECK(evidence[1].verdict == Verdict::manual);
  CHECK(overall({evidence[0]}) == Verdict::overridden);
}

TEST_CASE("of several overrides the last counts, and applying them twice changes nothing") {
  const std::vector<Override> given = {{"x", "first", "ada", ""}, {"x", "second", "bob", ""}};
  const auto once = apply_overrides({check_with("x", Verdict::not_verified)}, given);
  CHECK(once[0].detail.find("second") != std::string::npos);
  CHECK(apply_overrides(once, given)[0].detail == once[0].detail);
}

TEST_CASE("what passed and what has no id cannot be overridden") {
  const auto evidence = apply_overrides({check_with("x", Verdict::passed), check_with("", Verdict::failed)},
                                        {{"x", "r", "ada", ""}, {"", "r", "ada", ""}});
  CHECK(evidence[0].verdict == Verdict::passed);
  CHECK(evidence[1].verdict == Verdict::failed);
}
