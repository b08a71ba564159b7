#include "element.hpp"

#include "milepost/base/text.hpp"

#include "tag.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace milepost::parsing {

namespace {

constexpr std::uint8_t k_tasks = 0;
constexpr std::uint8_t k_task = 1;

constexpr int k_most_chained = 64;  // tags that are read in one line

/// Elements that hold others, which may begin on the same line.
constexpr TagNames k_containers = {"tasks", "task", "feature", "options", "option"};

std::optional<std::uint8_t> known(std::string_view name) {
  const auto at = std::find(std::begin(k_tag_names), std::end(k_tag_names), name);
  if (at == std::end(k_tag_names)) return std::nullopt;
  return static_cast<std::uint8_t>(at - std::begin(k_tag_names));
}

Span span_of(Place place) {
  return {place.line + 1, static_cast<std::uint32_t>(place.offset) + 1, place.line + 1};
}

std::size_t indent_offset(std::string_view line) {
  return std::min(line.find_first_not_of(" \t"), line.size());
}

/// Prose that ends with "</task>" ends no task.
bool begins_with_tag(std::string_view line) {
  return trim(line).starts_with('<');
}

}  // namespace

TagIndex::TagIndex(const SourceText& source, std::uint32_t first_line) : source_(source) {
  std::vector<std::vector<std::uint32_t>> pending(std::size(k_tag_names));
  std::vector<std::size_t> task_lists;  // how many tasks were pending when each <tasks> began
  for (std::uint32_t line = first_line; line < source.line_count(); ++line)
    add_line(line, pending, task_lists);
}

void TagIndex::add_line(std::uint32_t& line, std::vector<std::vector<std::uint32_t>>& pending,
                        std::vector<std::size_t>& task_lists) {
  const std::size_t start = indent_offset(source_.line(line));
  std::size_t offset = start;
  bool closed_here = false;  // the close tag that ends the line belongs to an element that began on it
  for (int chained = 0; chained < k_most_chained; ++chained) {
    const auto tag = tag_at(source_, line, offset);
    const auto name = tag ? known(tag->name) : std::nullopt;
    if (!name || tag->closes) break;
    Entry entry{{line, offset}, {line + tag->lines - 1, tag->end}, *name, offset == start, {k_open, 0}, 0};
    line = entry.body.line;
    const std::string_view rest = source_.line(line).substr(entry.body.offset);
    if (const std::size_t end = close_tag_at_end(rest, tag->name); end != std::string_view::npos) {
      entry.close = {line, entry.body.offset + end};
      entry.after = source_.line(line).size();
      entries_.push_back(entry);
      closed_here = true;
      if (!k_containers.holds(*name)) return;
      offset = entry.body.offset + indent_offset(rest);
      continue;
    }
    std::size_t length = 0;
    const std::size_t close = find_close_tag(rest, tag->name, 0, length);
    const bool another =
        close != std::string_view::npos && trim(rest.substr(close + length)).starts_with('<');
    if (!another) {
      if (*name == k_tasks) task_lists.push_back(pending[k_task].size());
      pending[*name].push_back(static_cast<std::uint32_t>(entries_.size()));
      entries_.push_back(entry);
      if (!k_containers.holds(*name)) break;
      offset = entry.body.offset + indent_offset(rest);
      continue;
    }
    entry.close = {line, entry.body.offset + close};
    entry.after = entry.close.offset + length;
    offset = entry.after + indent_offset(source_.line(line).substr(entry.after));
    entries_.push_back(entry);
  }
  const std::string_view whole = source_.line(line);
  const auto closed = known(name_closed_at_end(whole));
  if (closed_here || !closed || (*closed <= k_task && !begins_with_tag(whole))) return;
  if (*closed == k_tasks) {
    const std::size_t keep = task_lists.empty() ? 0 : task_lists.back();
    if (!task_lists.empty()) task_lists.pop_back();
    pending[k_task].resize(std::min(keep, pending[k_task].size()));
  }
  if (pending[*closed].empty()) return;
  Entry& entry = entries_[pending[*closed].back()];
  pending[*closed].pop_back();
  if (*closed == k_task && !task_lists.empty() && pending[k_task].size() < task_lists.back())
    task_lists.back() = pending[k_task].size();
  entry.close = {line, whole.rfind('<')};
  entry.after = whole.size();
}

std::size_t TagIndex::first_entry(Place from) const {
  return static_cast<std::size_t>(
      std::lower_bound(entries_.begin(), entries_.end(), from,
                       [](const Entry& entry, const Place& place) { return entry.open < place; }) -
      entries_.begin());
}

Element TagIndex::element_of(const Entry& entry, Place close, Place after) const {
  Element element;
  element.name = k_tag_names[entry.name];
  if (const auto tag = tag_at(source_, entry.open.line, entry.open.offset))
    element.attributes = tag->attributes;
  element.open = entry.open;
  element.inside = {entry.body, std::max(close, entry.body)};
  element.after = std::max(after, entry.body);
  return element;
}

std::vector<Element> TagIndex::elements(const Region& region, const TagNames& names,
                                        std::vector<Diagnostic>& diagnostics) const {
  std::vector<Element> found;
  std::vector<bool> none_left(std::size(k_tag_names), false);
  Place done = region.begin;
  for (std::size_t i = first_entry(region.begin); i < entries_.size() && entries_[i].open < region.end; ++i) {
    const Entry& entry = entries_[i];
    if (entry.open < done || !names.holds(entry.name)) continue;
    const bool closed = entry.close.line != k_open && entry.close < region.end;
    found.push_back(closed ? element_of(entry, entry.close, {entry.close.line, entry.after})
                           : unclosed(i, region, names, none_left, diagnostics));
    done = found.back().after;
  }
  return found;
}

Element TagIndex::unclosed(std::size_t index, const Region& region, const TagNames& names,
                           std::vector<bool>& none_left, std::vector<Diagnostic>& diagnostics) const {
  const Entry& entry = entries_[index];
  const std::string name(k_tag_names[entry.name]);
  for (std::uint32_t line = entry.body.line;
       !none_left[entry.name] && line <= region.end.line && line < source_.line_count(); ++line) {
    const std::string_view text =
        line == region.end.line ? source_.line(line).substr(0, region.end.offset) : source_.line(line);
    std::size_t length = 0;
    const std::size_t close =
        find_close_tag(text, name, line == entry.body.line ? entry.body.offset : 0, length);
    if (close != std::string_view::npos) return element_of(entry, {line, close}, {line, close + length});
  }
  none_left[entry.name] = true;

  Place limit = region.end;
  for (std::size_t i = index + 1; i < entries_.size() && entries_[i].open < region.end; ++i) {
    if (entries_[i].open < entry.body || !names.holds(entries_[i].name)) continue;
    limit = entries_[i].open;
    break;
  }
  for (std::uint32_t line = entry.body.line; line < limit.line; ++line) {
    const std::string_view text = source_.line(line);
    const std::string_view other = name_closed_at_end(text);
    const auto other_name = known(other);
    if (!other_name || *other_name == entry.name || trim(text).substr(0, 2) != "</") continue;
    diagnostics.push_back(
        {Severity::warning, "tag-mismatch", span_of(entry.open),
         "<" + name + "> is closed by </" + std::string(other) + "> in line " + std::to_string(line + 1),
         "write </" + name + "> there"});
    return element_of(entry, {line, text.rfind('<')}, {line, text.size()});
  }
  diagnostics.push_back(
      {Severity::warning, "unclosed-tag", span_of(entry.open),
       "<" + name + "> is never closed; it is taken to end before line " + std::to_string(limit.line + 1),
       "write </" + name + "> on a line of its own"});
  return element_of(entry, limit, limit);
}

std::vector<Element> TagIndex::tasks(const Region& region, const TagNames& sections,
                                     std::vector<Element>& found_sections,
                                     std::vector<Diagnostic>& diagnostics) const {
  std::vector<Element> found;
  Place done = region.begin;
  std::size_t inner_task = 0;
  std::size_t next_task = 0;  // the first entry that may be a task behind the current one
  for (std::size_t i = first_entry(region.begin); i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (entry.open < done) continue;
    if (entry.name == k_task && entry.at_line_start) {
      found.push_back(task_at(i, region, diagnostics));
      done = found.back().after;
    } else if (sections.holds(entry.name)) {
      if (k_tag_names[entry.name] == "feature") {
        // One that holds tasks only groups them.
        inner_task = std::max(inner_task, i + 1);
        while (inner_task < entries_.size() && entries_[inner_task].name != k_task) ++inner_task;
        if (entry.close.line != k_open && inner_task < entries_.size() &&
            entries_[inner_task].open < entry.close)
          continue;
      }
      if (entry.close.line != k_open) {
        found_sections.push_back(element_of(entry, entry.close, {entry.close.line, entry.after}));
      } else {
        // A section without an end must not swallow the tasks behind it.
        next_task = std::max(next_task, i + 1);
        while (next_task < entries_.size() && entries_[next_task].name != k_task &&
               entries_[next_task].name != k_tasks)
          ++next_task;
        Region before = region;
        if (next_task < entries_.size()) before.end = entries_[next_task].open;
        std::vector<bool> none_left(std::size(k_tag_names), false);
        found_sections.push_back(unclosed(i, before, sections, none_left, diagnostics));
      }
      done = found_sections.back().after;
    }
  }
  return found;
}

Element TagIndex::task_at(std::size_t index, const Region& region,
                          std::vector<Diagnostic>& diagnostics) const {
  const Entry& entry = entries_[index];
  if (entry.close.line != k_open) {
    const Place after{entry.close.line, entry.after};
    return element_of(entry, entry.close, after);
  }
  // No balanced end: what stands inside the task's elements does not count, then the first end does.
  std::size_t inner = index + 1;
  Place limit = region.end;
  for (std::uint32_t line = entry.body.line + 1; line < source_.line_count(); ++line) {
    while (inner < entries_.size() && entries_[inner].open.line < line) ++inner;
    const bool opens = inner < entries_.size() && entries_[inner].open.line == line;
    if (opens && (entries_[inner].name == k_task || entries_[inner].name == k_tasks)) {
      limit = {line, 0};
      break;
    }
    if (opens && entries_[inner].close.line != k_open) {
      line = entries_[inner].close.line;
      if (name_closed_at_end(source_.line(line)) != "task") continue;
    }
    if (!begins_with_tag(source_.line(line))) continue;
    const std::string_view closed = name_closed_at_end(source_.line(line));
    const std::size_t at = source_.line(line).rfind('<');
    if (closed == "task") return element_of(entry, {line, at}, {line, source_.line(line).size()});
    if (closed == "tasks") {
      limit = {line, 0};
      break;
    }
  }
  diagnostics.push_back(
      {Severity::error, "unclosed-task", span_of(entry.open),
       "this <task> has no </task>; it is taken to end before line " + std::to_string(limit.line + 1),
       "write </task> behind its last element"});
  return element_of(entry, limit, limit);
}

std::string text_of(const SourceText& source, const Region& region) {
  return std::string(trim(block_of(source, region)));
}

std::string block_of(const SourceText& source, const Region& region) {
  std::string text;
  for (std::uint32_t line = region.begin.line; line <= region.end.line && line < source.line_count();
       ++line) {
    std::string_view part = source.line(line);
    if (line == region.end.line) part = part.substr(0, region.end.offset);
    if (line == region.begin.line) part = part.substr(std::min(region.begin.offset, part.size()));
    if (text.empty() && trim(part).empty()) continue;
    if (!text.empty()) text += '\n';
    text += part;
  }
  text.resize(text.find_last_not_of(" \t\n") + 1);
  return text;
}

}  // namespace milepost::parsing
