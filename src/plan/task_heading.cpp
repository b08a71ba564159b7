#include "task_heading.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace milepost::parsing {

namespace {

constexpr std::size_t k_longest_id = 64;
constexpr std::size_t k_longest_cleaned = 4096;  // the marks of a line of megabytes would fill the memory
constexpr std::string_view k_em_dash = "\xe2\x80\x94";
constexpr std::string_view k_en_dash = "\xe2\x80\x93";
constexpr std::array<std::string_view, 4> k_done_marks = {"\xe2\x9c\x85", "\xe2\x9c\x94", "\xe2\x98\x91",
                                                          "\xf0\x9f\x8e\x89"};
constexpr std::string_view k_emoji_style = "\xef\xb8\x8f";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_space(char c) {
  return c == ' ' || c == '\t';
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

void skip_spaces(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

/// Takes everything that is no ASCII letter or digit (bold marks, emoji, punctuation).
std::string_view take_marks(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && !is_letter(text[end]) && !is_digit(text[end])) ++end;
  const std::string_view marks = text.substr(0, end);
  text.remove_prefix(end);
  return marks;
}

/// Takes "3.1 " or "3. "; false when digits stand there that are no section number.
bool take_section_number(std::string_view& text) {
  std::size_t end = digits_at(text, 0);
  if (end == 0) return true;
  while (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1]))
    end += 1 + digits_at(text, end + 1);
  if (end < text.size() && text[end] == '.') ++end;
  if (end >= text.size() || !is_space(text[end])) return false;
  text.remove_prefix(end);
  skip_spaces(text);
  return true;
}

void skip_emphasis(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t*_~`"), text.size()));
}

/// Takes one of ": — – -"; false when there is none.
bool take_separator(std::string_view& text) {
  for (const std::string_view separator :
       {std::string_view(":"), std::string_view("-"), k_em_dash, k_en_dash}) {
    if (!text.starts_with(separator)) continue;
    text.remove_prefix(separator.size());
    return true;
  }
  return false;
}

/// "1.1-1.4": two ids, one heading.
bool is_range(std::string_view after_id) {
  if (!take_separator(after_id) || after_id.empty()) return false;
  return is_digit(after_id[0]);
}

std::string status_of(std::string_view remark) {
  constexpr std::array<std::string_view, 12> words = {"completed", "complete",  "done",    "revised",
                                                      "optional",  "blocked",   "skipped", "deferred",
                                                      "moved",     "cancelled", "new",     "in progress"};
  std::string word = to_lower_ascii(trim(remark));
  if (std::find(words.begin(), words.end(), word) == words.end()) return {};
  return word == "complete" || word == "done" ? "completed" : word;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  text = trim(text);
  return true;
}

bool take_done_mark(std::string_view& text) {
  std::string_view rest = text;
  take_suffix(rest, k_emoji_style);
  for (const std::string_view mark : k_done_marks) {
    if (!take_suffix(rest, mark)) continue;
    text = rest;
    return true;
  }
  return false;
}

/// Takes a trailing "**COMPLETED**", "(DONE)" or "- COMPLETE". A bare word is only a status after a done mark
/// or a dash: "Set the state to DONE" is a title.
bool take_done_word(std::string_view& text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> wrappers = {
      {{"**", "**"}, {"(", ")"}, {"[", "]"}, {"*", "*"}}};
  for (const std::string_view word : {"COMPLETED", "COMPLETE", "DONE"}) {
    for (const auto& [open, close] : wrappers) {
      std::string_view rest = text;
      if (rest.ends_with(close)) {
        rest.remove_suffix(close.size());
        if (rest.ends_with(word)) {
          rest.remove_suffix(word.size());
          if (rest.ends_with(open)) {
            rest.remove_suffix(open.size());
            text = trim(rest);
            return true;
          }
        }
      }
    }
    std::string_view rest = text;
    if (!take_suffix(rest, word)) continue;
    std::string_view before = rest;
    if (take_done_mark(before) || take_suffix(rest, " -") || take_suffix(rest, k_em_dash) ||
        take_suffix(rest, k_en_dash)) {
      text = rest;
      return true;
    }
  }
  return false;
}

std::size_t count_of(std::string_view text, std::string_view mark) {
  std::size_t count = 0;
  for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + mark.size()))
    ++count;
  return count;
}

/// The offsets of `mark` that stand outside back quotes.
std::vector<std::size_t> offsets_of(std::string_view text, std::string_view mark) {
  std::vector<std::size_t> offsets;
  bool code = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '`') code = !code;
    if (code || text.substr(i, mark.size()) != mark) continue;
    offsets.push_back(i);
    i += mark.size() - 1;
  }
  return offsets;
}

std::string without_pairs(std::string_view text, std::string_view mark, bool open) {
  const std::vector<std::size_t> offsets = offsets_of(text, mark);
  std::vector<std::size_t> drop;
  std::size_t opener = std::string_view::npos;
  for (const std::size_t at : offsets) {
    const bool closes = at == 0 || !is_space(text[at - 1]);
    const bool opens = at + mark.size() < text.size() && !is_space(text[at + mark.size()]);
    if (open && closes) {
      drop.push_back(at);
      open = false;
    } else if (opener != std::string_view::npos && closes) {
      drop.push_back(opener);
      drop.push_back(at);
      opener = std::string_view::npos;
    } else if (opener == std::string_view::npos && opens) {
      opener = at;
    }
  }
  std::sort(drop.begin(), drop.end());  // the mark that closes an outer pair may stand inside an inner one
  std::string clean;
  std::size_t start = 0;
  for (const std::size_t at : drop) {
    clean += text.substr(start, at - start);
    start = at + mark.size();
  }
  clean += text.substr(start);
  return clean;
}

/// The text of a link that was opened before `title`, and what is behind it: "T](to) x" becomes "T x".
std::string closed_link(std::string_view title) {
  int open = 1;
  for (std::size_t i = 0; i + 1 < title.size(); ++i) {
    if (title[i] == '[') ++open;
    if (title[i] != ']' || --open > 0) continue;
    const std::size_t end = title[i + 1] == '(' ? title.find(')', i) : std::string_view::npos;
    if (end == std::string_view::npos) break;
    return std::string(title.substr(0, i)) + std::string(title.substr(end + 1));
  }
  return std::string(title);
}

}  // namespace

std::string without_emphasis(std::string_view text, bool open_bold, bool open_strike) {
  if (text.size() > k_longest_cleaned) return std::string(trim(text));
  const std::string unstruck = without_pairs(text, "~~", open_strike);
  const std::string plain = without_pairs(unstruck, "**", open_bold);
  std::string_view clean = trim(plain);
  for (const char mark : {'*', '_'}) {
    if (clean.size() > 2 && clean.front() == mark && clean.back() == mark && clean[1] != mark &&
        std::count(clean.begin(), clean.end(), mark) == 2)
      clean = trim(clean.substr(1, clean.size() - 2));
  }
  return std::string(clean);
}

std::size_t task_id_length(std::string_view text) {
  std::size_t at = 0;
  if (at < text.size() && is_letter(text[at])) ++at;
  if (at < text.size() && text[at] == '.') ++at;
  const auto part = [&](std::size_t from) {
    std::size_t length = digits_at(text, from);
    if (length > 0 && from + length < text.size() && is_letter(text[from + length])) ++length;
    return length;
  };
  std::size_t length = part(at);
  if (length == 0) return 0;
  at += length;
  while (at < text.size() && text[at] == '.' && (length = part(at + 1)) > 0) at += 1 + length;
  return at;
}

TaskHeadingMatch match_task_heading(std::string_view text) {
  const std::string_view whole = text;
  take_marks(text);
  if (!take_section_number(text)) return {};
  take_marks(text);
  const std::string_view prefix = whole.substr(0, whole.size() - text.size());
  if (text.size() < 6 || to_lower_ascii(text.substr(0, 4)) != "task" || !is_space(text[4])) return {};
  text.remove_prefix(5);
  skip_spaces(text);

  const std::size_t id_length = task_id_length(text);
  if (id_length == 0) return {};
  TaskHeading heading;
  heading.struck = count_of(prefix, "~~") % 2 == 1;
  if (id_length > k_longest_id) return {{}, TaskHeadingMiss::id_too_long};
  heading.id = std::string(text.substr(0, id_length));
  text.remove_prefix(id_length);
  if (is_range(text)) return {{}, TaskHeadingMiss::range};

  const std::string_view after_id = text;
  skip_emphasis(text);
  std::string_view remark;
  if (text.starts_with('(')) {
    const std::size_t close = text.find(')');
    if (close == std::string_view::npos) return {{}, TaskHeadingMiss::no_separator};
    remark = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    skip_emphasis(text);
  }
  const std::string_view between = after_id.substr(0, after_id.size() - text.size());
  if (!take_separator(text)) return {{}, TaskHeadingMiss::no_separator};

  const bool open_bold = (count_of(prefix, "**") + count_of(between, "**")) % 2 == 1;
  const bool open_strike = (count_of(prefix, "~~") + count_of(between, "~~")) % 2 == 1;
  bool done = std::any_of(k_done_marks.begin(), k_done_marks.end(),
                          [&](std::string_view mark) { return prefix.find(mark) != std::string_view::npos; });
  const bool in_link = count_of(prefix, "[") > count_of(prefix, "]");
  const std::string unlinked = in_link ? closed_link(text) : std::string(text);
  std::string_view title = trim(unlinked);
  while (take_done_mark(title) || take_done_word(title)) done = true;
  heading.title = without_emphasis(title, open_bold, open_strike);
  heading.status_hint = done ? "completed" : status_of(remark);
  return {std::move(heading), TaskHeadingMiss::none};
}

bool continues_ids(std::string_view previous, std::string_view next) {
  // The id as a common start and the last part: "4.1b" is "4." and (1, b).
  struct Last {
    std::string_view start;
    std::string_view digits;
    char letter = 0;
  };
  const auto last_of = [](std::string_view id) {
    Last last;
    if (!id.empty() && is_letter(id.back())) {
      last.letter = id.back();
      id.remove_suffix(1);
    }
    const std::size_t digits = id.size() - (id.find_last_not_of("0123456789") + 1);
    last.digits = id.substr(id.size() - digits);
    last.start = id.substr(0, id.size() - digits);
    return last;
  };
  const Last a = last_of(previous);
  const Last b = last_of(next);
  if (a.start != b.start || a.digits.size() > 9 || b.digits.size() > 9) return false;
  const auto number = [](std::string_view digits) {
    long value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
  };
  const long from = number(a.digits);
  const long to = number(b.digits);
  if (to == from + 1) return b.letter == 0 || b.letter == 'a' || b.letter == 'A';
  return to == from && (a.letter == 0 ? b.letter != 0 : b.letter == a.letter + 1);
}

}  // namespace milepost::parsing
