#include "e2e_section.hpp"

#include "milepost/base/text.hpp"

#include "code_block.hpp"
#include "markdown_line.hpp"
#include "task_heading.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_longest_heading = 200;
constexpr std::size_t k_most_sections = 32;
constexpr std::size_t k_most_blocks = 1000;
constexpr std::uint32_t k_highest_level = 2;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// The shell blocks are one script: a later one may use what an earlier one has set.
void add_block(E2E& section, const SourceText& source, const HiddenBlock& block) {
  CodeBlock code = code_block_of(source, block);
  if (is_shell(code) && runs_something(code.text)) {
    if (section.commands.empty()) section.commands.push_back({"", {block.first + 1, 1, block.last + 1}});
    section.commands.front().run += code.text;
  }
  section.blocks.push_back(std::move(code.text));
}

E2E read_section(const SourceText& source, const FenceReading& fences, std::uint32_t line,
                 const Heading& heading, const std::vector<LineRange>& tasks) {
  std::uint32_t last = line + heading.lines - 1;
  const std::uint32_t body = last + 1;
  const auto task = std::lower_bound(tasks.begin(), tasks.end(), line,
                                     [](const LineRange& range, std::uint32_t l) { return range.first < l; });
  const std::uint32_t end = task == tasks.end() ? source.line_count() : task->first;
  E2E section;
  for (std::uint32_t i = body; i < end; ++i) {
    if (const HiddenBlock* block = fences.starting_at(i)) {
      if (!is_comment(source, *block) && section.blocks.size() < k_most_blocks)
        add_block(section, source, *block);
      i = block->last;
      last = i;
      continue;
    }
    const auto next = heading_at(source, i);
    if (next && next->level <= heading.level) break;
    if (!source.blank(i) && !is_rule(source.line(i))) last = i;
  }
  section.heading = std::string(heading.text);
  if (body <= last) section.text = std::string(trim(source.text(body, last)));
  section.at = {line + 1, 1, last + 1};
  return section;
}

}  // namespace

bool is_e2e_heading(std::string_view heading) {
  if (heading.size() > k_longest_heading) return false;
  std::string text = to_lower_ascii(without_emphasis(heading));
  text = text.substr(0, text.find_first_of(":("));
  for (const std::string_view dash : {"\xe2\x80\x94", "\xe2\x80\x93"}) text = text.substr(0, text.find(dash));
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    if (end > at) words.push_back(text.substr(at, end - at));
    at = std::max(end, at + 1);
  }
  if (words.size() < 2 || words.size() > 5 || words.front() != "e2e") return false;
  constexpr std::array<std::string_view, 6> last_words = {"test",      "tests",      "scenario",
                                                          "scenarios", "validation", "verification"};
  return std::find(last_words.begin(), last_words.end(), words.back()) != last_words.end();
}

std::vector<E2E> e2e_sections(const SourceText& source, const FenceReading& fences, std::uint32_t first,
                              const std::vector<LineRange>& tasks) {
  std::vector<E2E> sections;
  auto task = tasks.begin();
  for (std::uint32_t i = first; i < source.line_count() && sections.size() < k_most_sections; ++i) {
    while (task != tasks.end() && task->last < i) ++task;
    if (task != tasks.end() && i >= task->first) {
      i = task->last;
      continue;
    }
    if (const HiddenBlock* block = fences.starting_at(i)) {
      i = block->last;
      continue;
    }
    const auto heading = heading_at(source, i);
    if (!heading || heading->level < k_highest_level || !is_e2e_heading(heading->text)) continue;
    sections.push_back(read_section(source, fences, i, *heading, tasks));
  }
  return sections;
}

}  // namespace milepost::parsing
