#include "yaml_plan.hpp"

#include "milepost/base/text.hpp"

#include "lint.hpp"
#include "must_haves.hpp"
#include "yaml_object.hpp"
#include "yaml_subset.hpp"
#include "yaml_task.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_most_tasks = 500;
constexpr std::array<std::string_view, 3> k_commits = {"per-task", "per-plan", "none"};
constexpr std::array<std::string_view, 3> k_isolations = {"worktree", "container", "none"};

/// A document may begin with "---" and end with "..." or "---"; what comes behind that is told.
struct Lines {
  std::uint32_t first = 0;
  std::uint32_t end = 0;
};

Lines document_of(const SourceText& source, std::vector<Diagnostic>& diagnostics) {
  Lines lines{0, source.line_count()};
  const auto marks = [&](std::uint32_t line, std::string_view mark) {
    return source.line(line).starts_with(mark) && trim(source.line(line)) == mark;
  };
  while (lines.first < lines.end && (source.blank(lines.first) || source.line(lines.first).starts_with('#')))
    ++lines.first;
  if (lines.first < lines.end && marks(lines.first, "---")) ++lines.first;
  for (std::uint32_t line = lines.first; line < lines.end; ++line) {
    if (!marks(line, "---") && !marks(line, "...")) continue;
    for (std::uint32_t behind = line + 1; behind < lines.end; ++behind) {
      if (source.blank(behind)) continue;
      diagnostics.push_back({Severity::error,
                             "yaml",
                             {behind + 1, 1, behind + 1},
                             "a second YAML document begins here and is not read",
                             "put each plan in a file of its own"});
      break;
    }
    lines.end = line;
  }
  return lines;
}

void read_e2e(const YamlMap& map, Plan& plan) {
  for (const FrontMatterValue* item : map.maps("e2e")) {
    const YamlMap scenario(*item, "scenario", "an end-to-end scenario", plan.diagnostics);
    E2E e2e;
    e2e.heading = scenario.text("name");
    e2e.commands.push_back(read_command(scenario, *item, plan.diagnostics));
    e2e.text = std::string(trim(e2e.commands.front().run));
    e2e.blocks = {e2e.commands.front().run};
    e2e.at = item->at;
    if (const FrontMatterValue* value = scenario.map("on_failure")) {
      const YamlMap failure(*value, "on_failure", "'on_failure'", plan.diagnostics);
      if (const auto attempts = failure.whole("fix_attempts", 0, 100))
        e2e.fix_attempts = static_cast<int>(*attempts);
      e2e.fix_harness = failure.text("harness");
    }
    plan.e2e.push_back(std::move(e2e));
  }
}

void read_header(const YamlMap& map, Plan& plan) {
  if (const auto version = map.optional_text("plan"); version && *version != "1")
    map.fail(map.find("plan")->at,
             "plan format '" + one_line(*version, 40) + "' is not known; this version reads format 1",
             "write \"plan: 1\"");
  if (const auto id = map.optional_text("id"); id && !id->empty()) plan.id = *id;
  plan.title = map.text("title");
  plan.goal = map.text("goal");
  plan.branch = map.text("branch");
  plan.base = map.text("base");
  plan.depends_on = map.texts("depends_on");
  plan.context = map.texts("context");
  plan.requirements = map.texts("requirements");
  if (const FrontMatterValue* value = map.map("defaults")) {
    const YamlMap defaults(*value, "defaults", "'defaults'", plan.diagnostics);
    plan.defaults = read_limits(defaults, plan.diagnostics);
    if (defaults.find("commit") != nullptr) plan.commit = defaults.one_of("commit", k_commits);
    if (defaults.find("isolation") != nullptr) plan.isolation = defaults.one_of("isolation", k_isolations);
  }
  if (const FrontMatterValue* value = map.map("report")) {
    const YamlMap report(*value, "report", "'report'", plan.diagnostics);
    plan.summary_path = report.text("summary");
    plan.handoff_path = report.text("handoff");
  }
}

void read_must(const YamlMap& map, Plan& plan) {
  const FrontMatterValue* value = map.map("must_haves");
  if (value == nullptr) return;
  const YamlMap must(*value, "must_haves", "'must_haves'", plan.diagnostics);
  // Unknown keys, wrong shapes and missing ones are told here, in the words of a YAML plan.
  const std::size_t before = plan.diagnostics.size();
  must.texts("truths");
  for (const FrontMatterValue* item : must.maps("artifacts")) {
    const YamlMap artifact(*item, "artifact", "an artifact", plan.diagnostics);
    for (const std::string_view key : {"path", "provides"}) artifact.text(key);
    for (const std::string_view key : {"contains", "not_contains", "exports"}) artifact.texts(key);
    artifact.whole("min_lines", 0, 100'000'000);
  }
  for (const FrontMatterValue* item : must.maps("key_links")) {
    const YamlMap link(*item, "key_link", "a key link", plan.diagnostics);
    for (const std::string_view key : {"from", "to", "via", "pattern"}) link.text(key);
  }
  if (plan.diagnostics.size() == before) plan.must_haves = read_must_haves(*value, plan.diagnostics);
}

/// Ids are unique; dependencies name other tasks of the plan; without depends_on a task follows the one
/// before.
void connect(const std::vector<YamlTask>& tasks, Plan& plan) {
  std::map<std::string, std::uint32_t> lines;
  std::vector<std::string> ids;
  for (const Task& task : plan.tasks) {
    const auto [at, is_new] = lines.emplace(task.id.value, task.at.line);
    ids.push_back(task.id.value);
    if (is_new) continue;
    plan.diagnostics.push_back(
        {Severity::error,
         "duplicate-id",
         {task.at.line, task.at.column, task.at.line},
         "task id " + task.id.value + " is already used in line " + std::to_string(at->second),
         "give each task an id of its own"});
  }
  std::vector<Span> places;
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    Task& task = plan.tasks[i];
    places.push_back(
        {tasks[i].depends_on_at.line, tasks[i].depends_on_at.column, tasks[i].depends_on_at.line});
    if (!tasks[i].says_depends_on && i > 0 && plan.tasks[i - 1].id != task.id)
      task.depends_on = {plan.tasks[i - 1].id};
    std::vector<TaskId> known;
    for (const TaskId& id : task.depends_on) {
      if (id == task.id) {
        plan.diagnostics.push_back({Severity::error, "self-dependency", places[i],
                                    "task " + one_line(id.value, 80) + " depends on itself",
                                    "remove it from depends_on"});
      } else if (!lines.contains(id.value)) {
        const auto meant = nearest(id.value, ids);
        plan.diagnostics.push_back(
            {Severity::error, "unknown-dependency", places[i],
             "task " + task.id.value + " depends on unknown task " + one_line(id.value, 80),
             meant ? "did you mean " + *meant + "?" : "name a task of this plan"});
      } else if (std::find(known.begin(), known.end(), id) == known.end()) {
        known.push_back(id);
      }
    }
    task.depends_on = std::move(known);
  }
  lint_cycles(plan, places);
}

void read_tasks(const SourceText& source, const YamlMap& map, Plan& plan) {
  std::vector<YamlTask> tasks;
  for (const FrontMatterValue* item : map.maps("tasks")) {
    if (tasks.size() == k_most_tasks) {
      plan.diagnostics.push_back({Severity::error,
                                  "too-many-tasks",
                                  {item->at.line, item->at.column, item->at.line},
                                  "the plan has more than 500 tasks; those from here on are not read",
                                  "split it into several plans"});
      break;
    }
    tasks.push_back(read_yaml_task(source, *item, tasks.size() + 1, plan.defaults, plan.diagnostics));
  }
  std::uint32_t last = 0;
  for (YamlTask& task : tasks) {
    if (task.task.at.line <= last) {
      plan.diagnostics.push_back({Severity::error,
                                  "wrong-value",
                                  {task.task.at.line, task.task.at.column, task.task.at.line},
                                  "task " + task.task.id.value + " begins in the line where another one ends",
                                  "begin each task on a line of its own, with \"- id: …\""});
    }
    last = std::max(task.task.at.end_line, task.task.at.line);
    plan.tasks.push_back(std::move(task.task));
  }
  connect(tasks, plan);
}

}  // namespace

const std::vector<YamlObject>& yaml_objects() {
  static const std::vector<YamlObject> objects = {
      {"",
       {"plan", "id", "title", "goal", "branch", "base", "depends_on", "context", "requirements", "defaults",
        "tasks", "must_haves", "e2e", "report"},
       {"plan", "title", "tasks"}},
      {"defaults", {"harness", "model", "timeout", "budget", "retries", "commit", "isolation"}, {}},
      {"budget", {"usd", "turns", "tokens"}, {}},
      {"task",
       {"id",         "title",   "type",        "depends_on", "wave",   "when",     "files",
        "read_first", "prompt",  "prompt_file", "acceptance", "verify", "estimate", "tdd",
        "checkpoint", "harness", "model",       "timeout",    "budget", "retries"},
       {"id", "title"}},
      {"when", {"on-failure-of"}, {"on-failure-of"}},
      {"command", {"run", "timeout", "expect"}, {"run"}},
      {"expect", {"exit"}, {"exit"}},
      {"checkpoint",
       {"kind", "built", "steps", "question", "context", "instructions", "resume", "options", "default",
        "blocking"},
       {"kind"}},
      {"option", {"id", "name", "pros", "cons"}, {"id"}},
      {"must_haves", {"truths", "artifacts", "key_links"}, {}},
      {"artifact", {"path", "provides", "contains", "not_contains", "exports", "min_lines"}, {"path"}},
      {"key_link", {"from", "to", "via", "pattern"}, {"from", "to"}},
      {"scenario", {"name", "run", "timeout", "on_failure"}, {"name", "run"}},
      {"on_failure", {"fix_attempts", "harness"}, {}},
      {"report", {"summary", "handoff"}, {}},
  };
  return objects;
}

void read_yaml_plan(const SourceText& source, Plan& plan) {
  plan.format = PlanFormat::native_yaml;
  plan.id = valid_utf8(std::filesystem::path(plan.path).stem().string());
  FrontMatterValue root;
  try {
    const Lines lines = document_of(source, plan.diagnostics);
    root = read_yaml_map(source, lines.first, lines.end, plan.diagnostics);
  } catch (const YamlFault& fault) {
    plan.diagnostics.push_back({Severity::error, "yaml", fault.at,
                                std::string("the plan cannot be read: ") + fault.what(),
                                "see the chapter on YAML plans in docs/plan-format.md"});
    return;
  }
  if (root.at.line == 0) root.at = {1, 1, 1};
  const YamlMap map(root, "", "the plan", plan.diagnostics);
  read_header(map, plan);
  read_tasks(source, map, plan);
  read_must(map, plan);
  read_e2e(map, plan);
  if (plan.tasks.empty()) {
    plan.diagnostics.push_back({Severity::error,
                                "no-tasks",
                                {1, 1, 1},
                                "the plan has no tasks",
                                "write each task below \"tasks:\""});
  }
}

}  // namespace milepost::parsing
