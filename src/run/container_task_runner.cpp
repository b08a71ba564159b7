#include "milepost/run/container_task_runner.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"
#include "milepost/config/model_prices.hpp"
#include "milepost/harness/usage.hpp"
#include "milepost/report/runs_elsewhere.hpp"
#include "milepost/run/agent_session.hpp"
#include "milepost/run/attempt_outcome.hpp"
#include "milepost/run/commit_message.hpp"
#include "milepost/run/next_step.hpp"
#include "milepost/run/prompt.hpp"
#include "milepost/run/result_block.hpp"
#include "milepost/run/session_marks.hpp"
#include "milepost/run/uncommitted_repositories.hpp"
#include "milepost/verify/override.hpp"
#include "milepost/workspace/safe_file.hpp"

#include "agent_report.hpp"

#include <algorithm>
#include <csignal>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_named = 10;

/// The git directory is read-only for the agent, so a branch that moved is the user at work; what steers git
/// is another matter.
bool is_users_own_move(const std::string& path) {
  return path.find("/refs/") != std::string::npos || path.ends_with("/HEAD") ||
         path.ends_with("/packed-refs");
}

/// Fills in the cost of a harness that tells none, where the model has a price.
void estimate_cost(Usage& usage, const std::string& model, const std::vector<std::string>& own_prices) {
  if (usage.cost_usd || (!usage.input_tokens && !usage.output_tokens)) return;
  const auto price = price_of(model, own_prices);
  if (!price) return;
  const auto part = [](const std::optional<std::uint64_t>& tokens, double per_million) {
    return static_cast<double>(tokens.value_or(0)) * per_million / 1e6;
  };
  usage.cost_usd = part(usage.input_tokens, price->input) + part(usage.cached_tokens, price->cached) +
                   part(usage.output_tokens, price->output);
  usage.cost_estimated = true;
}

}  // namespace

/// One prompt to one session, as run_harness sends it.
struct ContainerTaskRunner::Exchange {
  std::string prompt;
  std::string session_id;
  bool resume = false;
  Usage session_before = {};  ///< what the session's earlier runs were charged
  Usage attempt_before = {};  ///< what the attempt's earlier exchanges used
  Milliseconds time_before{0};

  /// What this one used.
  Usage used(const AgentOutput& output) const {
    Usage usage = judge(output).usage;
    if (!resume || !output.result) return usage;
    const auto turns = usage.turns;
    usage = own_part(*output.result, session_before);
    if (!usage.turns) usage.turns = turns;
    return usage;
  }
};

ContainerTaskRunner::ContainerTaskRunner(Parts parts)
    : parts_(std::move(parts)),
      documents_(parts_.plan, parts_.config, parts_.git.folder().root, parts_.run_directory),
      checks_({parts_.plan, parts_.config, parts_.run, parts_.run_directory, parts_.container, parts_.git,
               parts_.check_environment, parts_.checks, parts_.mask, parts_.reviewer}),
      told_aside_(parts_.git.set_aside().size()) {}

const RunHarness& ContainerTaskRunner::harness(const std::string& name) const {
  for (const RunHarness& harness : parts_.harnesses) {
    if (harness.profile->name() == name) return harness;
  }
  throw InternalError("the harness " + name + " is not one of this run's");
}

bool ContainerTaskRunner::resumes_sessions(const std::string& name) const {
  return harness(name).profile->capabilities().resumes_sessions;
}

std::string ContainerTaskRunner::new_session_id(const std::string& name) {
  return harness(name).profile->capabilities().takes_session_id ? random_uuid() : std::string();
}

std::string ContainerTaskRunner::snapshot(const Task& task, unsigned attempt) {
  heads_[task.id] = parts_.git.head();
  const Snapshot before = parts_.git.snapshot(snapshot_name(parts_.run, task.id, attempt));
  // A later attempt that another process began would take for old what the first one made.
  if (attempt == 1) repositories_[task.id] = parts_.git.foreign_repositories();
  return before.commit;
}

AgentOutput ContainerTaskRunner::run_harness(const Task& task, const AttemptRequest& request,
                                             const Exchange& exchange, Recorder& recorder,
                                             std::stop_token stop) {
  const Config& config = parts_.config;
  const RunHarness& used = harness(request.harness);
  const fs::path log_directory = parts_.run_directory / request.log_directory;
  make_private_directories(log_directory);
  write_private_file(log_directory / "prompt.md", exchange.prompt);

  HarnessRequest harness_request;
  harness_request.prompt = exchange.prompt;
  harness_request.shell_blocks = task.shell_blocks;
  harness_request.session_id = exchange.session_id;
  harness_request.resume = exchange.resume;
  harness_request.model = task.limits.model.value_or(used.model);
  SpendingLimits limits = request.left.limits;
  hand_over(limits, used.profile->capabilities(), harness_request);
  limits.estimate_cost = [&config](Usage& usage, const std::string& model) {
    estimate_cost(usage, model, config.prices);
  };
  harness_request.attempt = request.attempt;
  harness_request.answer = request.answer;
  harness_request.environment = used.environment;
  harness_request.repository_config = repository_config(config.agent_config);

  ProcessSpec spec = used.profile->command(harness_request);
  spec.environment.insert(spec.environment.begin(), used.environment.begin(), used.environment.end());
  spec.environment.push_back("MILEPOST_TASK=" + task.id.value);
  spec.idle_limit = config.idle_timeout;
  spec.total_limit = task.limits.timeout ? Milliseconds(*task.limits.timeout) : config.task_timeout;
  if (request.left.time && (spec.total_limit.count() == 0 || *request.left.time < spec.total_limit))
    spec.total_limit = *request.left.time;

  DiskWatch disk({parts_.git.folder().root, parts_.home}, {config.disk_bytes, config.min_free_bytes / 4});
  const AgentRun run{std::move(spec),
                     *used.profile,
                     log_directory,
                     config.log_cap_bytes,
                     config.completion_grace,
                     [&](const std::string& session) {
                       if (session != request.session_id)
                         recorder.record(SessionKnown{task.id, request.attempt, session});
                     },
                     [&](AgentEvent event) { recorder.show(task.id, std::move(event)); },
                     parts_.mask,
                     std::move(limits),
                     &disk};
  AgentOutput output = run_agent(parts_.container, run, stop);
  if (stop.stop_requested()) {
    AttemptStopped stopped{task.id, request.attempt, exchange.attempt_before,
                           exchange.time_before + output.end.duration};
    add(stopped.usage, exchange.used(output));
    recorder.record(std::move(stopped));
    throw Stopped(SIGINT);
  }
  if (output.model.empty()) output.model = harness_request.model;
  return output;
}

AttemptEnded ContainerTaskRunner::attempt(const Task& task, const AttemptRequest& request, Recorder& recorder,
                                          std::stop_token stop) {
  const GitFingerprint before = fingerprint(parts_.git.folder());
  Exchange exchange{request.prompt, request.session_id, request.resume, request.session_usage};
  AgentOutput output = run_harness(task, request, exchange, recorder, stop);
  AttemptEnded ended = judge(output);
  const bool session_there = !output.session_id.empty() && output.session_id == request.session_id;
  if (request.resume && ended.outcome == Outcome::failed && !output.worked && !session_there) {
    // The harness never named the session, which is gone (its first answer never reached the disk, or HOME
    // was cleared): everything is said again in a new one.
    recorder.record(Warned{"task " + task.id.value + ": began a new session, for session " +
                           request.session_id + " could not be resumed: " + ended.detail});
    exchange = {request.fresh_prompt, new_session_id(request.harness), false};
    recorder.record(SessionKnown{task.id, request.attempt, exchange.session_id});
    output = run_harness(task, request, exchange, recorder, stop);
    ended = judge(output);
  }
  ended.usage = exchange.used(output);
  estimate_cost(ended.usage, output.model, parts_.config.prices);
  if (ended.outcome == Outcome::completed) {
    std::string problem;
    const std::string& text = output.result->text.empty() ? output.last_text : output.result->text;
    if (const auto block = find_result_block(text, problem)) {
      take_report(ended, *block, request.reports_scenario);
    } else {
      const std::string session = output.session_id.empty() ? exchange.session_id : output.session_id;
      ask_for_result_block(task, request, session, ended, problem, recorder, stop);
    }
  } else if (ended.outcome == Outcome::failed && output.result) {
    std::string ignored;
    const auto block = find_result_block(output.result->text, ignored);
    if (block && block->status == ResultBlock::Status::failed) {
      const std::string result = ended.result;
      take_report(ended, *block, request.reports_scenario);
      if (!request.reports_scenario) {  // that it failed is known; the block says of what
        ended.result = result;
        ended.detail = one_line(block->summary, 400);
      }
    }
  }
  check_tampering(before, ended, recorder);
  return ended;
}

void ContainerTaskRunner::ask_for_result_block(const Task& task, const AttemptRequest& request,
                                               const std::string& session, AttemptEnded& ended,
                                               std::string problem, Recorder& recorder,
                                               std::stop_token stop) {
  if (resumes_sessions(request.harness) && !session.empty()) {
    Exchange exchange{result_block_prompt(problem, request.reports_scenario), session, /*resume=*/true};
    if (session == request.session_id) exchange.session_before = request.session_usage;
    add(exchange.session_before, ended.usage);
    exchange.attempt_before = ended.usage;
    exchange.time_before = ended.duration;
    const AgentOutput again = run_harness(task, request, exchange, recorder, stop);
    AttemptEnded second = judge(again);
    second.usage = exchange.used(again);
    estimate_cost(second.usage, again.model, parts_.config.prices);
    add(ended.usage, second.usage);
    ended.duration += second.duration;
    if (second.outcome == Outcome::completed) {
      if (const auto block = find_result_block(again.result->text, problem)) {
        take_report(ended, *block, request.reports_scenario);
        return;
      }
    }
  }
  ended.result = k_no_result_block;
  ended.detail = problem.empty() ? "the agent gave no result block" : problem;
}

void ContainerTaskRunner::check_tampering(const GitFingerprint& before, AttemptEnded& ended,
                                          Recorder& recorder) const {
  std::vector<std::string> touched = tampered(before, fingerprint(parts_.git.folder()));
  std::erase_if(touched, is_users_own_move);
  if (touched.empty()) return;
  const std::string detail =
      "the repository's git directory changed during the attempt: " + join(touched, ", ");
  if (parts_.config.on_tamper == "warn") {
    recorder.record(Warned{detail});
    return;
  }
  ended.outcome = Outcome::failed;
  ended.result = k_tampered;
  ended.detail = detail;
}

Verified ContainerTaskRunner::verify(const Task& task, unsigned attempt, Recorder& recorder,
                                     std::stop_token stop) {
  return checks_.verify(task, attempt, recorder, stop);
}

std::vector<std::string> ContainerTaskRunner::hand_off(const Task& task, RunState state) {
  std::vector<std::string> warnings;
  try {
    const std::vector<ChangedPath> changes = changed_by(task, state);
    // What the task changed is not in the journal before its commit.
    std::vector<std::string>& shown = state.find(task.id)->paths;
    shown.clear();
    std::vector<ChangedFile> files;
    for (const ChangedPath& change : changes) {
      shown.push_back(valid_utf8(change.path));
      files.push_back({change.path, mode_beneath(parts_.git.folder().root, change.path).value_or(0)});
    }
    const std::string warning = runs_elsewhere_warning(task.id.value, files);
    if (!warning.empty()) warnings.push_back(warning);
    const auto known = repositories_.find(task.id);
    const std::string uncommitted = uncommitted_repositories_warning(
        task.id.value, known == repositories_.end() ? std::nullopt : std::optional(known->second),
        parts_.git.foreign_repositories());
    if (!uncommitted.empty()) warnings.push_back(uncommitted);
    if (std::string uncovered = uncovered_warning(task); !uncovered.empty())
      warnings.push_back(std::move(uncovered));
    documents_.write_handoff(state);
    if (task.kind == TaskKind::close_out) {
      const std::string problems = join(close_out(task, state), "; ");
      if (!problems.empty()) warnings.push_back(problems);
    }
  } catch (const Error& error) {
    warnings.push_back(std::string("the plan's documents were not written: ") + error.what());
  }
  return warnings;
}

/// What was set aside since the last task; "" when nothing was.
std::string ContainerTaskRunner::uncovered_warning(const Task& task) {
  const std::vector<std::string>& all = parts_.git.set_aside();
  std::string names;
  for (std::size_t i = told_aside_; i < all.size() && i < told_aside_ + k_named; ++i)
    names += (names.empty() ? "" : ", ") + one_line(all[i], 200);
  const std::size_t count = all.size() - std::min(told_aside_, all.size());
  told_aside_ = all.size();
  if (count == 0) return {};
  if (count > k_named) names += " and " + std::to_string(count - k_named) + " more";
  return "task " + task.id.value + ": " + names +
         ": ignored until the task, and there before it; milepost neither commits nor records what is not "
         "the "
         "task's work (git add it yourself where it is to be committed)";
}

std::vector<std::string> ContainerTaskRunner::close_out(const Task& task, const RunState& state) {
  return documents_.close_out(state, summary_facts(task, state));
}

SummaryFacts ContainerTaskRunner::summary_facts(const Task& task, const RunState& state) {
  SummaryFacts facts;
  std::optional<Snapshot> first;
  unsigned first_session = state.sessions;
  for (const TaskState& done : state.tasks) {
    const Task* planned = parts_.plan.find(done.planned.id);
    if (!planned || done.attempts.empty()) continue;
    if (!first) {
      first = parts_.git.find_snapshot(snapshot_name(parts_.run, planned->id, done.attempts.front().number));
      first_session = done.attempts.front().run_session;
    }
    if (!done.commit.empty()) {
      const std::string message =
          commit_message(parts_.plan, *planned, parts_.config, parts_.run, done.summary());
      facts.subjects[done.commit] = message.substr(0, message.find('\n'));
    }
    if (planned->kind != TaskKind::scenario && planned->kind != TaskKind::close_out) continue;
    const std::vector<Evidence> checks = apply_overrides(done.attempts.back().evidence, state.overrides);
    facts.checks.insert(facts.checks.end(), checks.begin(), checks.end());
  }
  if (!first) return facts;
  const std::vector<UsersTime> users =
      times_between_sessions(parts_.git, parts_.run, first_session, state.sessions);
  for (const ChangedPath& change : parts_.git.changes(*first, work_of(task), users)) {
    if (is_own_document(change.path)) continue;
    auto& list = change.status == 'A' ? facts.created : change.status == 'D' ? facts.deleted : facts.modified;
    list.push_back(valid_utf8(change.path));
  }
  return facts;
}

bool ContainerTaskRunner::is_own_document(const std::string& path) const {
  return milepost::is_own_document(parts_.plan, parts_.config, parts_.git.folder().root, path);
}

/// The code folder as it is when the task is verified.
Snapshot ContainerTaskRunner::work_of(const Task& task) {
  return parts_.git.snapshot(parts_.run.value + "/" + file_name_of(task.id.value) + "/done");
}

/// Since the snapshot before its first attempt, the user's own work between sessions apart; nothing when that
/// is gone.
std::vector<ChangedPath> ContainerTaskRunner::changed_by(const Task& task, const RunState& state) {
  const AttemptState& first = state.find(task.id)->attempts.front();
  const auto before = parts_.git.find_snapshot(snapshot_name(parts_.run, task.id, first.number));
  if (!before) return {};
  return parts_.git.changes(
      *before, work_of(task),
      times_between_sessions(parts_.git, parts_.run, first.run_session, state.sessions));
}

Committed ContainerTaskRunner::commit(const Task& task, const CommitTask& request) {
  Committed committed;
  committed.task = task.id;
  if (parts_.config.commit == "none" || parts_.plan.commit == "none") return committed;
  const std::string mark = commit_mark(parts_.run, task.id);
  // A crash between a commit and its record leaves the commit; it is not there while HEAD is where it was
  // before the attempt.
  const auto head = heads_.find(task.id);
  if (head == heads_.end() || head->second != parts_.git.head()) {
    if (const auto done = parts_.git.find_commit_with_line(mark)) {
      committed.commit = *done;
      for (const std::string& path : parts_.git.paths_of(*done)) committed.paths.push_back(valid_utf8(path));
      return committed;
    }
  }
  const auto before = parts_.git.find_snapshot(snapshot_name(parts_.run, task.id, request.since_attempt));
  if (!before) {
    throw InfraError("the snapshot from before task " + task.id.value +
                     " is gone from the shadow repository");
  }
  const auto is_work = [&](const ChangedPath& change) { return !is_own_document(change.path); };
  std::vector<UsersTime> users =
      times_between_sessions(parts_.git, parts_.run, request.since_session, request.session);
  const bool any_work = std::ranges::any_of(parts_.git.changes(*before, work_of(task), users), is_work);
  // The close-out is there for its documents; elsewhere they wait for the commit of a later task.
  if (!any_work && task.kind != TaskKind::close_out && !request.documents_alone) return committed;
  const bool only_documents = !any_work && task.kind != TaskKind::close_out;
  const std::string message =
      only_documents ? documents_message(parts_.plan, task, parts_.run)
                     : commit_message(parts_.plan, task, parts_.config, parts_.run, request.summary);
  const CommitResult result = parts_.git.commit({*before, message, std::move(users)});
  committed.commit = result.commit.value_or("");
  for (const ChangedPath& change : result.changed) committed.paths.push_back(valid_utf8(change.path));
  for (const std::string& path : result.swept) {
    if (!is_own_document(path))
      committed.swept.push_back(valid_utf8(path));  // milepost's own, of a task without a commit
  }
  return committed;
}

}  // namespace milepost
