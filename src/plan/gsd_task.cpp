#include "gsd_task.hpp"

#include "milepost/base/sha256.hpp"
#include "milepost/base/text.hpp"

#include "code_block.hpp"
#include "gsd_text.hpp"
#include "tag.hpp"

#include <algorithm>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_most_blocks = 1000;

constexpr TagNames k_children = {"name",        "files",         "read_first",    "action",
                                 "behavior",    "verify",        "done",          "acceptance_criteria",
                                 "what-built",  "how-to-verify", "resume-signal", "decision",
                                 "context",     "options",       "instructions",  "implementation",
                                 "human-check", "task"};
constexpr TagNames k_option = {"option"};
constexpr TagNames k_option_parts = {"name", "pros", "cons"};

Span span_of(Place place) {
  return {place.line + 1, static_cast<std::uint32_t>(place.offset) + 1, place.line + 1};
}

class TaskReader {
 public:
  TaskReader(const SourceText& source, const TagIndex& tags, const Element& element,
             std::vector<Diagnostic>& diagnostics)
      : source_(source),
        tags_(tags),
        children_(tags.elements(element.inside, k_children, diagnostics)),
        diagnostics_(diagnostics) {}

  const std::vector<Element>& children() const { return children_; }

  /// The first child with a name, or null.
  const Element* find(std::string_view name) const {
    const auto at = std::find_if(children_.begin(), children_.end(),
                                 [&](const Element& child) { return child.name == name; });
    return at == children_.end() ? nullptr : &*at;
  }

  std::string text(std::string_view name) const {
    const Element* child = find(name);
    return child == nullptr ? std::string() : text_of(source_, child->inside);
  }

  std::string block(std::string_view name) const {
    const Element* child = find(name);
    return child == nullptr ? std::string() : block_of(source_, child->inside);
  }

  std::vector<CheckpointOption> options() const {
    std::vector<CheckpointOption> options;
    const Element* list = find("options");
    if (list == nullptr) return options;
    for (const Element& element : tags_.elements(list->inside, k_option, diagnostics_)) {
      CheckpointOption option;
      option.id = std::string(attribute(element.attributes, "id"));
      for (const Element& part : tags_.elements(element.inside, k_option_parts, diagnostics_)) {
        std::string& field = part.name == "name"   ? option.name
                             : part.name == "pros" ? option.pros
                                                   : option.cons;
        field = text_of(source_, part.inside);
      }
      if (option.name.empty() && option.pros.empty() && option.cons.empty())
        option.name = text_of(source_, element.inside);
      options.push_back(std::move(option));
    }
    return options;
  }

 private:
  const SourceText& source_;
  const TagIndex& tags_;
  std::vector<Element> children_;
  std::vector<Diagnostic>& diagnostics_;
};

std::string_view first_line(std::string_view text) {
  for (const std::string_view line : lines_of(text)) {
    std::string_view words = trim(line);
    while (words.starts_with('#')) words.remove_prefix(1);
    words = trim(words);
    while (words.starts_with("**") && words.ends_with("**") && words.size() > 4)
      words = words.substr(2, words.size() - 4);
    if (!words.empty()) return words;
  }
  return {};
}

/// A task without a name is called by what a person is asked, else by its first words.
void read_title(const TaskReader& reader, const SourceText& source, const Element& element, Task& task) {
  GsdTitle title = gsd_title_of(reader.text("name"));
  if (title.title.empty()) title = gsd_title_of(attribute(element.attributes, "title"));
  for (const std::string_view name :
       {"what-built", "decision", "action", "instructions", "how-to-verify", "behavior"}) {
    if (title.title.empty()) title = gsd_title_of(first_line(reader.text(name)));
  }
  if (title.title.empty() && reader.children().empty())
    title = gsd_title_of(first_line(text_of(source, element.inside)));
  task.title = std::move(title.title);
  task.label = std::move(title.label);
  if (task.label.empty()) task.label = std::string(attribute(element.attributes, "id"));
}

void read_checkpoint(const TaskReader& reader, const Element& element, Task& task,
                     std::vector<Diagnostic>& diagnostics) {
  std::string_view kind = task.kind_text;
  kind.remove_prefix(std::min(kind.size(), std::string_view("checkpoint:").size()));
  Checkpoint checkpoint;
  if (kind == "decision") {
    checkpoint.kind = CheckpointKind::decision;
  } else if (kind == "human-action") {
    checkpoint.kind = CheckpointKind::action;
  } else if (kind != "human-verify") {
    if (reader.find("decision") != nullptr || reader.find("options") != nullptr)
      checkpoint.kind = CheckpointKind::decision;
    else if (reader.find("instructions") != nullptr)
      checkpoint.kind = CheckpointKind::action;
    diagnostics.push_back({Severity::warning, "unknown-checkpoint", span_of(element.open),
                           "'" + one_line(task.kind_text, 60) +
                               "' is no kind of checkpoint; it is read as one to " +
                               std::string(to_string(checkpoint.kind)),
                           "write checkpoint:human-verify, checkpoint:decision or checkpoint:human-action"});
  }
  checkpoint.built = reader.text("what-built");
  checkpoint.steps = reader.text("how-to-verify");
  checkpoint.question = reader.text("decision");
  checkpoint.context = reader.text("context");
  checkpoint.instructions = reader.text("instructions");
  if (checkpoint.instructions.empty()) checkpoint.instructions = task.action;
  checkpoint.resume = reader.text("resume-signal");
  checkpoint.options = reader.options();
  checkpoint.blocking_human =
      attribute(element.attributes, "gate") == "blocking-human" || checkpoint.kind == CheckpointKind::action;
  task.kind = TaskKind::checkpoint;
  task.checkpoint = std::move(checkpoint);
}

/// The bash blocks that stand whole inside a region.
void add_shell_blocks(const SourceText& source, const FenceReading& fences, const Region& region,
                      Task& task) {
  auto block = std::lower_bound(fences.blocks.begin(), fences.blocks.end(), region.begin.line,
                                [](const HiddenBlock& b, std::uint32_t line) { return b.first < line; });
  for (; block != fences.blocks.end() && block->last <= region.end.line; ++block) {
    if (task.shell_blocks.size() >= k_most_blocks) return;
    CodeBlock code = code_block_of(source, *block);
    if (is_shell(code)) task.shell_blocks.push_back(std::move(code.text));
  }
}

}  // namespace

TaskId gsd_task_id(const std::string& plan_id, std::size_t position) {
  return TaskId(plan_id + "/" + std::to_string(position));
}

Task read_gsd_task(const SourceText& source, const TagIndex& tags, const FenceReading& fences,
                   const Element& element, const std::string& plan_id, std::size_t position,
                   std::vector<Diagnostic>& diagnostics) {
  const TaskReader reader(source, tags, element, diagnostics);
  Task task;
  task.id = gsd_task_id(plan_id, position);
  const bool feature = element.name == "feature";
  // A missing </task> is taken to stand before the line where the task ends.
  const std::uint32_t after_last = element.after.offset == 0 && element.after.line > element.open.line
                                       ? element.after.line
                                       : element.after.line + 1;
  std::uint32_t last = std::min(after_last, source.line_count()) - 1;
  while (last > element.open.line && source.blank(last)) --last;
  task.at = {element.open.line + 1, static_cast<std::uint32_t>(element.open.offset) + 1, last + 1};
  task.body = std::string(source.bytes(element.open.line, last));
  task.content_hash = sha256_hex(with_lf(task.body));

  task.kind_text = std::string(attribute(element.attributes, "type"));
  task.tdd = feature || attribute(element.attributes, "tdd") == "true" || task.kind_text == "tdd";
  read_title(reader, source, element, task);
  if (task.title.empty()) {
    diagnostics.push_back({Severity::warning, "empty-title", span_of(element.open),
                           "task " + task.id.value + " has no title", "give it a <name>"});
  }
  task.files = paths_in(reader.text("files"));
  task.read_first = paths_in(reader.text("read_first"));
  task.acceptance = criteria_in(reader.block("acceptance_criteria"));
  task.behavior = reader.text("behavior");
  task.done = reader.text("done");
  task.action = reader.text(feature ? "implementation" : "action");
  if (const Element* verify = reader.find("verify")) {
    task.verify_text = text_of(source, verify->inside);
    // The text is trimmed: its first line is the first one that is not blank.
    std::uint32_t line = verify->inside.begin.line;
    if (trim(source.line(line).substr(std::min(verify->inside.begin.offset, source.line(line).size())))
            .empty()) {
      ++line;
      while (line < verify->inside.end.line && source.blank(line)) ++line;
    }
    task.verify = automated_commands(task.verify_text, line + 1, diagnostics);
  }
  for (const Element& child : reader.children()) {
    if (child.name == (feature ? "implementation" : "action"))
      add_shell_blocks(source, fences, child.inside, task);
    if (child.name != "task") continue;
    diagnostics.push_back({Severity::warning, "nested-task", span_of(child.open),
                           "a <task> stands inside task " + task.id.value + " and is read as its text",
                           "close the task before it, or indent nothing but text this way inside <action>"});
  }
  if (reader.children().empty()) add_shell_blocks(source, fences, element.inside, task);
  if (task.kind_text == "checkpoint" || task.kind_text.starts_with("checkpoint:"))
    read_checkpoint(reader, element, task, diagnostics);
  return task;
}

}  // namespace milepost::parsing
