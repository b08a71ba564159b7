#include "yaml_task.hpp"

#include "milepost/base/sha256.hpp"
#include "milepost/base/text.hpp"

#include "code_block.hpp"
#include "fences.hpp"

#include <array>

namespace milepost::parsing {

namespace {

using Kind = FrontMatterValue::Kind;

constexpr std::size_t k_longest_id = 64;
constexpr std::size_t k_most_blocks = 1000;

constexpr std::array<std::string_view, 5> k_types = {"coding", "research", "mixed", "validation",
                                                     "checkpoint"};
constexpr std::array<TaskKind, 5> k_kinds = {TaskKind::coding, TaskKind::research, TaskKind::mixed,
                                             TaskKind::validation, TaskKind::checkpoint};
constexpr std::array<std::string_view, 3> k_checkpoint_kinds = {"verify", "decision", "action"};

Checkpoint read_checkpoint(const FrontMatterValue& value, const std::string& owner,
                           std::vector<Diagnostic>& diagnostics) {
  const YamlMap map(value, "checkpoint", "the checkpoint of " + owner, diagnostics);
  Checkpoint checkpoint;
  const std::string kind = map.one_of("kind", k_checkpoint_kinds);
  checkpoint.kind = kind == "decision" ? CheckpointKind::decision
                    : kind == "action" ? CheckpointKind::action
                                       : CheckpointKind::verify;
  checkpoint.built = map.text("built");
  checkpoint.steps = join(map.texts("steps"), "\n");
  checkpoint.question = map.text("question");
  checkpoint.context = map.text("context");
  checkpoint.instructions = map.text("instructions");
  checkpoint.resume = map.text("resume");
  checkpoint.default_option = map.text("default");
  checkpoint.blocking_human = map.flag("blocking") || checkpoint.kind == CheckpointKind::action;
  bool has_default = checkpoint.default_option.empty();
  for (const FrontMatterValue* item : map.maps("options")) {
    const YamlMap option(*item, "option", "an option of " + owner, diagnostics);
    checkpoint.options.push_back(
        {option.text("id"), option.text("name"), option.text("pros"), option.text("cons")});
    has_default = has_default || checkpoint.options.back().id == checkpoint.default_option;
  }
  if (!has_default)
    map.fail(map.find("default")->at, "'default' of " + map.owner() + " is none of its options",
             "name the id of an option");
  if (checkpoint.kind == CheckpointKind::decision && checkpoint.options.empty())
    map.fail(map.at(), map.owner() + " is a decision without options", "add \"options:\" with an id each");
  return checkpoint;
}

std::string condition_of(const YamlMap& map, std::vector<Diagnostic>& diagnostics) {
  const FrontMatterValue* when = map.find("when");
  if (when == nullptr) return {};
  if (when->kind == Kind::map) {
    const YamlMap condition(*when, "when", "'when' of " + map.owner(), diagnostics);
    return "on failure of " + join(condition.texts("on-failure-of"), ", ");
  }
  constexpr std::array<std::string_view, 2> words = {"always", "manual"};
  const std::string word = map.one_of("when", words);
  return word == "always" ? std::string() : word;
}

void read_shell_blocks(Task& task) {
  std::vector<Diagnostic> unused;
  const SourceText prompt(task.description, unused);
  for (const HiddenBlock& block : read_nested(prompt, 0).blocks) {
    if (task.shell_blocks.size() >= k_most_blocks) return;
    CodeBlock code = code_block_of(prompt, block);
    if (is_shell(code)) task.shell_blocks.push_back(std::move(code.text));
  }
}

template <class Value>
void inherit(std::optional<Value>& value, const std::optional<Value>& from) {
  if (!value) value = from;
}

void inherit_limits(Limits& limits, const Limits& defaults) {
  inherit(limits.harness, defaults.harness);
  inherit(limits.model, defaults.model);
  inherit(limits.timeout, defaults.timeout);
  inherit(limits.budget_usd, defaults.budget_usd);
  inherit(limits.budget_turns, defaults.budget_turns);
  inherit(limits.budget_tokens, defaults.budget_tokens);
  inherit(limits.retries, defaults.retries);
}

void read_id(const YamlMap& map, std::size_t position, Task& task) {
  task.id = TaskId(map.text("id"));
  const std::string& id = task.id.value;
  if (id.size() > k_longest_id || id.find_first_of("\n\t ,") != std::string::npos ||
      (map.find("id") != nullptr && id.empty())) {
    map.fail(map.find("id")->at, "'" + one_line(id, 60) + "' is no id of a task",
             "an id has at most 64 characters, and no spaces or commas");
    task.id = TaskId();
  }
  if (task.id.empty()) task.id = TaskId("task-" + std::to_string(position));
}

void read_body(const SourceText& source, const FrontMatterValue& value, Task& task) {
  task.at = value.at;
  const std::uint32_t first = value.at.line - 1;
  const std::uint32_t last = std::max(value.at.end_line, value.at.line) - 1;
  task.body = std::string(source.bytes(first, last));
  task.content_hash = sha256_hex(with_lf(task.body));
}

}  // namespace

PlanCommand read_command(const YamlMap& map, const FrontMatterValue& value,
                         std::vector<Diagnostic>& diagnostics) {
  PlanCommand command;
  command.run = map.text("run");
  if (!command.run.ends_with('\n')) command.run += '\n';
  command.at = value.at;
  if (const FrontMatterValue* run = map.find("run")) command.at = run->at;
  command.trusted = true;
  command.timeout = map.duration("timeout");
  if (value.find("expect") == nullptr) return command;
  if (const FrontMatterValue* expect = map.map("expect")) {
    const YamlMap expected(*expect, "expect", "'expect' of " + map.owner(), diagnostics);
    command.exit = static_cast<int>(expected.whole("exit", 0, 255).value_or(0));
  }
  return command;
}

Limits read_limits(const YamlMap& map, std::vector<Diagnostic>& diagnostics) {
  Limits limits;
  limits.harness = map.optional_text("harness");
  limits.model = map.optional_text("model");
  limits.timeout = map.duration("timeout");
  if (const auto retries = map.whole("retries", 0, 100)) limits.retries = static_cast<int>(*retries);
  if (const FrontMatterValue* value = map.map("budget")) {
    const YamlMap budget(*value, "budget", "the budget of " + map.owner(), diagnostics);
    limits.budget_usd = budget.number("usd");
    if (const auto turns = budget.whole("turns", 1, 1'000'000))
      limits.budget_turns = static_cast<int>(*turns);
    limits.budget_tokens = budget.whole("tokens", 1, 1'000'000'000'000);
  }
  return limits;
}

YamlTask read_yaml_task(const SourceText& source, const FrontMatterValue& value, std::size_t position,
                        const Limits& defaults, std::vector<Diagnostic>& diagnostics) {
  const FrontMatterValue* id = value.find("id");
  const std::string owner = id != nullptr && id->kind == Kind::scalar && !id->text.empty()
                                ? "task " + one_line(id->text, 60)
                                : "task number " + std::to_string(position);
  const YamlMap map(value, "task", owner, diagnostics);
  YamlTask read;
  Task& task = read.task;
  read_body(source, value, task);
  read_id(map, position, task);
  task.title = map.text("title");
  const std::string type = map.one_of("type", k_types);
  for (std::size_t i = 0; i < k_types.size(); ++i) {
    if (k_types[i] == type) task.kind = k_kinds[i];
  }
  task.kind_text = map.find("type") != nullptr ? type : "";
  task.description = map.text("prompt");
  task.prompt_file = map.text("prompt_file");
  read_shell_blocks(task);
  task.files = map.texts("files");
  task.read_first = map.texts("read_first");
  for (std::string& text : map.texts("acceptance")) task.acceptance.push_back({std::move(text), false});
  for (const FrontMatterValue* item : map.maps("verify")) {
    const YamlMap command(*item, "command", "a check of " + owner, diagnostics);
    task.verify.push_back(read_command(command, *item, diagnostics));
  }
  task.tdd = map.flag("tdd");
  task.wave = map.number("wave");
  task.estimate = map.text("estimate");
  task.condition = condition_of(map, diagnostics);
  task.limits = read_limits(map, diagnostics);
  inherit_limits(task.limits, defaults);
  if (const FrontMatterValue* checkpoint = map.map("checkpoint"))
    task.checkpoint = read_checkpoint(*checkpoint, owner, diagnostics);

  const bool is_checkpoint = task.kind == TaskKind::checkpoint;
  const bool has_prompt = map.find("prompt") != nullptr || map.find("prompt_file") != nullptr;
  if (is_checkpoint != task.checkpoint.has_value()) {
    map.fail(value.at,
             is_checkpoint ? owner + " is of type checkpoint but has no 'checkpoint'"
                           : owner + " has a 'checkpoint' but is of type " + type,
             is_checkpoint ? "say in 'checkpoint' what a person is asked" : "write \"type: checkpoint\"");
  }
  if (!is_checkpoint && !has_prompt)
    map.fail(value.at, owner + " has no 'prompt'", "say in 'prompt' what the agent must do");
  if (map.find("prompt") != nullptr && map.find("prompt_file") != nullptr)
    map.fail(map.find("prompt_file")->at, owner + " has both 'prompt' and 'prompt_file'", "keep one of them");

  read.says_depends_on = value.find("depends_on") != nullptr;
  read.depends_on_at = value.at;
  if (const FrontMatterValue* before = map.find("depends_on")) read.depends_on_at = before->at;
  for (std::string& text : map.texts("depends_on")) task.depends_on.emplace_back(std::move(text));
  return read;
}

}  // namespace milepost::parsing
