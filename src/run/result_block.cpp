#include "milepost/run/result_block.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "block_json.hpp"
#include "fenced_blocks.hpp"

#include <algorithm>
#include <array>

namespace milepost {

namespace {

using Json = nlohmann::json;
using Status = ResultBlock::Status;

constexpr std::string_view k_none = "the answer has no milepost block";

std::optional<Status> status_of(std::string_view word) {
  const std::string name = to_lower_ascii(trim(word));
  if (name == "completed") return Status::completed;
  if (name == "needs_human" || name == "needs-human") return Status::needs_human;
  if (name == "failed") return Status::failed;
  return std::nullopt;
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
    if (marker_of(lines[at]) || is_fence(lines[at])) break;
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
    const std::vector<std::string> blocks = milepost_blocks(lines);
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
