#include "milestone_task.hpp"

#include "milepost/base/sha256.hpp"
#include "milepost/base/text.hpp"

#include "code_block.hpp"
#include "fields.hpp"
#include "file_list.hpp"
#include "markdown_line.hpp"
#include "task_type.hpp"

#include <algorithm>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_most_criteria = 1000;
constexpr std::size_t k_most_blocks = 1000;
constexpr std::size_t k_most_dependencies = 100;

Span line_span(std::uint32_t line) {
  return {line + 1, 1, line + 1};
}

/// The items of a list: top-level bullets; what is indented below one belongs to it.
std::vector<Criterion> criteria_of(const SourceText& source, const FenceReading& fences, const Field& field) {
  std::vector<Criterion> criteria;
  std::size_t top = 0;
  for (std::uint32_t i = field.first; i <= field.last && criteria.size() < k_most_criteria; ++i) {
    if (fences.hides(i) || source.blank(i)) continue;
    const std::string_view line = source.line(i);
    const auto bullet = bullet_of(line);
    if (criteria.empty() && bullet) top = bullet->indent;
    if (bullet && bullet->indent <= top + 1) {
      criteria.push_back({std::string(bullet->text), bullet->ticked});
    } else if (!criteria.empty() && indent_of(line) > top) {
      criteria.back().text += bullet ? "\n" : " ";
      criteria.back().text += trim(line);
    }
  }
  return criteria;
}

void read_commands(const SourceText& source, const FenceReading& fences, const TaskPlace& place, Task& task,
                   std::vector<Diagnostic>& diagnostics) {
  bool smoke = false;
  for (std::uint32_t i = place.body; i <= place.last; ++i) {
    const HiddenBlock* block = fences.starting_at(i);
    if (block == nullptr) {
      const std::string label = label_name_at(source, i);
      if (!label.empty() || is_rule(source.line(i))) smoke = label == "smoke test" || label == "smoke tests";
      continue;
    }
    i = block->last;
    CodeBlock code = code_block_of(source, *block);
    if (!is_shell(code) || task.smoke_commands.size() + task.shell_blocks.size() >= k_most_blocks) continue;
    if (!smoke) {
      task.shell_blocks.push_back(std::move(code.text));
    } else if (runs_something(code.text)) {
      task.smoke_commands.push_back({std::move(code.text), {block->first + 1, 1, block->last + 1}});
    } else {
      diagnostics.push_back(
          {Severity::note, "empty-smoke-test", line_span(block->first),
           "the smoke test of task " + task.id.value + " holds only comments; it is not taken as a check",
           "write a command that fails when the task is not done"});
    }
  }
}

void warn_of_escapes(const Task& task, std::uint32_t line, std::vector<Diagnostic>& diagnostics) {
  for (const std::string& file : task.files) {
    if (!leaves_code_folder(file)) continue;
    diagnostics.push_back({Severity::warning, "path-escapes", line_span(line),
                           "file '" + one_line(file, 200) + "' of task " + task.id.value +
                               " lies outside the code folder, where the agent cannot write",
                           "name files relative to the code folder"});
  }
}

/// The ids that follow the word "task" (", ", "and", "&", "+" and "-" join several), or, when the text is
/// nothing but ids, those.
std::vector<std::string> ids_in(std::string_view text) {
  std::vector<std::string> ids;
  const auto take_list = [&ids](std::string_view& rest, bool after_task) {
    bool any = false;
    while (ids.size() < k_most_dependencies) {
      std::string_view at = trim(rest);
      if (any) {
        bool joined = false;
        for (const std::string_view word : {",", "and ", "&", "+", "-"}) {
          if (!at.starts_with(word)) continue;
          at = trim(at.substr(word.size()));
          joined = true;
        }
        if (!joined) return any;
      }
      while (!at.empty() && std::string_view("`*").find(at[0]) != std::string_view::npos) at.remove_prefix(1);
      const std::size_t length = task_id_length(at);
      const bool number = length > 0 && at.find_first_of("0123456789") < length;
      // "M2" names a milestone, "2 hours" or "3rd" nothing.
      const char next = length < at.size() ? at[length] : ',';
      if (!number || (at[0] == 'M' && !after_task) ||
          std::string_view(" ,;.)`*&+-\t\n").find(next) == std::string_view::npos)
        return any;
      ids.emplace_back(at.substr(0, length));
      any = true;
      at.remove_prefix(length);
      while (!at.empty() && std::string_view("`*").find(at[0]) != std::string_view::npos) at.remove_prefix(1);
      rest = at;
    }
    return any;
  };
  std::string_view rest = trim(text);
  if (take_list(rest, /*after_task=*/false) && trim(rest).find_first_not_of(" .") == std::string_view::npos)
    return ids;
  ids.clear();
  const std::string lower = to_lower_ascii(text);
  for (std::size_t at = lower.find("task"); at != std::string::npos && ids.size() < k_most_dependencies;
       at = lower.find("task", at + 4)) {
    std::size_t end = at + 4;
    if (end < lower.size() && lower[end] == 's') ++end;
    if (end >= lower.size() || (lower[end] != ' ' && lower[end] != '\t')) continue;
    std::string_view list = text.substr(end);
    take_list(list, /*after_task=*/true);
  }
  return ids;
}

}  // namespace

Task read_task(const SourceText& source, const FenceReading& fences, const TaskPlace& place,
               std::vector<Diagnostic>& diagnostics) {
  Task task;
  task.id = TaskId(place.heading.id);
  task.title = place.heading.title;
  task.status_hint = place.heading.status_hint;
  task.at = {place.first + 1, 1, place.last + 1};
  task.body = std::string(source.bytes(place.first, place.last));
  task.content_hash = sha256_hex(with_lf(task.body));

  const std::vector<Field> fields = fields_of(source, fences, place.body, place.last);
  const Field* files = find_field(fields, {"file", "files"});
  if (files != nullptr) {
    task.files = files_of(source, fences, *files);
    warn_of_escapes(task, files->line, diagnostics);
  }
  const Field* type = find_field(fields, {"type"});
  const TaskType written = type != nullptr ? task_type_of(type->value) : task_type_in_title(task.title);
  task.kind = written.kind;
  task.kind_text = written.text;
  if (const Field* field = find_field(fields, {"description"}); field != nullptr)
    task.description = value_text(source, *field);
  else if (const Field* what = find_field(fields, {"what", "what to do"}); what != nullptr)
    task.description = value_text(source, *what);
  if (const Field* field = find_field(fields, {"estimated time", "estimate", "estimated effort", "effort"}))
    task.estimate = std::string(field->value);
  if (const Field* field = find_field(fields, {"trigger"})) task.condition = value_text(source, *field);
  const Field* criteria = find_field(fields, {"acceptance criteria", "acceptance", "acceptance criterion"});
  if (criteria == nullptr) criteria = find_field(fields, {"success criteria"});
  if (criteria != nullptr) task.acceptance = criteria_of(source, fences, *criteria);
  read_commands(source, fences, place, task, diagnostics);
  return task;
}

WrittenDependencies written_dependencies(const SourceText& source, const FenceReading& fences,
                                         const TaskPlace& place) {
  const std::vector<Field> fields = fields_of(source, fences, place.body, place.last);
  const Field* field = find_field(fields, {"depends on"});
  if (field == nullptr) field = find_field(fields, {"dependencies", "dependency"});
  if (field == nullptr) return {};
  return {ids_in(value_text(source, *field)), line_span(field->line)};
}

}  // namespace milepost::parsing
