#include "milepost/report/report_json.hpp"

#include "milepost/base/text.hpp"

#include "report/pictured_run.hpp"
#include "report/sample_run.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

using namespace milepost;
using Json = nlohmann::json;

namespace {

Json schema() {
  return Json::parse(test::slurp(REPORT_SCHEMA));
}

const Json& resolved(const Json& root, const Json& part) {
  if (!part.contains("$ref")) return part;
  return root.at(Json::json_pointer(part["$ref"].get<std::string>().substr(1)));
}

std::set<std::string> keys_of(const Json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

bool has_type(const Json& value, const std::string& type) {
  if (type == "null") return value.is_null();
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == "boolean" && value.is_boolean();
}

/// The part of JSON Schema that report.schema.json uses; gives the problems found.
void check(const Json& root, const Json& given, const Json& value, const std::string& at,
           std::vector<std::string>& problems) {
  const Json& part = resolved(root, given);
  if (part.contains("anyOf")) {
    std::vector<std::string> of_last;
    for (const Json& choice : part["anyOf"]) {
      of_last.clear();
      check(root, choice, value, at, of_last);
      if (of_last.empty()) return;
    }
    problems.insert(problems.end(), of_last.begin(), of_last.end());
    return;
  }
  if (part.contains("enum")) {
    if (std::find(part["enum"].begin(), part["enum"].end(), value) == part["enum"].end())
      problems.push_back(at + " is not in the list: " + value.dump());
    return;
  }
  if (part.contains("const")) {
    if (value != part["const"]) problems.push_back(at + " is " + value.dump());
    return;
  }
  bool typed = false;
  const Json types = part["type"].is_array() ? part["type"] : Json::array({part["type"]});
  for (const Json& type : types) typed = typed || has_type(value, type);
  if (!typed) problems.push_back(at + " has another type: " + value.dump());
  if (typed && value.is_object()) {
    if (keys_of(value) != keys_of(part["properties"])) problems.push_back(at + " has other keys");
    if (std::set<std::string>(part["required"].begin(), part["required"].end()) !=
        keys_of(part["properties"]))
      problems.push_back(at + ": the schema does not require every key");
    for (const auto& [key, inner] : value.items()) {
      if (part["properties"].contains(key))
        check(root, part["properties"][key], inner, at + "/" + key, problems);
    }
  }
  if (typed && value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      check(root, part["items"], value[i], at + "/" + std::to_string(i), problems);
  }
}

std::vector<std::string> problems_of(const RunState& state) {
  std::vector<std::string> problems;
  const Json root = schema();
  check(root, root, Json::parse(report_json(state)), "", problems);
  return problems;
}

}  // namespace

TEST_CASE("a report has exactly the keys and types of its schema at every moment of a run") {
  const std::vector<RunRecord> records = test::sample_run();
  for (std::size_t count = 1; count <= records.size(); ++count) {
    CAPTURE(count);
    const RunState state =
        test::play({records.begin(), records.begin() + static_cast<std::ptrdiff_t>(count)});
    CHECK(join(problems_of(state), "; ") == "");
  }
}

TEST_CASE("a report tells the network of the run and what it refused in all sessions") {
  std::vector<RunRecord> records = test::sample_run();
  records.insert(records.begin() + 1, {EgressStarting{"allowlist", "net", "proxy", {"a.example:443"}},
                                       EgressStopped{{{"b.example:443", 3}, {"c.example:80", 1}}, true},
                                       EgressStopped{{{"b.example:443", 2}}, true}});
  const RunState state = test::play(records);
  CHECK(join(problems_of(state), "; ") == "");
  const Json egress = Json::parse(report_json(state))["egress"];
  CHECK(egress["mode"] == "allowlist");
  CHECK(egress["allowed"] == Json::array({"a.example:443"}));
  CHECK(egress["denied"][0]["target"] == "b.example:443");
  CHECK(egress["denied"][0]["count"] == 5);
  CHECK(egress["denied"][1]["count"] == 1);
}

TEST_CASE("a report says who answered, what was waited for and what a reviewer used") {
  const test::PicturedRun run;
  CHECK(join(problems_of(run.state), "; ") == "");
  const Json tasks = Json::parse(report_json(run.state))["tasks"];
  CHECK(tasks[2]["kind"] == "checkpoint:decision");
  CHECK(tasks[2]["answered"][0]["by"] == "mara");
  CHECK(tasks[2]["answered"][0]["how"] == "terminal");
  CHECK(tasks[3]["answered"][0]["how"] == "--answer");
  CHECK(tasks[3]["waits"][0]["until"] > tasks[3]["waits"][0]["from"]);
  CHECK(tasks[3]["waiting_until"].is_null());
  CHECK(tasks[3]["usage"]["cost"] == "estimated");
  CHECK(tasks[4]["attempts"][0]["review_usage"]["cost_usd"] == 0.14);
  CHECK(tasks[5]["answered"][0]["how"] == "setting");
  CHECK(tasks[5]["answered"][0]["by"].is_null());
}

TEST_CASE("the schema check sees a wrong report") {
  const Json root = schema();
  Json report = Json::parse(report_json(test::play(test::sample_run())));
  SUBCASE("a key too many") {
    report["tasks"][0]["mood"] = 1;
  }
  SUBCASE("a key missing") {
    report["plan"].erase("id");
  }
  SUBCASE("a wrong type") {
    report["tasks"][0]["attempts"][0]["number"] = "1";
  }
  SUBCASE("an unknown word") {
    report["tasks"][0]["outcome"] = "great";
  }
  std::vector<std::string> problems;
  check(root, root, report, "", problems);
  CHECK(problems.size() == 1);
}

TEST_CASE("a report says what happened") {
  const Json report = Json::parse(report_json(test::play(test::sample_run())));
  CHECK(report["status"] == "needs_human");
  CHECK(report["exit"] == Json{{"code", 4}, {"name", "needs_human"}, {"detail", "task 4.2 asks"}});
  CHECK(report["counts"]["completed"] == 1);
  CHECK(report["counts"]["total"] == 3);
  CHECK(report["usage"]["cost_usd"] == 0.5);
  CHECK(report["usage"]["input_tokens"].is_null());
  CHECK(report["duration_ms"] == 61'000 * 2 + 3210 * 2 + 900);
  CHECK(report["tasks"][0]["commit"] == "4f1c2a9d00112233");
  CHECK(report["tasks"][0]["attempts"][0]["verdict"] == "failed");
  CHECK(report["tasks"][0]["attempts"][1]["verdict"] == "passed");
  CHECK(report["tasks"][1]["question"]["options"] == Json{"metric", "imperial"});
  CHECK(report["tasks"][2]["outcome"] == "skipped");
  CHECK(report["warnings"] == Json::array({"disk is nearly full"}));
}

TEST_CASE("a report shows an overridden check with its reason, never as passed") {
  std::vector<RunRecord> records = test::sample_run();
  for (RunRecord& record : records) {
    if (auto* verified = std::get_if<Verified>(&record)) verified->evidence.at(0).id = "artifact:a";
  }
  records.push_back(CheckOverridden{"artifact:a", "it moved", "ada"});
  const RunState state = test::play(records);
  CHECK(join(problems_of(state), "; ") == "");
  const Json report = Json::parse(report_json(state));
  CHECK(report["overrides"][0]["reason"] == "it moved");
  const Json& attempt = report["tasks"][0]["attempts"][0];
  CHECK(attempt["verdict"] == "overridden");
  CHECK(attempt["evidence"][0]["detail"] == "taken as met by ada: it moved (milepost: failed, exit 2)");
  CHECK(report["tasks"][0]["attempts"][1]["verdict"] == "passed");
}

TEST_CASE("a run that goes on is running and has no exit") {
  std::vector<RunRecord> records = test::sample_run();
  records.pop_back();
  const Json report = Json::parse(report_json(test::play(records)));
  CHECK(report["status"] == "running");
  CHECK(report["exit"].is_null());
}

TEST_CASE("F31: bytes that are no UTF-8 do not spoil a report") {
  std::vector<RunRecord> records = test::sample_run();
  std::get<RunStarted>(records[0]).plan_title = "a\xff";
  CHECK(Json::parse(report_json(test::play(records)))["plan"]["title"] == "a\xef\xbf\xbd");
}
