#include "milepost/run/result_block.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace milepost {

namespace {

using Json = nlohmann::json;
using Status = ResultBlock::Status;

// Far above what a person writes; keeps a runaway answer out of the journal.
constexpr std::size_t k_text_bytes = 20'000;
constexpr std::size_t k_list_entries = 50;
constexpr std::size_t k_block_bytes = 1 << 20;

constexpr std::string_view k_none = "the answer has no milepost block";

std::optional<Status> status_of(std::string_view word) {
  const std::string name = to_lower_ascii(trim(word));
  if (name == "completed") return Status::completed;
  if (name == "needs_human" || name == "needs-human") return Status::needs_human;
  if (name == "failed") return Status::failed;
  return std::nullopt;
}

std::string bounded(std::string_view text) {
  return valid_utf8(utf8_prefix(trim(text), k_text_bytes));
}

// The fenced block.

/// A line that opens or closes a fenced code block.
struct Fence {
  char mark = 0;
  std::size_t length = 0;
  std::string_view info;

  bool closes(const Fence& open) const { return mark == open.mark && length >= open.length && info.empty(); }
};

std::optional<Fence> fence_of(std::string_view line) {
  line = trim(line);
  if (line.empty() || (line[0] != '`' && line[0] != '~')) return std::nullopt;
  const std::size_t length = std::min(line.find_first_not_of(line[0]), line.size());
  if (length < 3) return std::nullopt;
  const std::string_view info = trim(line.substr(length));
  if (line[0] == '`' && info.find('`') != std::string_view::npos) return std::nullopt;  // inline code
  return Fence{line[0], length, info};
}

bool opens_result(const Fence& fence) {
  return split(fence.info, ' ').front() == "milepost";
}

struct FenceLine {
  std::size_t line = 0;
  Fence fence;
};

constexpr std::size_t k_never = std::string_view::npos;

/// The line before which the fence `open` of the list ends; k_never when nothing closes it.
std::size_t end_of(const std::vector<FenceLine>& fences, std::size_t open) {
  const Fence& opened = fences[open].fence;
  for (std::size_t at = open + 1; at < fences.size(); ++at) {
    const Fence& fence = fences[at].fence;
    if (fence.closes(opened)) return fences[at].line;
    // An agent that wraps its answer in a fence of the same length means the inner one.
    if (!opens_result(opened) && opens_result(fence) && fence.mark == opened.mark &&
        fence.length >= opened.length) {
      return fences[at].line;
    }
  }
  return k_never;
}

/// The texts of all milepost blocks, in order. A block inside a longer closed fence is a quotation; a fence
/// that is never closed is none, unless it opens a milepost block.
std::vector<std::string> result_blocks(const std::vector<std::string_view>& lines) {
  std::vector<FenceLine> fences;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (const auto fence = fence_of(lines[i])) fences.push_back({i, *fence});
  }
  std::vector<std::string> blocks;
  std::size_t next_line = 0;
  // What is not closed from here on is not closed further down either; without this the time is quadratic.
  std::array<std::size_t, 2> unclosed_length = {k_never, k_never};
  for (std::size_t i = 0; i < fences.size(); ++i) {
    const auto& [line, fence] = fences[i];
    std::size_t& unclosed = unclosed_length[fence.mark == '~' ? 1 : 0];
    const bool is_result = opens_result(fence);
    if (line < next_line || (!is_result && fence.length >= unclosed)) continue;
    const std::size_t end = end_of(fences, i);
    if (is_result) {
      std::string text;
      for (std::size_t at = line + 1; at < std::min(end, lines.size()); ++at) (text += lines[at]) += '\n';
      blocks.push_back(std::move(text));
    }
    if (end == k_never) {
      if (is_result) break;
      unclosed = fence.length;
      continue;
    }
    const auto closing = std::find_if(fences.begin() + static_cast<std::ptrdiff_t>(i), fences.end(),
                                      [&](const FenceLine& other) { return other.line == end; });
    next_line = closing->fence.closes(fence) ? end + 1 : end;
  }
  return blocks;
}

/// Parses an object; a key that is given twice is an error, for nobody can tell which one is meant.
Json strict_object(const std::string& text) {
  if (text.size() > k_block_bytes) throw UsageError("the milepost block is too large");
  std::set<std::string> keys;
  std::string twice;
  const Json object = Json::parse(
      text,
      [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (event == Json::parse_event_t::key && depth == 1 && !keys.insert(parsed.get<std::string>()).second)
          twice = parsed.get<std::string>();
        return true;
      },
      /*allow_exceptions=*/false);
  if (object.is_discarded()) throw UsageError("the milepost block is not valid JSON");
  if (!object.is_object()) throw UsageError("the milepost block is not a JSON object");
  if (!twice.empty()) throw UsageError("the milepost block has \"" + one_line(twice, 40) + "\" twice");
  return object;
}

std::string text_in(const Json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || at->is_null()) return {};
  if (!at->is_string()) throw UsageError("\"" + std::string(key) + "\" of the milepost block is not a text");
  return bounded(at->get_ref<const std::string&>());
}

std::vector<std::string> list_in(const Json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || at->is_null()) return {};
  std::vector<std::string> list;
  bool texts = at->is_array();
  if (texts) {
    for (const Json& entry : *at) {
      texts = texts && entry.is_string();
      if (texts && list.size() < k_list_entries) list.push_back(bounded(entry.get_ref<const std::string&>()));
    }
  }
  if (!texts) throw UsageError("\"" + std::string(key) + "\" of the milepost block is not a list of texts");
  return list;
}

std::optional<ScenarioStatus> scenario_status_of(std::string_view word) {
  const std::string name = to_lower_ascii(trim(word));
  if (name == "passed" || name == "pass") return ScenarioStatus::passed;
  if (name == "failed" || name == "fail") return ScenarioStatus::failed;
  if (name == "unclear") return ScenarioStatus::unclear;
  return std::nullopt;
}

/// The object "e2e" of a block; throws when its status is none.
std::optional<ScenarioResult> scenario_in(const Json& object) {
  const auto at = object.find("e2e");
  if (at == object.end() || at->is_null()) return std::nullopt;
  if (!at->is_object()) throw UsageError("\"e2e\" of the milepost block is not an object");
  const std::string word = text_in(*at, "status");
  const auto status = scenario_status_of(word);
  if (!status) {
    throw UsageError("\"e2e\" of the milepost block has the status '" + one_line(word, 40) +
                     "'; it is passed, failed or unclear");
  }
  ScenarioResult scenario{*status, text_in(*at, "diagnosis"), false, text_in(*at, "fix_plan")};
  const auto fixable = at->find("fixable");
  scenario.fixable = fixable != at->end() && fixable->is_boolean() && fixable->get<bool>();
  return scenario;
}

/// "None.", "n/a": an agent that has nothing to say.
bool says_nothing(std::string_view text) {
  std::string word = to_lower_ascii(trim(text));
  while (!word.empty() && word.back() == '.') word.pop_back();
  return word.empty() || word == "none" || word == "n/a" || word == "-";
}

/// An optional key in whatever form it was given: one text is a list of one, and what is no text is passed
/// over. Nothing here is worth asking the agent again.
std::vector<std::string> loose_list(const Json& object, const char* key) {
  std::vector<std::string> list;
  const auto add = [&](const Json& entry) {
    if (!entry.is_string() || list.size() >= k_list_entries) return;
    const std::string& text = entry.get_ref<const std::string&>();
    if (!says_nothing(text)) list.push_back(bounded(text));
  };
  const auto at = object.find(key);
  if (at == object.end()) return list;
  if (at->is_array()) {
    for (const Json& entry : *at) add(entry);
  } else {
    add(*at);
  }
  return list;
}

std::string loose_text(const Json& object, const char* key) {
  return bounded(join(loose_list(object, key), "\n"));
}

/// `{"src/gate.py": "opens once"}`.
std::vector<FileNote> file_notes_in(const Json& object) {
  std::vector<FileNote> notes;
  const auto at = object.find("file_notes");
  if (at == object.end() || !at->is_object()) return notes;
  for (const auto& [path, note] : at->items()) {
    if (notes.size() < k_list_entries && note.is_string())
      notes.push_back({bounded(path), bounded(note.get_ref<const std::string&>())});
  }
  return notes;
}

WorkNotes notes_in(const Json& object) {
  return {.implementation_notes = loose_list(object, "implementation_notes"),
          .gotchas = loose_list(object, "gotchas"),
          .deviations = loose_list(object, "deviations"),
          .issues = loose_list(object, "issues"),
          .provides = loose_list(object, "provides"),
          .affects = loose_list(object, "affects"),
          .patterns = loose_list(object, "patterns"),
          .tech_added = loose_list(object, "tech_added"),
          .tags = loose_list(object, "tags"),
          .file_notes = file_notes_in(object),
          .subsystem = loose_text(object, "subsystem"),
          .next_phase = loose_text(object, "next_phase")};
}

/// Nothing when the block still holds the placeholder of the prompt's template.
std::optional<ResultBlock> read_block(const std::string& text) {
  const Json object = strict_object(text);
  const auto status = object.find("status");
  if (status == object.end() || !status->is_string())
    throw UsageError("the milepost block has no \"status\"");
  const std::string& word = status->get_ref<const std::string&>();
  if (word.starts_with('<')) return std::nullopt;
  const auto known = status_of(word);
  if (!known) {
    throw UsageError("the milepost block has the status '" + one_line(word, 40) +
                     "'; it is completed, needs_human or failed");
  }
  ResultBlock block;
  block.status = *known;
  block.summary = text_in(object, "summary");
  block.decisions = list_in(object, "decisions");
  block.next_task_notes = text_in(object, "next_task_notes");
  block.scenario = scenario_in(object);
  block.notes = notes_in(object);
  Question question{text_in(object, "question"), list_in(object, "options"),
                    text_in(object, "recommendation")};
  if (block.status != Status::needs_human) return block;
  if (question.text.empty()) question.text = block.summary;
  if (question.text.empty()) throw UsageError("the milepost block needs a person but has no \"question\"");
  block.question = std::move(question);
  return block;
}

// The older line markers.

struct Marker {
  std::string_view name;
  std::string value;
};

/// `**STATUS:** needs_human` and the like; the name is one of ours.
std::optional<Marker> marker_of(std::string_view line) {
  constexpr std::array<std::string_view, 8> names = {"status",     "question",  "options", "recommendation",
                                                     "e2e_status", "diagnosis", "fixable", "fix_plan"};
  std::string plain;
  for (const char c : line) {
    if (c != '*' && c != '`') plain += c;
  }
  std::string_view text = trim(plain);
  text.remove_prefix(std::min(text.find_first_not_of("#>- "), text.size()));
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string name = to_lower_ascii(trim(text.substr(0, colon)));
  for (const std::string_view known : names) {
    if (name == known) return Marker{known, std::string(trim(text.substr(colon + 1)))};
  }
  return std::nullopt;
}

/// The text of `- text`, `* text`, `1. text` or `b) text`.
std::optional<std::string_view> list_entry(std::string_view line) {
  line = trim(line);
  if (line.starts_with("- ") || line.starts_with("* ")) return trim(line.substr(2));
  std::size_t at = 0;
  while (at < line.size() && line[at] >= '0' && line[at] <= '9') ++at;
  const bool letter = at == 0 && !line.empty() && to_lower_ascii(line.substr(0, 1))[0] >= 'a' &&
                      to_lower_ascii(line.substr(0, 1))[0] <= 'z';
  if (letter) at = 1;
  if (at == 0 || at + 1 >= line.size() || (line[at] != '.' && line[at] != ')') || line[at + 1] != ' ')
    return std::nullopt;
  return trim(line.substr(at + 1));
}

/// A marker's value and the lines after it, up to a blank line or the next marker.
std::string paragraph(const std::vector<std::string_view>& lines, std::size_t at, const std::string& value) {
  std::string text = value;
  for (++at; at < lines.size(); ++at) {
    if (marker_of(lines[at]) || fence_of(lines[at])) break;
    if (trim(lines[at]).empty()) {
      if (!text.empty()) break;
      continue;
    }
    if (!text.empty()) text += '\n';
    text += trim(lines[at]);
  }
  return bounded(text);
}

std::vector<std::string> options_after(const std::vector<std::string_view>& lines, std::size_t at,
                                       const std::string& value) {
  std::vector<std::string> options;
  if (!value.empty()) options.push_back(bounded(value));
  for (++at; at < lines.size() && options.size() < k_list_entries; ++at) {
    if (trim(lines[at]).empty()) continue;
    if (marker_of(lines[at])) break;
    const auto entry = list_entry(lines[at]);
    if (!entry) break;
    options.push_back(bounded(*entry));
  }
  return options;
}

std::optional<ResultBlock> read_markers(const std::vector<std::string_view>& lines) {
  std::optional<Status> status;
  std::optional<ScenarioStatus> scenario_status;
  ScenarioResult scenario;
  Question question;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto marker = marker_of(lines[i]);
    if (!marker) continue;
    if (marker->name == "status") {
      if (const auto known = status_of(marker->value)) status = known;
    } else if (marker->name == "question") {
      question.text = paragraph(lines, i, marker->value);
    } else if (marker->name == "options") {
      question.options = options_after(lines, i, marker->value);
    } else if (marker->name == "recommendation") {
      question.recommendation = paragraph(lines, i, marker->value);
    } else if (marker->name == "e2e_status") {
      scenario_status = scenario_status_of(marker->value);
    } else if (marker->name == "diagnosis") {
      scenario.diagnosis = paragraph(lines, i, marker->value);
    } else if (marker->name == "fixable") {
      scenario.fixable =
          to_lower_ascii(marker->value).starts_with("yes") || to_lower_ascii(marker->value) == "true";
    } else {
      scenario.fix_plan = paragraph(lines, i, marker->value);
    }
  }
  if (!status && !scenario_status) throw UsageError(std::string(k_none));
  ResultBlock block;
  block.status = status.value_or(Status::completed);
  if (scenario_status) {
    scenario.status = *scenario_status;
    block.scenario = std::move(scenario);
  }
  if (!status) return block;
  if (*status != Status::needs_human) return block;
  if (question.text.empty()) throw UsageError("the answer says STATUS: needs_human but has no QUESTION:");
  block.question = std::move(question);
  return block;
}

}  // namespace

std::optional<ResultBlock> find_result_block(std::string_view text, std::string& problem) {
  problem.clear();
  const std::vector<std::string_view> lines = lines_of(text);
  try {
    const std::vector<std::string> blocks = result_blocks(lines);
    for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
      if (auto result = read_block(*block)) return result;
    }
    if (blocks.empty()) return read_markers(lines);
    problem = "the milepost block still has the placeholder of its template as status";
  } catch (const UsageError& error) {
    problem = error.what();
  }
  return std::nullopt;
}

}  // namespace milepost
