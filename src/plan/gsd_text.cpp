#include "gsd_text.hpp"

#include "milepost/base/text.hpp"

#include "markdown_line.hpp"
#include "tag.hpp"

#include <algorithm>
#include <array>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_most_items = 1000;
constexpr std::size_t k_none = std::string_view::npos;
constexpr std::string_view k_em_dash = "\xe2\x80\x94";
constexpr std::string_view k_en_dash = "\xe2\x80\x93";
constexpr std::string_view k_arrow = "\xe2\x86\x92";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// "3", "3.1", "01-02", "A1", "0b".
std::size_t label_length(std::string_view text) {
  std::size_t at = !text.empty() && is_letter(text[0]) ? 1 : 0;
  if (at >= text.size() || !is_digit(text[at])) return 0;
  while (at < text.size()) {
    if (is_digit(text[at])) {
      ++at;
    } else if ((text[at] == '.' || text[at] == '-') && at + 1 < text.size() && is_digit(text[at + 1])) {
      ++at;
    } else {
      break;
    }
  }
  if (at < text.size() && is_letter(text[at]) && (at + 1 == text.size() || !is_letter(text[at + 1]))) ++at;
  return at;
}

/// Past one of ":", an em or en dash, "-", "--"; 0 when none is there.
std::size_t separator_length(std::string_view text) {
  if (text.starts_with(':') || text.starts_with(". ")) return 1;
  if (text.starts_with(k_em_dash) || text.starts_with(k_en_dash)) return 3;
  std::size_t dashes = 0;
  while (dashes < text.size() && text[dashes] == '-') ++dashes;
  return dashes <= 3 ? dashes : 0;
}

std::string folded(std::string_view text) {
  std::string line;
  for (const std::string_view part : lines_of(text)) {
    const std::string_view words = trim(part);
    if (words.empty()) continue;
    if (!line.empty()) line += ' ';
    line += words;
  }
  return line;
}

bool names_nothing(std::string_view item) {
  const std::string word = to_lower_ascii(item.substr(0, 5));
  return item.starts_with('(') || word.starts_with("none") || word.starts_with("n/a");
}

/// Commas outside braces, parentheses and back quotes.
std::vector<std::string_view> at_commas(std::string_view line) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '`') quoted = !quoted;
    if (c == '{' || c == '(') ++depth;
    if ((c == '}' || c == ')') && depth > 0) --depth;
    if (c != ',' || depth > 0 || quoted) continue;
    parts.push_back(line.substr(start, i - start));
    start = i + 1;
  }
  parts.push_back(line.substr(start));
  return parts;
}

bool like_path(std::string_view word) {
  return word.find_first_of(" \t()=;\"'") == k_none &&
         (word.find('/') != k_none || (word.find('.') != k_none && !word.ends_with('.')));
}

/// The path an item names, or nothing: its first word when the rest is a remark or it looks like a path, else
/// its first back-quoted path.
std::string_view path_of(std::string_view item) {
  item = trim(item);
  while (item.starts_with('*') && item.ends_with('*') && item.size() > 2)
    item = item.substr(1, item.size() - 2);
  if (item.starts_with('@')) item.remove_prefix(1);
  if (item.empty() || names_nothing(item)) return {};
  if (item.starts_with('`')) {
    const std::size_t close = item.find('`', 1);
    return close == k_none ? std::string_view() : trim(item.substr(1, close - 1));
  }
  const std::size_t end = std::min(item.find_first_of(" \t"), item.size());
  std::string_view word = item.substr(0, end);
  const std::string_view rest = trim(item.substr(end));
  while (word.size() > 1 && (word.ends_with(':') || word.ends_with(';'))) word.remove_suffix(1);
  const bool remark = rest.empty() || rest.starts_with('(') || rest.starts_with('#') ||
                      rest.starts_with('-') || rest.starts_with('[') || rest.starts_with(k_em_dash) ||
                      rest.starts_with(k_en_dash) || rest.starts_with(k_arrow);
  if (remark || like_path(word)) return word;
  for (std::size_t open = item.find('`'); open != k_none;) {
    const std::size_t close = item.find('`', open + 1);
    if (close == k_none) break;
    const std::string_view quoted = item.substr(open + 1, close - open - 1);
    if (like_path(quoted)) return quoted;
    open = item.find('`', close + 1);
  }
  return {};
}

struct Entity {
  std::string_view name;
  char character;
};
constexpr std::array<Entity, 6> k_entities = {
    {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&#39;", '\''}}};

const Entity* entity_at(std::string_view text) {
  const auto at = std::find_if(k_entities.begin(), k_entities.end(),
                               [&](const Entity& entity) { return text.starts_with(entity.name); });
  return at == k_entities.end() ? nullptr : &*at;
}

/// Without blank lines around it and without the indent that all its lines share; LF at the end.
std::string command_text(std::string_view text) {
  std::vector<std::string_view> lines = lines_of(text);
  while (!lines.empty() && trim(lines.back()).empty()) lines.pop_back();
  while (!lines.empty() && trim(lines.front()).empty()) lines.erase(lines.begin());
  std::size_t shared = k_none;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t indent = lines[i].find_first_not_of(" \t");
    if (indent != k_none && (i > 0 || lines.size() == 1)) shared = std::min(shared, indent);
  }
  std::string command;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t indent = std::min(lines[i].find_first_not_of(" \t"), lines[i].size());
    std::string_view line = lines[i].substr(std::min(i == 0 ? indent : shared, indent));
    if (i + 1 == lines.size()) line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    command += line;
    command += '\n';
  }
  return command;
}

bool is_missing(std::string_view command) {
  command = trim(command);
  return command.starts_with("MISSING") && (command.size() == 7 || !is_letter(command[7]));
}

}  // namespace

GsdTitle gsd_title_of(std::string_view name) {
  GsdTitle found;
  found.title = folded(name);
  if (found.title.size() > 4 && found.title.starts_with("**") &&
      found.title.find("**", 2) == found.title.size() - 2)
    found.title = found.title.substr(2, found.title.size() - 4);
  std::string_view text = found.title;
  while (!text.empty() && !is_letter(text[0]) && !is_digit(text[0])) text.remove_prefix(1);
  if (to_lower_ascii(text.substr(0, 5)) != "task ") return found;
  text = trim(text.substr(5));
  const std::size_t length = label_length(text);
  if (length == 0) return found;
  const std::string_view label = text.substr(0, length);
  text = trim(text.substr(length));
  if (text.starts_with('(')) {
    const std::size_t close = text.find(')');
    if (close == k_none) return found;
    text = trim(text.substr(close + 1));
  }
  while (text.starts_with('*')) text.remove_prefix(1);
  if (text.empty()) found.label = std::string(label);
  const std::size_t separator = separator_length(text);
  if (separator == 0) return found;
  text = trim(text.substr(separator));
  if (text.starts_with("** ")) text = trim(text.substr(2));  // the end of "**Task 2:**"
  if (text.empty()) return found;
  return {std::string(label), std::string(text)};
}

std::vector<std::string> paths_in(std::string_view text) {
  std::vector<std::string> paths;
  for (const std::string_view line : lines_of(text)) {
    const auto bullet = bullet_of(line);
    const std::string_view content = trim(bullet ? bullet->text : line);
    if (content.starts_with('#') || content.starts_with("```") || content.starts_with("<!--")) continue;
    for (const std::string_view item : at_commas(content)) {
      const std::string_view path = path_of(item);
      if (!path.empty() && paths.size() < k_most_items) paths.emplace_back(path);
    }
  }
  return paths;
}

std::vector<Criterion> criteria_in(std::string_view text) {
  std::vector<Criterion> criteria;
  const std::vector<std::string_view> lines = lines_of(text);
  const bool has_bullets = std::any_of(lines.begin(), lines.end(),
                                       [](std::string_view line) { return bullet_of(line).has_value(); });
  std::size_t top = 0;
  for (const std::string_view line : lines) {
    if (trim(line).empty() || criteria.size() >= k_most_items) continue;
    const auto bullet = bullet_of(line);
    if (!has_bullets) {
      criteria.push_back({std::string(trim(line)), false});
    } else if (bullet && (criteria.empty() || bullet->indent <= top + 1)) {
      if (criteria.empty()) top = bullet->indent;
      criteria.push_back({std::string(bullet->text), bullet->ticked});
    } else if (!criteria.empty() && indent_of(line) > top) {
      criteria.back().text += bullet ? "\n" : " ";
      criteria.back().text += trim(line);
    }
  }
  return criteria;
}

std::string without_entities(std::string_view text) {
  std::string undone;
  undone.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const Entity* entity = text[at] == '&' ? entity_at(text.substr(at)) : nullptr;
    if (entity == nullptr && (text[at] == '&' || text[at] == '<')) return std::string(text);
    undone += entity != nullptr ? entity->character : text[at];
    if (entity != nullptr) at += entity->name.size() - 1;
  }
  return undone;
}

std::vector<PlanCommand> automated_commands(std::string_view text, std::uint32_t first_line,
                                            std::vector<Diagnostic>& diagnostics) {
  constexpr std::string_view open_tag = "<automated";
  std::vector<PlanCommand> commands;
  std::size_t counted = 0;
  std::uint32_t line = first_line;
  for (std::size_t at = text.find(open_tag); at != k_none; at = text.find(open_tag, at)) {
    const bool quoted = at > 0 && (text[at - 1] == '`' || text[at - 1] == '"' || text[at - 1] == '\'');
    std::size_t body = text.find_first_of("<>", at + open_tag.size());
    const char next = at + open_tag.size() < text.size() ? text[at + open_tag.size()] : ' ';
    if (quoted || body == k_none || text[body] != '>' || (next != '>' && next != ' ')) {
      at += open_tag.size();
      continue;
    }
    ++body;
    line += static_cast<std::uint32_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(counted),
                                                  text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    counted = at;
    std::size_t length = 0;
    std::size_t close = find_close_tag(text, "automated", body, length);
    const Span place{line, 1, line};
    if (close == k_none) {
      diagnostics.push_back({Severity::warning, "unclosed-tag", place,
                             "<automated> is never closed; it is taken to end with <verify>",
                             "write </automated> behind the command"});
      close = text.size();
    }
    const std::string_view written = text.substr(body, close - body);
    if (is_missing(written)) {
      diagnostics.push_back({Severity::warning, "missing-command", place,
                             "this task has no automated check yet: '" + one_line(written, 80) + "'",
                             "write a command that fails when the task is not done"});
    } else if (commands.size() < k_most_items) {
      PlanCommand command;
      command.run = command_text(without_entities(written));
      command.at = place;
      command.at.end_line =
          line + static_cast<std::uint32_t>(std::count(written.begin(), written.end(), '\n'));
      commands.push_back(std::move(command));
    }
    at = std::min(close + length, text.size());
  }
  return commands;
}

}  // namespace milepost::parsing
