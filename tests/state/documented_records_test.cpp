#include "milepost/state/run_event.hpp"

#include "state/sample_events.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <set>
#include <sstream>

// The names of the journal and the tables of docs/state-format.md, held against each other in both
// directions.

using namespace milepost;
using Json = nlohmann::json;
using Names = std::set<std::string>;

namespace {

/// The texts in back quotes of a table's cell.
Names quoted(const std::string& cell) {
  Names names;
  for (std::size_t at = cell.find('`'); at != std::string::npos;) {
    const std::size_t end = cell.find('`', at + 1);
    if (end == std::string::npos) break;
    names.insert(cell.substr(at + 1, end - at - 1));
    at = cell.find('`', end + 1);
  }
  return names;
}

/// The keys of each row of the table that begins with this head.
std::map<std::string, Names> table(const std::string& head) {
  const std::string document = test::slurp(STATE_FORMAT_DOCUMENT);
  const std::size_t begin = document.find("\n" + head + "\n");
  REQUIRE_MESSAGE(begin != std::string::npos, head);
  std::istringstream lines(document.substr(begin + 1));
  std::map<std::string, Names> rows;
  for (std::string line; std::getline(lines, line) && line.starts_with("|");) {
    const std::size_t second = line.find('|', 1), third = line.find('|', second + 1);
    for (const std::string& name : quoted(line.substr(0, second)))
      rows[name] = quoted(line.substr(second, third - second));
  }
  return rows;
}

Names keys_of(const Json& object) {
  Names keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

/// Every object that stands under a key, at any depth.
void collect(const Json& value, std::map<std::string, Names>& found) {
  if (!value.is_object()) return;
  for (const auto& [key, inner] : value.items()) {
    const Json list = inner.is_array() ? inner : Json::array({inner});
    for (const Json& each : list) {
      if (!each.is_object()) continue;
      found[key].merge(keys_of(each));
      collect(each, found);
    }
  }
}

/// Records with the fields that the samples leave out.
std::vector<RunEvent> fuller_events() {
  const TaskId task("1.1");
  RunStarted start = test::sample_start();
  start.only = "1.1";
  start.options = {"retries=2"};
  AttemptEnded end = test::sample_end();
  end.notes = {{"a"}, {"b"}, {"c"}, {"d"}, {"e"}, {"f"}, {"g"}, {"h"}, {"i"}, {{"src/a.c", "reads"}},
               "j",   "k"};
  end.scenario = ScenarioResult{ScenarioStatus::failed, "it leaks", true, "a new gasket"};
  end.usage.cost_estimated = true;
  end.retry_at = "2026-01-02T05:00:00.000Z";
  std::vector<RunEvent> events = test::sample_events();
  for (const RunRecord& record : std::initializer_list<RunRecord>{
           start, AttemptStarted{task, 2, AttemptReason::retry, "s", "cafe", "attempts/1.1-2", "codex"}, end,
           Verified{task, 2, test::sample_evidence(), end.usage},
           TaskFinished{task, Outcome::needs_human, "asks", Question{"Go on?", {"yes"}, "yes"}}})
    events.push_back({"2026-01-02T03:05:00.000Z", record});
  return events;
}

/// What records of every kind, each field set, write.
struct Written {
  std::map<std::string, Names> records, objects;

  Written() {
    for (const RunEvent& event : fuller_events()) {
      const Json line = Json::parse(to_json_line(event));
      Names keys = keys_of(line);
      keys.erase("time");
      keys.erase("event");
      records[line["event"]].merge(keys);
      collect(line, objects);
    }
  }
};

/// "warned: text", a line a row.
std::string text_of(const std::map<std::string, Names>& rows) {
  std::string text;
  for (const auto& [name, keys] : rows) {
    text += name + ":";
    for (const std::string& key : keys) text += " " + key;
    text += "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("every record and key of a journal is documented, and no other") {
  CHECK(text_of(table("| event | keys | meaning |")) == text_of(Written().records));
}

TEST_CASE("every key of the objects in a journal is documented, and no other") {
  CHECK(text_of(table("| object of a record | keys | meaning |")) == text_of(Written().objects));
}
