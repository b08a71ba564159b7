#include "milepost/report/ledger.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace milepost;

namespace {

std::vector<Evidence> sample() {
  const auto check = [](Verdict verdict, const std::string& subject, const std::string& detail) {
    Evidence item;
    item.kind = CheckKind::artifact;
    item.id = check_id(item.kind, subject);
    item.command = subject + " exists";
    item.verdict = verdict;
    item.detail = detail;
    return item;
  };
  return {check(Verdict::passed, "a.py", ""), check(Verdict::failed, "b\x1b.py", "there is no file"),
          check(Verdict::manual, "c", "for a person"),
          check(Verdict::overridden, "d", "taken as met by ada: x")};
}

}  // namespace

TEST_CASE("a ledger has a line a check, the ids to override, and the counts") {
  CHECK(ledger_text(sample(), false) ==
        "✓ passed        a.py exists\n"
        "✗ failed        b\\x1b.py exists\n"
        "                there is no file\n"
        "                " +
            sample()[1].id +
            "\n"
            "? for a person  c exists\n"
            "                artifact:c\n"
            "! overridden    d exists\n"
            "                taken as met by ada: x\n"
            "                artifact:d\n"
            "\n"
            "1 passed, 1 failed, 1 overridden, 1 for a person\n");
  CHECK(ledger_text(sample(), true).find("artifact:a.py\n") != std::string::npos);
  CHECK(ledger_counts({}) == "nothing to check");
}

TEST_CASE("a ledger as JSON has the verdict of all and every check") {
  Plan plan;
  plan.id = "37-02";
  const auto json = nlohmann::json::parse(ledger_json(plan, sample()));
  CHECK(json["verdict"] == "failed");
  CHECK(json["id"] == "37-02");
  CHECK(json["checks"].size() == 4);
  CHECK(json["checks"][3]["verdict"] == "overridden");
  CHECK(json["checks"][0]["kind"] == "artifact");
}
