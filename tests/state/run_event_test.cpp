#include "milepost/state/run_event.hpp"

#include "milepost/base/error.hpp"

#include "state/sample_events.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace milepost;

namespace {

const AttemptEnded& ended(const std::optional<RunEvent>& event) {
  return std::get<AttemptEnded>(event->record);
}

std::string refusal(std::string_view line) {
  try {
    from_json_line(line);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "(accepted)";
}

/// The sample with each key of the journal's table in its line.
std::string line_of(std::string_view name) {
  for (const RunEvent& event : test::sample_events()) {
    if (event_name(event.record) == name) return to_json_line(event);
  }
  return {};
}

}  // namespace

TEST_CASE("every kind of record reads back as it was written") {
  std::set<std::size_t> kinds;
  for (const RunEvent& event : test::sample_events()) {
    const std::string line = to_json_line(event);
    CAPTURE(line);
    CHECK(line.find('\n') == std::string::npos);
    const auto back = from_json_line(line);
    REQUIRE(back);
    CHECK(back->time == event.time);
    CHECK(back->record.index() == event.record.index());
    CHECK(to_json_line(*back) == line);
    kinds.insert(event.record.index());
  }
  CHECK(kinds.size() == std::variant_size_v<RunRecord>);
}

TEST_CASE("a written record has every field that was set") {
  CHECK(
      line_of("attempt_ended") ==
      R"({"time":"2026-01-02T03:04:17.000Z","event":"attempt_ended","task":"1.1","attempt":2,)"
      R"("outcome":"needs_human","result":"success","detail":"asks","summary":"half of it",)"
      R"("decisions":["brass","no gasket"],"next_task_notes":"- mind the spring",)"
      R"("notes":{"gotchas":["it sticks"],"file_notes":[{"path":"src/a.c","note":"reads twice"}],"subsystem":"valves"},)"
      R"("question":{"text":"Which thread?","options":["metric","imperial"],"recommendation":"metric"},)"
      R"("usage":{"input_tokens":10,"cached_tokens":0,"output_tokens":7,"cost_usd":0.30000000000000004,"turns":3},)"
      R"("duration_ms":61000})");
  CHECK(line_of("attempt_started") ==
        R"({"time":"2026-01-02T03:04:15.000Z","event":"attempt_started","task":"1.1","attempt":2,)"
        R"("reason":"retry","session_id":"session-1","snapshot":"cafe","log_directory":"attempts/1.1-2"})");
  CHECK(line_of("committed") ==
        R"({"time":"2026-01-02T03:04:19.000Z","event":"committed","task":"1.1","commit":"deadbeef",)"
        R"("paths":["src/a.c","ö.txt"],"swept":["mine.txt"]})");
  CHECK(
      line_of("container_stopped") ==
      R"({"time":"2026-01-02T03:04:13.000Z","event":"container_stopped","name":"milepost-abc","removed":false})");
  CHECK(line_of("run_ended") ==
        R"({"time":"2026-01-02T03:04:23.000Z","event":"run_ended","exit_code":130,"detail":"stopped"})");
}

TEST_CASE("evidence keeps its bytes and its numbers") {
  const auto back = from_json_line(line_of("verified"));
  const auto& evidence = std::get<Verified>(back->record).evidence;
  const auto sample = test::sample_evidence();
  REQUIRE(evidence.size() == 2);
  CHECK(evidence[0].output == sample[0].output);
  CHECK(evidence[0].output_bytes == 1ull << 40);
  CHECK(evidence[0].duration == Milliseconds(3210));
  CHECK(evidence[0].exit_code == 2);
  CHECK(evidence[1].exit_code == -1);
  CHECK(evidence[1].verdict == Verdict::infra_error);
}

TEST_CASE("evidence keeps what it is about, and that of earlier versions is about a command") {
  const auto back = from_json_line(line_of("verified"));
  const auto& evidence = std::get<Verified>(back->record).evidence;
  CHECK(evidence[0].kind == CheckKind::command);
  CHECK(evidence[1].kind == CheckKind::artifact);
  CHECK(evidence[1].id == "artifact:src/a.c");
  const auto old = from_json_line(
      R"({"time":"t","event":"verified","task":"1","attempt":1,"evidence":[{"command":"make","verdict":"passed"}]})");
  const Evidence& earlier = std::get<Verified>(old->record).evidence.at(0);
  CHECK(earlier.kind == CheckKind::command);
  CHECK(earlier.id.empty());
}

TEST_CASE("an unknown cost stays unknown and a cost of zero stays zero") {
  AttemptEnded unknown = test::sample_end();
  unknown.usage = {};
  CHECK_FALSE(ended(from_json_line(to_json_line({"t", unknown}))).usage.cost_usd);
  AttemptEnded zero = unknown;
  zero.usage.cost_usd = 0.0;
  CHECK(ended(from_json_line(to_json_line({"t", zero}))).usage.cost_usd == 0.0);
  CHECK_FALSE(ended(from_json_line(to_json_line({"t", zero}))).usage.turns);
}

TEST_CASE("optional fields may be missing or null") {
  const auto event =
      from_json_line(R"({"time":"t","event":"attempt_ended","task":"1","attempt":1,"outcome":"failed",)"
                     R"("question":null})");
  CHECK(ended(event).summary.empty());
  CHECK_FALSE(ended(event).question);
  CHECK(std::get<ContainerStopped>(
            from_json_line(R"({"time":"t","event":"container_stopped","name":"n"})")->record)
            .removed);
}

TEST_CASE("what a newer milepost added is passed over") {
  CHECK_FALSE(from_json_line(R"({"time":"t","event":"moon_phase","task":"1"})"));
  const auto event = from_json_line(R"({"time":"t","event":"task_started","task":"1","mood":[1,{"a":2}]})");
  CHECK(std::get<TaskStarted>(event->record).task == TaskId("1"));
}

TEST_CASE("a record that cannot be meant is refused with the reason") {
  CHECK(refusal("") == "the record is not valid JSON");
  CHECK(refusal(R"({"time":"t")") == "the record is not valid JSON");
  CHECK(refusal("[1]") == "the record is not a JSON object");
  CHECK(refusal(R"({"event":"warned"})") == "the record has no text \"time\"");
  CHECK(refusal(R"({"time":"t"})") == "the record has no text \"event\"");
  CHECK(refusal(R"({"time":"t","event":"task_started"})") == "the record has no \"task\"");
  CHECK(refusal(R"({"time":"t","event":"task_started","task":7})") == "\"task\" is not a text");
  CHECK(refusal(R"({"time":"t","event":"task_finished","task":"1","outcome":"great"})") ==
        "\"outcome\" is not a value that this milepost knows");
  CHECK(refusal(R"({"time":"t","event":"run_ended","exit_code":77})") == "\"exit_code\" is not an exit code");
  CHECK(refusal(R"({"time":"t","event":"session_known","task":"1","attempt":-1})") ==
        "\"attempt\" is not a count");
  CHECK(refusal(R"({"time":"t","event":"session_known","task":"1","attempt":4294967296})") ==
        "\"attempt\" is not a count");
  CHECK(refusal(R"({"time":"t","event":"committed","task":"1","paths":"a"})") == "\"paths\" is not a list");
  CHECK(refusal(R"({"time":"t","event":"container_stopped","name":"n","removed":1})") ==
        "\"removed\" is not true or false");
}

TEST_CASE("bytes that are not UTF-8 are replaced, never an error") {
  const auto event = from_json_line(to_json_line({"t", Warned{"a\xff\xfe b"}}));
  CHECK(std::get<Warned>(event->record).text == "a\xef\xbf\xbd\xef\xbf\xbd b");
}

TEST_CASE("a deeply nested line is an error or a record, never a crash") {
  const std::string deep = R"({"time":"t","event":"warned","x":)" + std::string(200'000, '[');
  CHECK(refusal(deep) == "the record is not valid JSON");
  CHECK(from_json_line(deep + std::string(200'000, ']') + "}"));
}
