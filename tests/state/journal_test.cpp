#include "milepost/state/journal.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/version.hpp"
#include "milepost/state/crc32.hpp"

#include "state/sample_events.hpp"
#include "support/scratch_dir.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

using namespace milepost;
using test::ScratchDir;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> as_lines(const std::vector<RunEvent>& events) {
  std::vector<std::string> lines;
  for (const RunEvent& event : events) lines.push_back(to_json_line(event));
  return lines;
}

bool is_prefix(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

fs::path sample_journal(const ScratchDir& scratch) {
  const fs::path file = scratch / "run/journal.ndjson";
  Journal journal = Journal::create(file);
  for (const RunEvent& event : test::sample_events()) journal.append(event, /*sync=*/false);
  return file;
}

template <class Problem>
std::string message_of(const fs::path& file) {
  try {
    Journal::read(file);
  } catch (const Problem& problem) {
    return std::string(problem.what()) + " | " + problem.next_step();
  }
  return "(no error)";
}

std::string with_checksum(std::string object) {
  object.pop_back();
  char tail[32];
  std::snprintf(tail, sizeof tail, ",\"crc\":\"%08x\"}\n", static_cast<unsigned>(crc32(object)));
  return object + tail;
}

/// Lets no file of this process grow past `bytes`, as a full disk would.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, SIG_DFL);
  }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("a journal counts its syncs") {
  const ScratchDir scratch;
  Journal journal = Journal::create(scratch / "runs/1/journal.jsonl");
  journal.append({"t", Warned{"a"}}, /*sync=*/false);
  CHECK(journal.sync_cost().syncs == 0);
  journal.append({"t", Warned{"b"}}, /*sync=*/true);
  journal.append({"t", Warned{"c"}}, /*sync=*/true);
  CHECK(journal.sync_cost().syncs == 2);
}

TEST_CASE("who reads along gets each record once, and a torn one when it is whole") {
  const ScratchDir scratch;
  const fs::path file = sample_journal(scratch);
  const std::string whole = test::slurp(file);
  const std::vector<std::string> lines = as_lines(test::sample_events());
  const fs::path growing = scratch / "growing";
  Journal::Position position;
  std::vector<std::string> read;
  std::size_t written = whole.find('\n') + 1;  // a journal appears with its first line complete
  std::ofstream out(growing, std::ios::binary);
  out << whole.substr(0, written) << std::flush;
  while (true) {
    for (std::string& line : as_lines(Journal::read_on(growing, position))) read.push_back(std::move(line));
    if (written == whole.size()) break;
    const std::string piece = whole.substr(written, 100);
    out << piece << std::flush;
    written += piece.size();
  }
  CHECK(read == lines);
  out << "{}\n" << std::flush;
  CHECK_THROWS_AS(Journal::read_on(growing, position), UsageError);
}

TEST_CASE("records come back in the order they were appended") {
  const ScratchDir scratch;
  const fs::path file = sample_journal(scratch);
  CHECK(as_lines(Journal::read(file)) == as_lines(test::sample_events()));
  CHECK(replay(file).started.run == RunId("20260102-030405-abcdef"));
}

TEST_CASE("a new journal is private, complete and alone in its directory") {
  const ScratchDir scratch;
  const fs::path file = scratch / "a/b/journal.ndjson";
  const Journal journal = Journal::create(file);
  CHECK(Journal::read(file).empty());
  CHECK(test::slurp(file).starts_with(R"({"milepost-journal":1,"milepost":")"));
  CHECK((fs::status(file).permissions() & fs::perms::mask) == fs::perms(0600));
  CHECK((fs::status(file.parent_path()).permissions() & fs::perms::mask) == fs::perms(0700));
  CHECK(std::distance(fs::directory_iterator(file.parent_path()), fs::directory_iterator()) == 1);
}

TEST_CASE("a journal that exists is never begun again") {
  const ScratchDir scratch;
  const fs::path file = sample_journal(scratch);
  const std::string before = test::slurp(file);
  CHECK_THROWS_AS(Journal::create(file), InfraError);
  CHECK(test::slurp(file) == before);
  CHECK(std::distance(fs::directory_iterator(file.parent_path()), fs::directory_iterator()) == 1);
}

TEST_CASE("an opened journal goes on after its last record") {
  const ScratchDir scratch;
  const fs::path file = sample_journal(scratch);
  Journal::open(file).append({"t", Warned{"later"}}, /*sync=*/true);
  auto expected = as_lines(test::sample_events());
  expected.push_back(R"({"time":"t","event":"warned","text":"later"})");
  CHECK(as_lines(Journal::read(file)) == expected);
}

TEST_CASE("F3: a torn last line is ignored by a reader and cut off by the writer") {
  const ScratchDir scratch;
  const fs::path file = sample_journal(scratch);
  const std::string whole = test::slurp(file);
  scratch.write("run/journal.ndjson", whole + R"({"time":"t","event":"warned","te)");
  CHECK(as_lines(Journal::read(file)) == as_lines(test::sample_events()));
  { const Journal journal = Journal::open(file); }
  CHECK(test::slurp(file) == whole);
}

TEST_CASE("F3, F45: a journal cut at any byte gives a prefix of its records or an error") {
  const ScratchDir scratch;
  const fs::path file = sample_journal(scratch);
  const std::string whole = test::slurp(file);
  const auto expected = as_lines(test::sample_events());
  const std::size_t first_line = whole.find('\n') + 1;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    const fs::path cut = scratch.write("cut", whole.substr(0, size));
    if (size < first_line) {
      CHECK_THROWS_AS(Journal::read(cut), UsageError);
      CHECK_THROWS_AS(Journal::open(cut), UsageError);
    } else {
      CHECK(is_prefix(as_lines(Journal::read(cut)), expected));
    }
  }
}

TEST_CASE("F45: a flipped bit gives a prefix of the records or an error, never another state") {
  const ScratchDir scratch;
  const fs::path file = scratch / "flipped";
  std::vector<std::string> expected;
  {
    Journal journal = Journal::create(file);
    for (const RunEvent& event : test::sample_events()) {
      // Enough to have every type of field; each byte costs eight readings.
      if (event_name(event.record) != "attempt_ended" && event_name(event.record) != "task_finished")
        continue;
      journal.append(event, /*sync=*/false);
      expected.push_back(to_json_line(event));
    }
  }
  const std::string whole = test::slurp(file);
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  const auto put = [&](std::size_t at, char byte) {
    bytes.seekp(static_cast<std::streamoff>(at));
    bytes.put(byte).flush();
  };
  std::size_t errors = 0, prefixes = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      put(i, static_cast<char>(whole[i] ^ (1 << bit)));
      try {
        const auto read = as_lines(Journal::read(file));
        REQUIRE(is_prefix(read, expected));
        REQUIRE(read.size() < expected.size());
        ++prefixes;
      } catch (const UsageError& error) {
        REQUIRE(std::string(error.what()).find("flipped:") != std::string::npos);
        ++errors;
      }
    }
    put(i, whole[i]);
  }
  CHECK(prefixes == 8);  // the last newline: what follows no newline is torn
  CHECK(errors == (whole.size() - 1) * 8);
}

TEST_CASE("F45: a damaged record is named by file and line, with the way out") {
  const ScratchDir scratch;
  const fs::path file = sample_journal(scratch);
  std::string text = test::slurp(file);
  text.replace(text.find("half of it"), 4, "most");
  scratch.write("run/journal.ndjson", text);
  CHECK(message_of<UsageError>(file) ==
        file.string() +
            ":9: the record is damaged: its checksum does not match | to go on from what is before "
            "it, keep the first 8 lines of the file and remove the rest");
}

TEST_CASE("a sealed record that says nothing sensible is an error too") {
  const ScratchDir scratch;
  const fs::path file = sample_journal(scratch);
  const std::size_t lines = test::sample_events().size() + 1;
  scratch.write("run/journal.ndjson",
                test::slurp(file) + with_checksum(R"({"time":"t","event":"task_started"})"));
  CHECK(message_of<UsageError>(file).starts_with(file.string() + ":" + std::to_string(lines + 1) +
                                                 ": the record has no \"task\""));
}

TEST_CASE("F45: a journal of a newer format says which milepost is needed") {
  const ScratchDir scratch;
  const fs::path file = scratch.write("j", with_checksum(R"({"milepost-journal":2,"milepost":"9.9.0"})"));
  CHECK(message_of<UsageError>(file) == file.string() +
                                            ":1: the journal has format 2, written by milepost 9.9.0; "
                                            "this milepost " +
                                            std::string(version()) +
                                            " reads format 1 | use milepost 9.9.0 or newer");
  CHECK_THROWS_AS(Journal::open(file), UsageError);
}

TEST_CASE("F45: what is no journal is never taken for a fresh one") {
  const ScratchDir scratch;
  const fs::path file = scratch / "j";
  SUBCASE("an empty file") {
    scratch.write("j", "");
    CHECK(message_of<UsageError>(file).find(":1: the journal is empty") != std::string::npos);
  }
  SUBCASE("another text") {
    scratch.write("j", "{\"hello\":1}\n");
    CHECK(message_of<UsageError>(file).find("not the first line of a milepost journal") != std::string::npos);
  }
  SUBCASE("a directory") {
    fs::create_directory(file);
    CHECK(message_of<UsageError>(file).find("it is a directory") != std::string::npos);
  }
  SUBCASE("a symbolic link to a good journal") {
    fs::create_symlink(sample_journal(scratch), file);
    CHECK(message_of<UsageError>(file).find("it is a symbolic link") != std::string::npos);
  }
  SUBCASE("a FIFO") {
    REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
    CHECK(message_of<UsageError>(file).find("not a regular file") != std::string::npos);
  }
  SUBCASE("nothing at all") {
    CHECK(message_of<UsageError>(file).find("No such file") != std::string::npos);
  }
  CHECK_THROWS_AS(Journal::open(file), UsageError);
}

TEST_CASE("F33: a full disk keeps nothing of the record, and the journal goes on when there is room") {
  const ScratchDir scratch;
  const fs::path file = scratch / "journal.ndjson";
  Journal journal = Journal::create(file);
  journal.append({"t", Warned{"before"}}, /*sync=*/true);
  const std::string before = test::slurp(file);
  {
    const FileSizeLimit limit(before.size() + 20);
    CHECK_THROWS_AS(journal.append({"t", Warned{"does not fit"}}, /*sync=*/true), InfraError);
  }
  CHECK(test::slurp(file) == before);
  journal.append({"t", Warned{"after"}}, /*sync=*/false);
  CHECK(as_lines(Journal::read(file)) ==
        std::vector<std::string>{R"({"time":"t","event":"warned","text":"before"})",
                                 R"({"time":"t","event":"warned","text":"after"})"});
}

TEST_CASE("the boundaries of a run are synced and the chatter in between is not") {
  CHECK(needs_sync(test::sample_start()));
  CHECK(needs_sync(TaskFinished{}));
  CHECK(needs_sync(QuestionAnswered{}));
  CHECK(needs_sync(RunEnded{}));
  CHECK(needs_sync(test::sample_end()));
  AttemptEnded quick = test::sample_end();
  quick.duration = Milliseconds(20);
  CHECK_FALSE(needs_sync(quick));
  CHECK_FALSE(needs_sync(SessionKnown{}));
  CHECK_FALSE(needs_sync(Verified{}));
}
