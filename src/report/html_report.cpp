#include "milepost/report/html_report.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"

#include "html_assets.hpp"
#include "html_data.hpp"

#include <algorithm>
#include <map>

namespace milepost {

namespace {

constexpr std::size_t k_page_bytes = 60u << 20;  // of all texts together
constexpr std::size_t k_log_bytes = 4u << 20;    // of one attempt
constexpr std::size_t k_prompt_bytes = 256u << 10;
constexpr std::size_t k_diff_bytes = 512u << 10;

std::string cut(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  return std::string(utf8_prefix(text, limit)) + "\n… cut here";
}

Json dependencies(const RunState& state, const Plan* plan) {
  Json all = Json::object();
  if (!plan) return all;
  for (const TaskState& task : state.tasks) {
    Json ids = Json::array();
    if (const Task* planned = plan->find(task.planned.id)) {
      for (const TaskId& id : planned->depends_on) ids.push_back(id.value);
    }
    all[task.planned.id.value] = std::move(ids);
  }
  return all;
}

/// The page's data: the report, and a block each for what is large, which the page reads when it is opened.
class Blocks {
 public:
  Blocks(const RunState& state, const HtmlMaterial& material) : state_(state), material_(material) {}

  std::string text() && {
    text_ = data_block(
        "run", {{"report", report_object(state_)}, {"depends_on", dependencies(state_, material_.plan)}});
    std::size_t index = 0;
    for (const auto* tasks : {&state_.tasks, &state_.removed}) {
      for (const TaskState& task : *tasks) add(task, index++);
    }
    return std::move(text_);
  }

 private:
  void add(const TaskState& task, std::size_t index) {
    const std::string name = std::to_string(index);
    if (material_.diff && !task.commit.empty()) put("diff-" + name, cut(material_.diff(task), k_diff_bytes));
    for (std::size_t i = 0; i < task.attempts.size(); ++i)
      add(task.attempts[i], name + "-" + std::to_string(i));
  }

  void add(const AttemptState& attempt, const std::string& name) {
    if (attempt.log_directory.empty()) return;
    const std::filesystem::path directory = material_.run_directory / attempt.log_directory;
    try {
      if (const auto prompt = read_file_if_exists(directory / "prompt.md"))
        put("prompt-" + name, cut(*prompt, k_prompt_bytes));
    } catch (const Error&) {
      // It cannot be read: the page does without.
    }
    const std::size_t room = k_page_bytes - std::min(k_page_bytes, text_.size());
    if (auto log = log_data(directory, attempt.harness, std::min(k_log_bytes, room))) {
      text_ += data_block("log-" + name, *log);
      Json denied = Json::array();
      for (const Json& entry : *log) {
        if (entry[0] == "denied") denied.push_back(entry[1]);
      }
      if (!denied.empty()) text_ += data_block("denied-" + name, denied);
    }
  }

  void put(const std::string& id, const std::string& value) {
    if (!value.empty() && text_.size() + value.size() < k_page_bytes) text_ += data_block(id, value);
  }

  const RunState& state_;
  const HtmlMaterial& material_;
  std::string text_;
};

/// The page with its places filled, each once and from left to right: a value may hold anything.
std::string filled(std::string_view page, const std::map<std::string_view, std::string_view>& values) {
  std::string out;
  while (true) {
    const std::size_t begin = page.find('@');
    const std::size_t end = begin == std::string_view::npos ? begin : page.find('@', begin + 1);
    if (end == std::string_view::npos) return out + std::string(page);
    const auto value = values.find(page.substr(begin + 1, end - begin - 1));
    out += page.substr(0, begin);
    if (value == values.end()) throw InternalError("the report's page names a place that is not known");
    out += value->second;
    page.remove_prefix(end + 1);
  }
}

}  // namespace

std::string html_report(const RunState& state, const HtmlMaterial& material) {
  const std::string data = Blocks(state, material).text();
  const std::string title = html_text(state.started.plan_id + " " + state.started.plan_title + " – milepost");
  const std::string policy = "default-src 'none'; script-src " + policy_hash(k_html_script) + "; style-src " +
                             policy_hash(k_html_style) + "; base-uri 'none'; form-action 'none'";
  return filled(k_html_page, {{"TITLE", title},
                              {"CSP", policy},
                              {"STYLE", k_html_style},
                              {"DATA", data},
                              {"SCRIPT", k_html_script}});
}

}  // namespace milepost
