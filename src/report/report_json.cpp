#include "milepost/report/report_json.hpp"

#include "milepost/base/json.hpp"
#include "milepost/base/version.hpp"

#include "report_object.hpp"

namespace milepost {

namespace {

constexpr unsigned k_schema = 1;

Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

}  // namespace

Json usage_object(const Usage& usage) {
  const char* origin = !usage.cost_usd ? "unknown" : usage.cost_estimated ? "estimated" : "reported";
  return {{"input_tokens", or_null(usage.input_tokens)},
          {"cached_tokens", or_null(usage.cached_tokens)},
          {"output_tokens", or_null(usage.output_tokens)},
          {"cost_usd", or_null(usage.cost_usd)},
          {"cost", origin},
          {"turns", or_null(usage.turns)}};
}

namespace {

Json question_object(const std::optional<Question>& question) {
  if (!question) return nullptr;
  return {{"text", question->text},
          {"options", question->options},
          {"recommendation", or_null(question->recommendation)}};
}

Json answered_list(const std::vector<AnsweredQuestion>& answered) {
  Json list = Json::array();
  for (const AnsweredQuestion& each : answered) {
    list.push_back({{"question", question_object(each.question)},
                    {"answer", each.answer},
                    {"by", or_null(each.by)},
                    {"how", or_null(each.how)},
                    {"at", or_null(each.at)}});
  }
  return list;
}

Json wait_list(const std::vector<TaskWait>& waits) {
  Json list = Json::array();
  for (const TaskWait& wait : waits)
    list.push_back({{"from", wait.from}, {"until", wait.until}, {"detail", or_null(wait.detail)}});
  return list;
}

Json scenario_object(const std::optional<ScenarioResult>& scenario) {
  if (!scenario) return nullptr;
  return {{"status", to_string(scenario->status)},
          {"diagnosis", or_null(scenario->diagnosis)},
          {"fixable", scenario->fixable},
          {"fix_plan", or_null(scenario->fix_plan)}};
}

}  // namespace

Json evidence_object(const Evidence& check) {
  return {{"id", or_null(check.id)},
          {"kind", to_string(check.kind)},
          {"command", check.command},
          {"source", check.source},
          {"verdict", to_string(check.verdict)},
          {"detail", check.detail},
          {"exit_code", check.exit_code >= 0 ? Json(check.exit_code) : Json()},
          {"duration_ms", check.duration.count()},
          {"output", check.output},
          {"output_sha256", or_null(check.output_sha256)},
          {"output_bytes", check.output_bytes}};
}

namespace {

Json notes_object(const WorkNotes& notes) {
  Json files = Json::array();
  for (const FileNote& file : notes.file_notes) files.push_back({{"path", file.path}, {"note", file.note}});
  return {{"implementation_notes", notes.implementation_notes},
          {"gotchas", notes.gotchas},
          {"deviations", notes.deviations},
          {"issues", notes.issues},
          {"provides", notes.provides},
          {"affects", notes.affects},
          {"patterns", notes.patterns},
          {"tech_added", notes.tech_added},
          {"tags", notes.tags},
          {"file_notes", std::move(files)},
          {"subsystem", or_null(notes.subsystem)},
          {"next_phase", or_null(notes.next_phase)}};
}

Json attempt_object(const RunState& state, const AttemptState& attempt) {
  const std::vector<Evidence> evidence = apply_overrides(attempt.evidence, state.overrides);
  Json checks = Json::array();
  for (const Evidence& check : evidence) checks.push_back(evidence_object(check));
  const AttemptEnded& end = attempt.end;
  return {{"number", attempt.number},
          {"reason", to_string(attempt.reason)},
          {"harness", or_null(attempt.harness)},
          {"session_id", or_null(attempt.session_id)},
          {"snapshot", or_null(attempt.snapshot)},
          {"log_directory", or_null(attempt.log_directory)},
          {"started_at", or_null(attempt.started_at)},
          {"ended_at", or_null(attempt.ended_at)},
          {"outcome", attempt.ended ? Json(to_string(end.outcome)) : Json()},
          {"result", or_null(end.result)},
          {"detail", or_null(end.detail)},
          {"summary", or_null(end.summary)},
          {"decisions", end.decisions},
          {"next_task_notes", or_null(end.next_task_notes)},
          {"notes", notes_object(end.notes)},
          {"question", question_object(end.question)},
          {"scenario", scenario_object(end.scenario)},
          {"usage", usage_object(end.usage)},
          {"review_usage", usage_object(attempt.review_usage)},
          {"retry_at", or_null(end.retry_at)},
          {"duration_ms", end.duration.count()},
          {"verdict", attempt.verified ? Json(to_string(overall(evidence))) : Json()},
          {"evidence", std::move(checks)}};
}

Json task_object(const RunState& state, const TaskState& task) {
  Json attempts = Json::array();
  for (const AttemptState& attempt : task.attempts) attempts.push_back(attempt_object(state, attempt));
  return {{"id", task.planned.id.value},
          {"title", task.planned.title},
          {"kind", or_null(task.planned.kind)},
          {"content_hash", task.planned.content_hash},
          {"outcome", to_string(task.outcome)},
          {"detail", or_null(task.detail)},
          {"summary", or_null(task.summary())},
          {"question", task.outcome == Outcome::needs_human ? question_object(task.question) : Json()},
          {"answer", or_null(task.answer)},
          {"answered", answered_list(task.answered)},
          {"commit", or_null(task.commit)},
          {"paths", task.paths},
          {"swept", task.swept},
          {"waiting_until", task.waiting ? Json(task.waiting->until) : Json()},
          {"waits", wait_list(task.waits)},
          {"started_at", or_null(task.started_at)},
          {"finished_at", or_null(task.finished_at)},
          {"duration_ms", task.time_spent().count()},
          {"usage", usage_object(task.usage())},
          {"attempts", std::move(attempts)}};
}

Json task_list(const RunState& state, const std::vector<TaskState>& tasks) {
  Json list = Json::array();
  for (const TaskState& task : tasks) list.push_back(task_object(state, task));
  return list;
}

Json override_list(const std::vector<Override>& overrides) {
  Json list = Json::array();
  for (const Override& given : overrides)
    list.push_back({{"check", given.check}, {"reason", given.reason}, {"by", given.by}, {"at", given.at}});
  return list;
}

Json egress_object(const RunState& state) {
  if (!state.egress) return nullptr;
  Json denied = Json::array();
  for (const DeniedTarget& target : state.denied)
    denied.push_back({{"target", target.target}, {"count", target.count}});
  return {{"mode", state.egress->mode}, {"allowed", state.egress->allowed}, {"denied", std::move(denied)}};
}

Json counts_object(const RunState& state) {
  Json counts = Json::object();
  counts["total"] = state.tasks.size();
  for (const Outcome outcome : {Outcome::pending, Outcome::running, Outcome::completed, Outcome::failed,
                                Outcome::needs_human, Outcome::limit, Outcome::infra, Outcome::skipped}) {
    counts[std::string(to_string(outcome))] = state.count(outcome);
  }
  return counts;
}

}  // namespace

std::string status_of(const RunState& state) {
  if (!state.ended) return "running";
  if (state.ended->exit_code == ExitCode::ok) return "completed";
  return std::string(name_of(state.ended->exit_code));
}

Json report_object(const RunState& state) {
  const RunStarted& started = state.started;
  Json exit;
  if (state.ended) {
    exit = {{"code", static_cast<int>(state.ended->exit_code)},
            {"name", name_of(state.ended->exit_code)},
            {"detail", or_null(state.ended->detail)}};
  }
  return {{"schema", k_schema},
          {"milepost", version()},
          {"status", status_of(state)},
          {"exit", std::move(exit)},
          {"run", started.run.value},
          {"sessions", state.sessions},
          {"started_at", or_null(state.started_at)},
          {"updated_at", or_null(state.updated_at)},
          {"duration_ms", state.time_spent().count()},
          {"plan",
           {{"path", started.plan_path},
            {"sha256", started.plan_sha256},
            {"id", started.plan_id},
            {"title", started.plan_title}}},
          {"code_folder", started.code_folder},
          {"base_commit", or_null(started.base_commit)},
          {"branch", or_null(started.branch)},
          {"harness", or_null(started.harness)},
          {"model", or_null(started.model)},
          {"engine", or_null(started.engine)},
          {"image", or_null(started.image)},
          {"volume", or_null(started.volume)},
          {"container", or_null(state.container)},
          {"egress", egress_object(state)},
          {"counts", counts_object(state)},
          {"usage", usage_object(state.usage())},
          {"warnings", state.warnings},
          {"overrides", override_list(state.overrides)},
          {"tasks", task_list(state, state.tasks)},
          {"removed_tasks", task_list(state, state.removed)}};
}

std::string report_json(const RunState& state) {
  return to_json_text(report_object(state), JsonForm::document) + "\n";
}

}  // namespace milepost
