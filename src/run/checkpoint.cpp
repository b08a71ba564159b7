#include "milepost/run/checkpoint.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>
#include <array>

namespace milepost {

namespace {

void add_paragraph(std::string& text, std::string_view paragraph) {
  const std::string_view words = trim(paragraph);
  if (words.empty()) return;
  if (!text.empty()) text += "\n\n";
  text += words;
}

/// "local: rotated files (pros: …; cons: …)"
std::string option_text(const CheckpointOption& option) {
  std::string text = option.id;
  if (!option.name.empty() && option.name != option.id) text += (text.empty() ? "" : ": ") + option.name;
  std::string remarks;
  if (!option.pros.empty()) remarks = "pros: " + option.pros;
  if (!option.cons.empty()) remarks += (remarks.empty() ? "cons: " : "; cons: ") + option.cons;
  return remarks.empty() ? text : text + " (" + one_line(remarks, 300) + ")";
}

std::string key_of(const CheckpointOption& option) {
  return option.id.empty() ? option.name : option.id;
}

bool same(std::string_view a, std::string_view b) {
  return !a.empty() && to_lower_ascii(trim(a)) == to_lower_ascii(trim(b));
}

bool approves(std::string_view answer) {
  constexpr std::array<std::string_view, 14> words = {"approved", "approve", "accepted", "accept",    "yes",
                                                      "y",        "ok",      "okay",     "lgtm",      "pass",
                                                      "passed",   "good",    "done",     "looks good"};
  std::string word = to_lower_ascii(trim(answer));
  while (!word.empty() && (word.back() == '.' || word.back() == '!' || word.back() == '"')) word.pop_back();
  while (!word.empty() && word.front() == '"') word.erase(0, 1);
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::optional<Checkpoint> checkpoint_of(const Task& task) {
  if (task.kind != TaskKind::checkpoint) return std::nullopt;
  if (task.checkpoint) return task.checkpoint;
  Checkpoint checkpoint;
  checkpoint.built = task.description.empty() ? task.body : task.description;
  return checkpoint;
}

Question checkpoint_question(const Checkpoint& checkpoint) {
  Question question;
  switch (checkpoint.kind) {
    case CheckpointKind::verify:
      add_paragraph(question.text, checkpoint.built);
      add_paragraph(question.text, checkpoint.steps);
      question.options = {"approved"};
      break;
    case CheckpointKind::decision:
      add_paragraph(question.text, checkpoint.question);
      add_paragraph(question.text, checkpoint.context);
      for (const CheckpointOption& option : checkpoint.options)
        question.options.push_back(option_text(option));
      question.recommendation = checkpoint.default_option;
      break;
    case CheckpointKind::action:
      add_paragraph(question.text, checkpoint.instructions);
      add_paragraph(question.text, checkpoint.steps);
      question.options = {"done"};
      break;
  }
  add_paragraph(question.text, checkpoint.resume);
  if (checkpoint.kind == CheckpointKind::verify)
    add_paragraph(question.text, "Answer \"approved\", or say what is wrong: the agent then works on that.");
  return question;
}

CheckpointAnswer read_checkpoint_answer(const Checkpoint& checkpoint, std::string_view answer) {
  const std::string text(trim(answer));
  switch (checkpoint.kind) {
    case CheckpointKind::verify:
      return approves(text) ? CheckpointAnswer{true, "approved"} : CheckpointAnswer{false, text};
    case CheckpointKind::decision:
      for (const CheckpointOption& option : checkpoint.options) {
        if (same(text, option.id) || same(text, option.name) || same(text, option_text(option)))
          return {true, "decided: " + key_of(option)};
      }
      return {true, "decided: " + text};
    case CheckpointKind::action:
      return {true, approves(text) ? "done" : "done: " + text};
  }
  return {false, text};
}

std::string automatic_pass(const Checkpoint& checkpoint, std::string_view policy) {
  const bool first_option = policy == "first-option";
  if (checkpoint.blocking_human || (policy != "approve-verify" && !first_option)) return {};
  const std::string by = " (by the setting checkpoints: " + std::string(policy) + ")";
  switch (checkpoint.kind) {
    case CheckpointKind::verify:
      return "approved without a person" + by;
    case CheckpointKind::decision:
      if (!checkpoint.default_option.empty()) return "decided: " + checkpoint.default_option + by;
      if (first_option && !checkpoint.options.empty())
        return "decided: " + key_of(checkpoint.options.front()) + by;
      return {};
    case CheckpointKind::action:
      return {};
  }
  return {};
}

}  // namespace milepost
