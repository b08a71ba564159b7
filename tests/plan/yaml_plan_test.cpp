#include "yaml_plan.hpp"

#include "milepost/base/file.hpp"
#include "milepost/plan/parse.hpp"

#include "yaml_object.hpp"
#include "yaml_subset.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <regex>
#include <set>
#include <string>
#include <vector>

using namespace milepost;
using namespace milepost::parsing;
using Json = nlohmann::json;

namespace {

const std::string k_head = "plan: 1\ntitle: T\n";
const std::string k_task = "tasks:\n  - id: a\n    title: A\n    prompt: p\n";

Plan read(const std::string& text) {
  return parse_plan(text, "p.yaml");
}

/// A plain scalar as YAML's core schema types it, as an editor sees it.
Json json_of(const FrontMatterValue& value) {
  if (value.kind == FrontMatterValue::Kind::list) {
    Json list = Json::array();
    for (const FrontMatterValue& item : value.items) list.push_back(json_of(item));
    return list;
  }
  if (value.kind == FrontMatterValue::Kind::map) {
    Json map = Json::object();
    for (std::size_t i = 0; i < value.keys.size(); ++i) {
      if (!value.items[i].absent()) map[value.keys[i]] = json_of(value.items[i]);
    }
    return map;
  }
  if (!value.plain) return value.text;
  if (value.text == "true" || value.text == "false") return value.text == "true";
  const char* end = value.text.data() + value.text.size();
  long long whole = 0;
  if (const auto [at, error] = std::from_chars(value.text.data(), end, whole);
      error == std::errc() && at == end)
    return whole;
  double number = 0;
  if (const auto [at, error] = std::from_chars(value.text.data(), end, number);
      error == std::errc() && at == end)
    return number;
  return value.text;
}

/// The part of JSON Schema that the plan's schema uses.
class Schema {
 public:
  explicit Schema(Json root) : root_(std::move(root)) {}

  bool accepts(const Json& value) const { return accepts(root_, value); }

 private:
  bool accepts(const Json& rules, const Json& value) const {
    if (rules.is_boolean()) return rules.get<bool>();
    static const std::set<std::string> known = {
        "$schema",  "title",      "description", "$defs", "type",    "additionalProperties",
        "required", "properties", "const",       "enum",  "$ref",    "items",
        "minItems", "maxItems",   "oneOf",       "not",   "pattern", "minimum",
        "maximum"};
    for (const auto& [key, rule] : rules.items()) {
      const std::string shown = key;
      CAPTURE(shown);
      REQUIRE(known.contains(key));
    }
    if (rules.contains("$ref")) {
      const std::string path = rules["$ref"].get<std::string>().substr(1);
      if (!accepts(root_.at(Json::json_pointer(path)), value)) return false;
    }
    if (rules.contains("const") && value != rules["const"]) return false;
    if (rules.contains("enum") &&
        std::find(rules["enum"].begin(), rules["enum"].end(), value) == rules["enum"].end())
      return false;
    if (rules.contains("type") && !has_type(rules["type"], value)) return false;
    if (rules.contains("not") && accepts(rules["not"], value)) return false;
    if (rules.contains("oneOf")) {
      int matches = 0;
      for (const Json& choice : rules["oneOf"]) matches += accepts(choice, value) ? 1 : 0;
      if (matches != 1) return false;
    }
    if (value.is_string() && rules.contains("pattern") &&
        !std::regex_search(value.get<std::string>(), std::regex(rules["pattern"].get<std::string>())))
      return false;
    if (value.is_number() && rules.contains("minimum") && value < rules["minimum"]) return false;
    if (value.is_number() && rules.contains("maximum") && value > rules["maximum"]) return false;
    return accepts_list(rules, value) && accepts_map(rules, value);
  }

  bool accepts_list(const Json& rules, const Json& value) const {
    if (!value.is_array()) return true;
    if (rules.contains("minItems") && value.size() < rules["minItems"].get<std::size_t>()) return false;
    if (rules.contains("maxItems") && value.size() > rules["maxItems"].get<std::size_t>()) return false;
    if (!rules.contains("items")) return true;
    for (const Json& item : value) {
      if (!accepts(rules["items"], item)) return false;
    }
    return true;
  }

  bool accepts_map(const Json& rules, const Json& value) const {
    if (!value.is_object()) return true;
    for (const Json& key : rules.value("required", Json::array())) {
      if (!value.contains(key.get<std::string>())) return false;
    }
    const Json properties = rules.value("properties", Json::object());
    for (const auto& [key, item] : value.items()) {
      if (properties.contains(key)) {
        if (!accepts(properties[key], item)) return false;
      } else if (rules.contains("additionalProperties")) {
        return false;
      }
    }
    return true;
  }

  static bool has_type(const Json& type, const Json& value) {
    if (type.is_array()) {
      return std::any_of(type.begin(), type.end(), [&](const Json& one) { return has_type(one, value); });
    }
    const std::string name = type.get<std::string>();
    return (name == "object" && value.is_object()) || (name == "array" && value.is_array()) ||
           (name == "string" && value.is_string()) || (name == "boolean" && value.is_boolean()) ||
           (name == "integer" && value.is_number_integer()) || (name == "number" && value.is_number());
  }

  Json root_;
};

Json schema_json() {
  return Json::parse(read_file(PLAN_SOURCE_DIR "/docs/plan.schema.json"));
}

bool schema_accepts(const std::string& text) {
  std::vector<Diagnostic> diagnostics;
  const SourceText source(text, diagnostics);
  return Schema(schema_json()).accepts(json_of(read_yaml_map(source, 0, source.line_count(), diagnostics)));
}

}  // namespace

TEST_CASE("the schema names the same keys as the parser") {
  const Json schema = schema_json();
  std::set<std::string> objects;
  for (const YamlObject& object : yaml_objects()) {
    CAPTURE(object.name);
    const Json& rules = object.name.empty() ? schema : schema.at("$defs").at(std::string(object.name));
    std::set<std::string> in_schema;
    for (const auto& [key, value] : rules.at("properties").items()) in_schema.insert(key);
    CHECK(in_schema == std::set<std::string>(object.keys.begin(), object.keys.end()));
    std::set<std::string> required;
    for (const Json& key : rules.value("required", Json::array())) required.insert(key.get<std::string>());
    CHECK(required == std::set<std::string>(object.required.begin(), object.required.end()));
    CHECK(rules.at("additionalProperties") == false);
    objects.insert(std::string(object.name));
  }
  for (const auto& [name, rules] : schema.at("$defs").items()) {
    const std::string shown = name;
    CAPTURE(shown);
    CHECK(objects.contains(name) == (rules.value("type", Json()) == "object"));
  }
}

TEST_CASE("schema and parser accept and refuse the same plans") {
  const std::string task = k_head + k_task;
  const std::vector<std::string> good = {
      task,
      task +
          "    depends_on: []\n    files: one.py\n    tdd: true\n    wave: 0.5\n    timeout: 1h30m\n    "
          "when: manual\n",
      task +
          "    verify:\n      - {run: make, expect: {exit: 3}, timeout: 90}\n    budget: {usd: 0.5, tokens: "
          "10}\n",
      task + "  - id: 3.10\n    title: 7\n    prompt_file: p.md\n    when: {on-failure-of: [a]}\n",
      task +
          "  - {id: c, title: C, type: checkpoint, checkpoint: {kind: decision, options: [{id: x}], default: "
          "x}}\n",
      task +
          "must_haves:\n  truths: [a]\n  artifacts: [{path: p, min_lines: 3}]\n  key_links: [{from: a, to: "
          "b}]\n",
      task + "e2e:\n  - {name: n, run: r, on_failure: {fix_attempts: 0}}\nreport: {summary: s.md}\n",
      task + "defaults: {commit: none, isolation: container, retries: 0}\ndepends_on: M2\n",
  };
  for (const std::string& text : good) {
    CAPTURE(text);
    CHECK(schema_accepts(text));
    CHECK(!has_errors(read(text).diagnostics));
  }
  const std::vector<std::string> bad = {
      k_task,
      k_head,
      k_head + "tasks: []\n",
      k_head + "tasks: {}\n",
      "plan: 2\ntitle: T\n" + k_task,
      task + "    promt: x\n",
      task + "    prompt_file: x\n",
      task + "    checkpoint: {kind: verify}\n",
      task + "    type: checkpoint\n",
      task + "    type: codeing\n",
      task + "    tdd: yes\n",
      task + "    wave: second\n",
      task + "    wave: -1\n",
      task + "    timeout: soon\n",
      task + "    timeout: 5m2h\n",
      task + "    retries: 101\n",
      task + "    retries: 1.5\n",
      task + "    budget: {turns: 0}\n",
      task + "    budget: 5\n",
      task + "    files: {a: b}\n",
      task + "    files: [[a]]\n",
      task + "    verify: make\n",
      task + "    verify: [make]\n",
      task + "    verify: [{runs: make}]\n",
      task + "    verify: [{run: make, expect: {exit: 300}}]\n",
      task + "    when: sometimes\n",
      task + "    when: {on-success-of: [a]}\n",
      task + "  - {id: b, title: B}\n",
      task + "  - {title: B, prompt: p}\n",
      task + "  - {id: a b, title: B, prompt: p}\n",
      task + "  - {id: c, title: C, type: checkpoint, checkpoint: {kind: decision}}\n",
      task + "  - {id: c, title: C, type: checkpoint, checkpoint: {kind: maybe}}\n",
      task + "must_haves: {artifacts: [p]}\n",
      task + "must_haves: {artifacts: [{provides: p}]}\n",
      task + "must_haves: {key_links: [{from: a}]}\n",
      task + "e2e: [{run: x}]\n",
      task + "defaults: {commit: sometimes}\n",
      task + "report: {sumary: x}\n",
  };
  for (const std::string& text : bad) {
    CAPTURE(text);
    CHECK(!schema_accepts(text));
    CHECK(has_errors(read(text).diagnostics));
  }
}

TEST_CASE("an unknown key is told with its place and the key that may be meant") {
  const Plan plan = read(k_head + k_task + "    depend_on: [a]\n");
  REQUIRE(plan.diagnostics.size() == 1);
  CHECK(to_text(plan.diagnostics[0], plan.path) ==
        "p.yaml:7:5: error: 'depend_on' is no key of task a (did you mean 'depends_on'?)");
}

TEST_CASE("a command that begins with an exclamation mark must be quoted") {
  for (const std::string run : {"      - run: ! grep x y\n", "      - {run: !grep x y}\n"}) {
    const Plan plan = read(k_head + k_task + "    verify:\n" + run);
    REQUIRE(plan.diagnostics.size() == 1);
    CHECK(plan.diagnostics[0].code == "yaml");
    CHECK(plan.diagnostics[0].at.line == 8);
    CHECK(plan.diagnostics[0].at.column == run.find('!') + 1);
    CHECK(plan.diagnostics[0].message.find("put a text in quotes, as in \"! grep x\"") != std::string::npos);
  }
  CHECK(read(k_head + k_task + "    verify:\n      - run: \"! grep x y\"\n").tasks.at(0).verify.at(0).run ==
        "! grep x y\n");
}

TEST_CASE("ids are text and a task follows the one before it") {
  const Plan plan =
      read(k_head +
           "tasks:\n  - {id: 3.1, title: A, prompt: p}\n  - {id: 3.10, title: B, prompt: p}\n  - {id: 010, "
           "title: C, prompt: p, depends_on: [3.1]}\n  - {id: d, title: D, prompt: p, depends_on: []}\n");
  REQUIRE(!has_errors(plan.diagnostics));
  REQUIRE(plan.tasks.size() == 4);
  CHECK(plan.tasks[1].id.value == "3.10");
  CHECK(plan.tasks[1].depends_on == std::vector<TaskId>{TaskId("3.1")});
  CHECK(plan.tasks[2].id.value == "010");
  CHECK(plan.tasks[2].depends_on == std::vector<TaskId>{TaskId("3.1")});
  CHECK(plan.tasks[3].depends_on.empty());
  CHECK(plan.id == "p");
}

TEST_CASE("tasks inherit the plan's defaults and may override each") {
  const Plan plan =
      read(k_head + "defaults: {model: small, timeout: 45m, retries: 1}\n" + k_task + "    model: big\n");
  const Limits& limits = plan.tasks.at(0).limits;
  CHECK(limits.model == "big");
  CHECK(limits.timeout == std::chrono::minutes(45));
  CHECK(limits.retries == 1);
  CHECK(!limits.harness);
}

TEST_CASE("checks of a YAML plan are trusted, those of other plans are not") {
  CHECK(read(k_head + k_task + "    verify: [{run: make}]\n").tasks.at(0).verify.at(0).trusted);
}

TEST_CASE("times are written with units") {
  using std::chrono::seconds;
  CHECK(duration_of("90") == seconds(90));
  CHECK(duration_of("90s") == seconds(90));
  CHECK(duration_of("1h30m") == seconds(5400));
  for (const std::string text : {"", "0", "m", "5d", "30m1h", "1h1h", "1h5", "-5", "99999999999", "800h"}) {
    CAPTURE(text);
    CHECK(!duration_of(text));
  }
}

TEST_CASE("a text that is no YAML, or more than one document, is an error") {
  for (const std::string text :
       {"- a\n", "a: [\n", "\ta: b\n", "plan: 1\n---\nplan: 1\n", "a: &x b\n", "? a\n"}) {
    CAPTURE(text);
    const Plan plan = read(text);
    CHECK(has_errors(plan.diagnostics));
    CHECK(plan.tasks.empty());
  }
}
