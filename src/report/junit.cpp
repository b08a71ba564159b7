#include "milepost/report/junit.hpp"

#include "milepost/base/text.hpp"
#include "milepost/report/figures.hpp"

#include "task_standing.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace milepost {

namespace {

constexpr std::size_t k_attribute_bytes = 500;
constexpr std::size_t k_output_bytes = 8 * 1024;  // of a check, or of an agent's summary
constexpr std::size_t k_checks = 20;              // of a task that are told

/// Text that every XML 1.0 parser takes: control characters become visible escapes, the two code points that
/// XML has not become U+FFFD.
std::string xml(std::string_view text) {
  const std::string shown = printable(text, /*keep_newlines=*/true);
  std::string out;
  out.reserve(shown.size());
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const std::string_view rest = std::string_view(shown).substr(i);
    if (rest.starts_with("\xef\xbf\xbe") || rest.starts_with("\xef\xbf\xbf")) {
      out += "\xef\xbf\xbd";
      i += 2;
      continue;
    }
    switch (shown[i]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += shown[i];
    }
  }
  return out;
}

std::string attribute(std::string_view name, std::string_view text) {
  return " " + std::string(name) + "=\"" + xml(one_line(text, k_attribute_bytes)) + "\"";
}

std::string tail(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  std::size_t from = text.size() - bytes;
  while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) ++from;
  return fmt::format("[{} bytes before]\n", from) + std::string(text.substr(from));
}

std::string seconds(Milliseconds time) {
  return fmt::format("{}.{:03}", time.count() / 1000, time.count() % 1000);
}

/// The plan's path as a test's file: relative to the code folder when it lies in it.
std::string plan_file(const RunStarted& started) {
  const auto relative = std::filesystem::path(started.plan_path).lexically_relative(started.code_folder);
  const std::string text = relative.string();
  return text.empty() || text.starts_with("..") ? started.plan_path : text;
}

/// The checks of the last attempt: the failed ones with their output.
std::string failed_checks(const TaskState& task) {
  std::string text;
  if (task.attempts.empty()) return text;
  std::size_t told = 0;
  for (const Evidence& check : task.attempts.back().evidence) {
    if (check.verdict == Verdict::passed || ++told > k_checks) continue;
    text += "\n$ " + check.command + "\n" + std::string(to_string(check.verdict)) + ": " + check.detail +
            "\n" + tail(check.output, k_output_bytes);
  }
  return text;
}

std::string course(const TaskState& task) {
  std::string text;
  for (const AttemptState& attempt : task.attempts) {
    text += fmt::format("attempt {} ({}): {}, {}\n", attempt.number, to_string(attempt.reason),
                        attempt.ended ? to_string(attempt.end.outcome) : "cut off",
                        human_duration(attempt.end.duration));
    if (!attempt.verified) continue;
    for (std::size_t i = 0; i < attempt.evidence.size() && i < k_checks; ++i) {
      const Evidence& check = attempt.evidence[i];
      text += "  " + std::string(to_string(check.verdict)) + "  " + one_line(check.command, 300) + "\n";
    }
  }
  if (!task.commit.empty()) text += "commit " + task.commit + "\n";
  const std::string summary = task.summary();
  if (!summary.empty()) text += "\n" + tail(summary, k_output_bytes) + "\n";
  return tail(text, 3 * k_output_bytes);
}

class Suite {
 public:
  explicit Suite(const RunState& state) : state_(state) {}

  std::string text() {
    for (const TaskState& task : state_.tasks) add(task);
    add_the_run();
    const RunStarted& started = state_.started;
    const std::string counts =
        fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"", tests_,
                    failures_, errors_, skipped_, seconds(state_.time_spent()));
    const std::string name = attribute("name", started.plan_id + " " + started.plan_title);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + name + counts + ">\n  <testsuite" +
           name + counts + attribute("timestamp", state_.started_at.substr(0, 19)) + ">\n    <properties>\n" +
           property("run", started.run.value) + property("harness", started.harness) +
           property("model", started.model) + property("cost", cost_text(state_.usage())) +
           "    </properties>\n" + cases_ + "  </testsuite>\n</testsuites>\n";
  }

 private:
  static std::string property(std::string_view name, std::string_view value) {
    return "      <property" + attribute("name", name) + attribute("value", value) + "/>\n";
  }

  void add(const TaskState& task) {
    open(task.planned.id.value + " " + task.planned.title, task.time_spent());
    const Standing standing = standing_of(task, state_);
    const std::string message = message_of(task);
    if (standing == Standing::failed) {
      ++failures_;
      problem("failure", to_string(task.outcome), message, task.detail + failed_checks(task));
    } else if (standing == Standing::error) {
      ++errors_;
      problem("error", standing_words(task, state_), message, task.detail + failed_checks(task));
    } else if (standing == Standing::not_run) {
      ++skipped_;
      cases_ += "      <skipped" + attribute("message", message) + "/>\n";
    }
    const std::string told = course(task);
    if (!told.empty()) cases_ += "      <system-out>" + xml(told) + "</system-out>\n";
    cases_ += "    </testcase>\n";
  }

  std::string message_of(const TaskState& task) const {
    if (task.question && task.outcome == Outcome::needs_human) return task.question->text;
    return task.detail.empty() ? std::string(standing_words(task, state_)) : task.detail;
  }

  /// A stop before or beside the tasks must not look like a run in which all is well.
  void add_the_run() {
    if (!state_.ended || state_.ended->exit_code == ExitCode::ok || failures_ + errors_ > 0) return;
    open("the run", Milliseconds{0});
    ++errors_;
    problem("error", name_of(state_.ended->exit_code), state_.ended->detail, state_.ended->detail);
    cases_ += "    </testcase>\n";
  }

  void open(const std::string& name, Milliseconds time) {
    ++tests_;
    cases_ += "    <testcase" + attribute("classname", state_.started.plan_id) + attribute("name", name) +
              attribute("file", plan_file(state_.started)) + attribute("time", seconds(time)) + ">\n";
  }

  void problem(std::string_view element, std::string_view type, std::string_view message,
               const std::string& text) {
    cases_ += "      <" + std::string(element) + attribute("type", type) + attribute("message", message) +
              ">" + xml(text) + "</" + std::string(element) + ">\n";
  }

  const RunState& state_;
  std::size_t tests_ = 0, failures_ = 0, errors_ = 0, skipped_ = 0;
  std::string cases_;
};

}  // namespace

std::string junit_xml(const RunState& state) {
  return Suite(state).text();
}

}  // namespace milepost
