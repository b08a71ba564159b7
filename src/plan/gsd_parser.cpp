#include "gsd_parser.hpp"

#include "milepost/base/text.hpp"

#include "element.hpp"
#include "gsd_front.hpp"
#include "gsd_markdown.hpp"
#include "gsd_name.hpp"
#include "gsd_task.hpp"
#include "gsd_text.hpp"
#include "markdown_line.hpp"
#include "milestone_header.hpp"
#include "task_heading.hpp"

#include <algorithm>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_most_tasks = 500;

constexpr TagNames k_sections = {
    "objective",    "context",      "execution_context", "verification",     "success_criteria",
    "output",       "threat_model", "interfaces",        "required_reading", "deviation_protocol",
    "out_of_scope", "notes",        "feature",           "must_haves"};

/// "@src/run.clj (lines 3-9)" → "src/run.clj"; other lines name no file.
std::vector<std::string> context_files(std::string_view text) {
  std::vector<std::string> files;
  for (const std::string_view line : lines_of(text)) {
    std::string_view word = trim(line);
    if (word.starts_with("- ")) word = trim(word.substr(2));
    if (!word.starts_with('@') || word.size() < 2) continue;
    word = word.substr(1);
    const std::size_t remark = std::min(
        {word.find(" ("), word.find(" #"), word.find(" - "), word.find(" \xe2\x80\x94"), word.size()});
    files.emplace_back(trim(word.substr(0, remark)));
  }
  return files;
}

std::string first_paragraph(std::string_view text) {
  std::string paragraph;
  for (const std::string_view line : lines_of(text)) {
    const std::string_view words = trim(line);
    if (words.empty() && !paragraph.empty()) break;
    if (words.empty()) continue;
    if (!paragraph.empty()) paragraph += ' ';
    paragraph += words;
  }
  return paragraph;
}

void add(std::string& field, std::string text) {
  if (!field.empty() && !text.empty()) field += "\n\n";
  field += text;
}

void read_sections(const SourceText& source, const std::vector<Element>& sections, Plan& plan) {
  for (const Element& section : sections) {
    if (section.name == "objective") add(plan.objective, text_of(source, section.inside));
    if (section.name == "verification") add(plan.verification, text_of(source, section.inside));
    if (section.name == "success_criteria") add(plan.success_criteria, text_of(source, section.inside));
    if (section.name == "output") add(plan.output, text_of(source, section.inside));
    if (section.name != "context") continue;
    for (std::string& file : context_files(text_of(source, section.inside)))
      plan.context.push_back(std::move(file));
  }
  plan.goal = first_paragraph(plan.objective);
}

/// The title is a heading before the first tag; "# …" inside a section is a remark.
void name_plan(const SourceText& source, const FenceReading& fences, std::uint32_t first, std::uint32_t end,
               Plan& plan) {
  if (plan.title.empty()) plan.title = without_emphasis(first_title(source, fences, first, end));
  if (plan.title.empty()) plan.title = plan.goal;
  if (plan.title.empty()) plan.title = plan.id;
}

void check_file_name(const GsdName& name, Plan& plan) {
  if (name.canonical) return;
  plan.diagnostics.push_back(
      {Severity::warning,
       "plan-file-name",
       {1, 1, 1},
       "the file's name does not end in -PLAN.md; the plan's id is taken to be " + one_line(plan.id, 80),
       "name it like 37-02-PLAN.md"});
}

void limit_tasks(std::vector<Element>& elements, Plan& plan) {
  if (elements.size() <= k_most_tasks) return;
  const std::uint32_t line = elements[k_most_tasks].open.line + 1;
  plan.diagnostics.push_back({Severity::error,
                              "too-many-tasks",
                              {line, 1, line},
                              "the plan has more than 500 tasks; those from here on are not read",
                              "split it into several plans"});
  elements.resize(k_most_tasks);
}

}  // namespace

void read_gsd_plan(const std::filesystem::path& path, const SourceText& source, const FrontMatter& front,
                   Plan& plan) {
  plan.format = PlanFormat::gsd;
  const GsdName name = gsd_name_of(path, front);
  plan.id = name.id;
  plan.phase = name.phase;
  plan.number = name.number;
  check_file_name(name, plan);
  read_gsd_front(front, name, plan);

  const std::uint32_t first = front.line_count;
  const TagIndex tags(source, first);
  const FenceReading fences = read_nested(source, first);
  const Region whole{{first, 0}, {source.line_count(), 0}};
  std::vector<Element> sections;
  std::vector<Element> tasks = tags.tasks(whole, k_sections, sections, plan.diagnostics);
  read_sections(source, sections, plan);
  std::uint32_t head_end = source.line_count();
  for (const std::vector<Element>* elements : {&sections, &tasks}) {
    if (!elements->empty()) head_end = std::min(head_end, elements->front().open.line);
  }
  name_plan(source, fences, first, head_end, plan);
  if (tasks.empty()) {
    std::copy_if(sections.begin(), sections.end(), std::back_inserter(tasks),
                 [](const Element& section) { return section.name == "feature"; });
  }
  limit_tasks(tasks, plan);
  for (const Element& element : tasks) {
    plan.tasks.push_back(
        read_gsd_task(source, tags, fences, element, plan.id, plan.tasks.size() + 1, plan.diagnostics));
  }
  if (plan.tasks.empty()) plan.tasks = read_gsd_markdown_tasks(source, first, plan.id, plan.diagnostics);
  for (std::size_t i = 1; i < plan.tasks.size(); ++i) plan.tasks[i].depends_on = {plan.tasks[i - 1].id};
  if (plan.tasks.empty()) {
    plan.diagnostics.push_back({Severity::error,
                                "no-tasks",
                                {1, 1, 1},
                                "the plan has no tasks",
                                "write each task as a <task> element below <tasks>"});
  }
}

}  // namespace milepost::parsing
