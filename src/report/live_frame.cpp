#include "milepost/report/live_frame.hpp"

#include "milepost/base/display_width.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/usage.hpp"
#include "milepost/report/figures.hpp"

#include "ink.hpp"
#include "run_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace milepost {

namespace {

constexpr std::size_t k_text = 160;
constexpr std::size_t k_bar = 16;
constexpr Seconds k_quiet = Seconds(60);  // of an agent that is silent for longer it is told

/// "0:07", "12:30", "1:02:30": does not jump about like words.
std::string clock_text(WallTime from, WallTime to) {
  const auto seconds =
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(to - from).count());
  if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string shown(std::string_view text) {
  return one_line(text, k_text);
}

std::string bar(std::size_t done, std::size_t total) {
  const std::size_t full = total == 0 ? 0 : k_bar * std::min(done, total) / total;
  std::string text;
  for (std::size_t i = 0; i < k_bar; ++i) text += i < full ? "━" : "╌";
  return text;
}

/// " · check 2 of 3 · 0:12": what it does, where that is not the agent's usual work.
std::string doing_text(const LiveTask& task, WallTime now) {
  switch (task.doing) {
    case LiveTask::Doing::waiting:
      return task.until ? " · goes on in " + clock_text(now, *task.until) : " · waits";
    case LiveTask::Doing::checks:
      if (task.check == 0) return " · the checks run";
      return fmt::format(" · check {} of {} · ", task.check, task.checks) + clock_text(task.doing_since, now);
    case LiveTask::Doing::review:
      return " · " + shown(task.harness) + " reviews · " + clock_text(task.doing_since, now);
    case LiveTask::Doing::commit:
      return " · the work is recorded";
    case LiveTask::Doing::agent:
      break;
  }
  return now - task.heard >= k_quiet ? " · quiet for " + clock_text(task.heard, now) : std::string();
}

/// From everything down to what has to be seen; the first that fits is shown.
std::vector<std::string> milestone_lines(const LiveState& live, WallTime now) {
  const std::string count = fmt::format("{}/{}", live.done, live.total);
  std::string troubles;
  if (live.failed > 0) troubles += fmt::format(" · {} failed", live.failed);
  if (live.waiting > 0) troubles += fmt::format(" · {} for a person", live.waiting);
  const std::string clock = " · " + clock_text(live.since, now);
  Usage usage = live.usage;
  for (const LiveTask& task : live.running) add(usage, task.used);
  const std::string cost = usage.cost_usd ? " · " + cost_text(usage) : "";
  std::string full_cost = cost;
  if (live.budget_usd)
    full_cost = (cost.empty() ? " · budget" : cost + " of") + fmt::format(" ${:.2f}", *live.budget_usd);
  const std::string id = shown(live.id.empty() ? "run" : live.id);
  const std::string title = live.title.empty() ? "" : "  " + fit_width(shown(live.title), 40);
  const std::string facts = count + troubles + clock + full_cost;
  return {id + title + "  " + bar(live.done, live.total) + "  " + facts,
          id + "  " + bar(live.done, live.total) + "  " + facts,
          id + "  " + facts,
          facts,
          count + troubles + clock + cost,
          count + clock + cost,
          count + clock};
}

Ink milestone_ink(const LiveState& live) {
  if (live.failed > 0) return Ink::bad;
  const bool dear = live.budget_usd && live.usage.cost_usd.value_or(0) >= 0.8 * *live.budget_usd;
  return dear || live.waiting > 0 ? Ink::attention : Ink::strong;
}

/// How many lines of what it did a running task gets.
std::size_t call_lines(const TerminalSize& size, std::size_t tasks) {
  if (size.rows < 6) return 0;
  const std::size_t most = size.rows < 12 ? 2 : size.rows < 20 ? 3 : 4;
  return std::min(most, (size.rows - 3) / tasks - 1);
}

}  // namespace

std::string running_words(const LiveTask& task, WallTime now, std::size_t columns) {
  std::string facts;
  if (task.attempt > 1) facts += fmt::format(" · attempt {}, {}", task.attempt, why_again(task.reason));
  if (task.reason == AttemptReason::failover && task.doing == LiveTask::Doing::agent)
    facts += ": " + shown(task.harness);
  facts += " · " + clock_text(task.since, now);
  if (const std::string tokens = token_text(task.used); !tokens.empty()) facts += " · " + tokens;
  facts += doing_text(task, now);
  const std::string name = shown(task.id.value) + "  " + shown(task.title);
  const std::size_t taken = display_width(facts);
  // The title gives way, until there is nothing left to know the task by.
  const std::size_t room = std::max<std::size_t>(columns > taken ? columns - taken : 0, 8);
  return fit_width(fit_width(name, room) + facts, columns);
}

std::vector<std::string> live_frame(const LiveState& live, TerminalSize size, WallTime now,
                                    const FrameOptions& options) {
  if (!live.live || size.columns == 0 || size.rows == 0) return {};
  const std::size_t columns = std::max<std::size_t>(size.columns, 2) - 1;  // the last one would wrap
  std::vector<std::string> lines;
  const auto add = [&](Ink ink, const std::string& line) {
    lines.push_back(inked(fit_width(line, columns), options.colour ? ink : Ink::plain));
  };
  if (size.rows >= 4) {
    if (size.rows >= 12) lines.emplace_back();
    const std::size_t room = size.rows - 3;
    for (std::size_t i = 0; i < live.running.size() && i < room; ++i) {
      const LiveTask& task = live.running[i];
      add(Ink::plain, "▸ " + running_words(task, now, columns > 2 ? columns - 2 : 0));
      if (!options.calls || live.running.size() >= room) continue;
      const std::size_t most = call_lines(size, live.running.size());
      for (std::size_t at = task.last.size() - std::min(task.last.size(), most); at < task.last.size(); ++at)
        add(Ink::faint, "    " + shown(task.last[at]));
    }
    if (live.running.empty() && !live.note.empty()) add(Ink::faint, "… " + shown(live.note));
  }
  const std::vector<std::string> candidates = milestone_lines(live, now);
  const auto fitting = std::ranges::find_if(
      candidates, [&](const std::string& line) { return display_width(line) <= columns; });
  add(milestone_ink(live), fitting == candidates.end() ? candidates.back() : *fitting);
  return lines;
}

}  // namespace milepost
