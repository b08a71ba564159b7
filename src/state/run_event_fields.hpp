#pragma once

#include "milepost/state/run_event.hpp"

#include <concepts>
#include <type_traits>

// The fields of the journal's records, as docs/state-format.md describes them. Each is named once: `fields`
// shows a record to a writer or to a reader. `io.must` is for one that every record of the type has.

namespace milepost {

template <class T, class U>
concept Is = std::same_as<std::remove_const_t<T>, U>;

void fields(auto& io, Is<PlannedTask> auto& task) {
  io.must("id", task.id.value);
  io("title", task.title);
  io("content_hash", task.content_hash);
  io("kind", task.kind);
}
void fields(auto& io, Is<KnownRemote> auto& remote) {
  io.must("name", remote.name);
  io.must("url", remote.url);
}
void fields(auto& io, Is<Question> auto& question) {
  io("text", question.text);
  io("options", question.options);
  io("recommendation", question.recommendation);
}
void fields(auto& io, Is<ScenarioResult> auto& scenario) {
  io.must("status", scenario.status);
  io("diagnosis", scenario.diagnosis);
  io("fixable", scenario.fixable);
  io("fix_plan", scenario.fix_plan);
}
void fields(auto& io, Is<Usage> auto& usage) {
  io("input_tokens", usage.input_tokens);
  io("cached_tokens", usage.cached_tokens);
  io("output_tokens", usage.output_tokens);
  io("cost_usd", usage.cost_usd);
  io("turns", usage.turns);
  io.flag("cost_estimated", usage.cost_estimated);
}
void fields(auto& io, Is<Evidence> auto& evidence) {
  io("id", evidence.id);
  io("kind", evidence.kind);
  io("command", evidence.command);
  io("source", evidence.source);
  io.must("verdict", evidence.verdict);
  io("detail", evidence.detail);
  io("exit_code", evidence.exit_code);
  io("duration_ms", evidence.duration);
  io("output", evidence.output);
  io("output_sha256", evidence.output_sha256);
  io("output_bytes", evidence.output_bytes);
}
void fields(auto& io, Is<FileNote> auto& file) {
  io.must("path", file.path);
  io("note", file.note);
}
void fields(auto& io, Is<WorkNotes> auto& notes) {
  io("implementation_notes", notes.implementation_notes);
  io("gotchas", notes.gotchas);
  io("deviations", notes.deviations);
  io("issues", notes.issues);
  io("provides", notes.provides);
  io("affects", notes.affects);
  io("patterns", notes.patterns);
  io("tech_added", notes.tech_added);
  io("tags", notes.tags);
  io("file_notes", notes.file_notes);
  io("subsystem", notes.subsystem);
  io("next_phase", notes.next_phase);
}
void fields(auto& io, Is<RunStarted> auto& record) {
  io.must("run", record.run.value);
  io("plan_path", record.plan_path);
  io("plan_sha256", record.plan_sha256);
  io("plan_id", record.plan_id);
  io("plan_title", record.plan_title);
  io("code_folder", record.code_folder);
  io("base_commit", record.base_commit);
  io("branch", record.branch);
  io("harness", record.harness);
  io("model", record.model);
  io("image", record.image);
  io("engine", record.engine);
  io("volume", record.volume);
  io("options", record.options);
  io("tasks", record.tasks);
  io("only", record.only);
  io("remotes", record.remotes);
  io.flag("pull_request", record.pull_request);
  io("trace_parent", record.trace_parent);
}
void fields(auto& io, Is<RunResumed> auto& record) {
  io("plan_sha256", record.plan_sha256);
  io("tasks", record.tasks);
  io("notes", record.notes);
}
void fields(auto& io, Is<ContainerStarting> auto& record) {
  io.must("name", record.name);
}
void fields(auto& io, Is<ContainerStopped> auto& record) {
  io.must("name", record.name);
  io("removed", record.removed);
}
void fields(auto& io, Is<EgressStarting> auto& record) {
  io("mode", record.mode);
  io("network", record.network);
  io("proxy", record.proxy);
  io("allowed", record.allowed);
}
void fields(auto& io, Is<DeniedTarget> auto& denied) {
  io.must("target", denied.target);
  io("count", denied.count);
}
void fields(auto& io, Is<EgressStopped> auto& record) {
  io("denied", record.denied);
  io("removed", record.removed);
}
void fields(auto& io, Is<TaskStarted> auto& record) {
  io.must("task", record.task.value);
}
void fields(auto& io, Is<AttemptStarted> auto& record) {
  io.must("task", record.task.value);
  io.must("attempt", record.attempt);
  io("reason", record.reason);
  io("session_id", record.session_id);
  io("snapshot", record.snapshot);
  io("log_directory", record.log_directory);
  io("harness", record.harness);
}
void fields(auto& io, Is<TaskWaiting> auto& record) {
  io.must("task", record.task.value);
  io.must("until", record.until);
  io("detail", record.detail);
}
void fields(auto& io, Is<CheckStarted> auto& record) {
  io.must("task", record.task.value);
  io.must("attempt", record.attempt);
  io("command", record.command);
  io("number", record.number);
  io("total", record.total);
}
void fields(auto& io, Is<ReviewStarted> auto& record) {
  io.must("task", record.task.value);
  io.must("attempt", record.attempt);
  io("harness", record.harness);
  io("log_directory", record.log_directory);
}
void fields(auto& io, Is<SessionKnown> auto& record) {
  io.must("task", record.task.value);
  io.must("attempt", record.attempt);
  io("session_id", record.session_id);
}
void fields(auto& io, Is<AttemptEnded> auto& record) {
  io.must("task", record.task.value);
  io.must("attempt", record.attempt);
  io.must("outcome", record.outcome);
  io("result", record.result);
  io("detail", record.detail);
  io("summary", record.summary);
  io("decisions", record.decisions);
  io("next_task_notes", record.next_task_notes);
  io("notes", record.notes);
  io("question", record.question);
  io("scenario", record.scenario);
  io("usage", record.usage);
  io("duration_ms", record.duration);
  io("retry_at", record.retry_at);
}
void fields(auto& io, Is<AttemptStopped> auto& record) {
  io.must("task", record.task.value);
  io.must("attempt", record.attempt);
  io("usage", record.usage);
  io("duration_ms", record.duration);
}
void fields(auto& io, Is<Verified> auto& record) {
  io.must("task", record.task.value);
  io.must("attempt", record.attempt);
  io("evidence", record.evidence);
  io("review_usage", record.review_usage);
}
void fields(auto& io, Is<Committed> auto& record) {
  io.must("task", record.task.value);
  io("commit", record.commit);
  io("paths", record.paths);
  io("swept", record.swept);
}
void fields(auto& io, Is<TaskFinished> auto& record) {
  io.must("task", record.task.value);
  io.must("outcome", record.outcome);
  io("detail", record.detail);
  io("question", record.question);
}
void fields(auto& io, Is<QuestionAnswered> auto& record) {
  io.must("task", record.task.value);
  io("answer", record.answer);
  io("by", record.by);
  io("how", record.how);
}
void fields(auto& io, Is<CheckOverridden> auto& record) {
  io.must("check", record.check);
  io("reason", record.reason);
  io("by", record.by);
}
void fields(auto& io, Is<Warned> auto& record) {
  io("text", record.text);
}
void fields(auto& io, Is<RunEnded> auto& record) {
  io.must("exit_code", record.exit_code);
  io("detail", record.detail);
}

}  // namespace milepost
