#include "milepost/run/agent_session.hpp"

#include "milepost/base/file.hpp"
#include "milepost/channel/masking_sink.hpp"
#include "milepost/run/raw_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace milepost {

namespace {

constexpr auto k_disk_interval = std::chrono::seconds(1);
constexpr std::size_t k_stderr_tail_bytes = 8 * 1024;
constexpr std::size_t k_last_text_bytes = 1 << 20;

/// Takes the harness's output on the channel's thread, and tells the attendant what it must act on.
class AgentSink : public OutputSink {
 public:
  AgentSink(const AgentRun& run, const std::filesystem::path& out, const std::filesystem::path& err)
      : run_(run),
        out_(out, run.log_cap_bytes),
        err_(err, run.log_cap_bytes),
        parser_(run.harness.parser()) {}

  void on_stdout(std::string_view bytes) override {
    out_.write(bytes);
    parser_->feed(bytes, [this](AgentEvent event) { take(std::move(event)); });
    if (!out_.problem().empty()) tell([this] { log_failed = true; });
  }

  void on_stderr(std::string_view bytes) override {
    err_.write(bytes);
    stderr_tail_.append(
        bytes.substr(bytes.size() > k_stderr_tail_bytes ? bytes.size() - k_stderr_tail_bytes : 0));
    if (stderr_tail_.size() > k_stderr_tail_bytes)
      stderr_tail_.erase(0, stderr_tail_.size() - k_stderr_tail_bytes);
  }

  /// After the process's end: no more calls from the channel.
  AgentOutput finish(ProcessEnd end) {
    parser_->finish([this](AgentEvent event) { take(std::move(event)); });
    output_.result = parser_->result_at_end(std::move(output_.result), end);
    out_.finish();
    err_.finish();
    output_.end = std::move(end);
    output_.stderr_tail = std::move(stderr_tail_);
    output_.disk_problem = disk_problem;
    output_.log_problem = out_.problem().empty() ? err_.problem() : out_.problem();
    return std::move(output_);
  }

  // Read and changed under `mutex`, for the attendant.
  std::mutex mutex;
  std::condition_variable_any changed;
  bool has_result = false;
  bool log_failed = false;
  bool limit_reached = false;
  std::string disk_problem;
  std::string session_id;

 private:
  template <class Change>
  void tell(Change change) {
    {
      const std::lock_guard lock(mutex);
      change();
    }
    changed.notify_all();
  }

  void take(AgentEvent event) {
    if (const auto* started = std::get_if<SessionStarted>(&event)) {
      if (output_.session_id.empty()) output_.session_id = started->session_id;
      tell([&] { session_id = started->session_id; });
      output_.model = started->model;
    } else if (const auto* used = std::get_if<UsageSoFar>(&event)) {
      const auto turns = output_.so_far.turns;
      output_.so_far = used->usage;
      if (!output_.so_far.turns) output_.so_far.turns = turns;
    } else if (const auto* text = std::get_if<AgentText>(&event)) {
      count_turn();
      output_.last_text.assign(
          text->text, text->text.size() > k_last_text_bytes ? text->text.size() - k_last_text_bytes : 0);
      output_.worked = true;
    } else if (std::holds_alternative<ToolCall>(event)) {
      count_turn();
      output_.worked = true;
    } else if (std::holds_alternative<ToolResult>(event)) {
      in_turn_ = false;
    } else if (const auto* result = std::get_if<ResultEvent>(&event)) {
      take_result(*result);
      tell([this] { has_result = true; });
    }
    keep_limits();
    run_.on_event(std::move(event));
  }

  /// A turn begins when the model speaks or acts again after a tool's result; a harness that counts itself
  /// says more.
  void count_turn() {
    if (in_turn_) return;
    in_turn_ = true;
    ++turns_;
    output_.so_far.turns = std::max(output_.so_far.turns.value_or(0), turns_);
  }

  /// Ends the harness once it has used up what it may; not one that has its result already.
  void keep_limits() {
    if (has_result || !output_.limit_reached.empty()) return;
    Usage used = output_.so_far;
    if (run_.limits.usd && !used.cost_usd && run_.limits.estimate_cost)
      run_.limits.estimate_cost(used, output_.model);
    const std::uint64_t tokens = used.input_tokens.value_or(0) + used.output_tokens.value_or(0);
    if (run_.limits.turns && used.turns.value_or(0) > *run_.limits.turns) {
      output_.limit_reached = "the agent has used up its " + std::to_string(*run_.limits.turns) + " turns";
      output_.limit_is_turns = true;
    } else if (run_.limits.tokens && tokens > *run_.limits.tokens) {
      output_.limit_reached =
          "the agent has used up the " + std::to_string(*run_.limits.tokens) + " tokens that were left";
    } else if (run_.limits.usd && used.cost_usd.value_or(0) > *run_.limits.usd) {
      output_.limit_reached =
          fmt::format("the agent has used up the ${:.2f} that were left", *run_.limits.usd);
    } else {
      return;
    }
    tell([this] { limit_reached = true; });
  }

  void take_result(const ResultEvent& result) {
    const bool other_session =
        !result.session_id.empty() && !output_.session_id.empty() && result.session_id != output_.session_id;
    if (other_session || (output_.result && output_.result->kind != result.kind))
      output_.contradicting_results = true;
    if (!other_session) output_.result = result;
  }

  const AgentRun& run_;
  RawLog out_, err_;
  std::unique_ptr<EventParser> parser_;
  AgentOutput output_;
  std::string stderr_tail_;
  unsigned turns_ = 0;
  bool in_turn_ = false;
};

/// Acts on what the sink saw, on a thread of its own: the sink must not block, and the caller waits for the
/// process.
void attend(AgentSink& sink, ChannelProcess& process, const AgentRun& run, const std::stop_token& stop) {
  bool told_session = false, told_result = false;
  std::unique_lock lock(sink.mutex);
  const auto has_news = [&] {
    return (!told_session && !sink.session_id.empty()) ||
           (!told_result && (sink.has_result || sink.log_failed || sink.limit_reached));
  };
  // News that came together with the stop is told before it is obeyed.
  while (sink.changed.wait_for(lock, stop, k_disk_interval, has_news) || !stop.stop_requested()) {
    if (run.disk && sink.disk_problem.empty()) {
      lock.unlock();
      std::string problem = run.disk->exceeded();
      lock.lock();
      if (!problem.empty()) {
        sink.disk_problem = std::move(problem);
        process.kill_tree();
      }
    }
    if (!told_session && !sink.session_id.empty()) {
      told_session = true;
      const std::string session = sink.session_id;
      lock.unlock();
      run.on_session(session);
      lock.lock();
    }
    if (!told_result && (sink.has_result || sink.log_failed || sink.limit_reached)) {
      told_result = true;
      if (sink.log_failed || sink.limit_reached)
        process.kill_tree();
      else
        process.finish_within(run.completion_grace);
    }
  }
}

std::filesystem::path free_name(const std::filesystem::path& directory, const std::string& stem) {
  std::filesystem::path path = directory / (stem + ".log");
  for (int number = 2; std::filesystem::exists(path); ++number) {
    path = directory / (stem + "-" + std::to_string(number) + ".log");
  }
  return path;
}

}  // namespace

AgentOutput run_agent(RunningContainer& container, const AgentRun& run, std::stop_token stop) {
  make_private_directories(run.log_directory);
  AgentSink sink(run, free_name(run.log_directory, "stdout"), free_name(run.log_directory, "stderr"));
  MaskingSink masking(run.mask, sink);
  ChannelProcess process = container.start(run.spec, masking);
  std::exception_ptr problem;
  ProcessEnd end;
  {
    const std::jthread attendant([&](std::stop_token done) {
      try {
        attend(sink, process, run, done);
      } catch (...) {
        problem = std::current_exception();  // the session could not be recorded: told below, after the kill
        process.kill_tree();
      }
    });
    end = process.wait(stop);
  }
  if (problem) std::rethrow_exception(problem);
  masking.finish();
  // What was written since the last look counts too.
  if (run.disk && sink.disk_problem.empty()) sink.disk_problem = run.disk->exceeded();
  return sink.finish(std::move(end));
}

}  // namespace milepost
