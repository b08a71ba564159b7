#include "milepost/run/session_marks.hpp"

#include "milepost/run/task_checks.hpp"

#include "workspace/repository.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace milepost;
using milepost::test::Repository;

namespace {

const RunId k_run("20261122-093012-4f1c2a");

/// A code folder of which each snapshot differs from the one before.
struct Folder {
  std::string take(const std::string& name) {
    repo.write("file", std::to_string(++count));
    return git.snapshot(name).commit;
  }
  std::string begin(unsigned session) { return take(session_begin_name(k_run, session)); }
  std::string end(unsigned session) { return take(session_end_name(k_run, session)); }

  /// "from to" of each time.
  std::vector<std::string> between(unsigned first, unsigned last) const {
    std::vector<std::string> times;
    for (const UsersTime& time : times_between_sessions(git, k_run, first, last))
      times.push_back(time.from.commit + " " + time.to.commit);
    return times;
  }

  Repository repo;
  ShadowGit git = repo.open();
  int count = 0;
};

using Times = std::vector<std::string>;

/// A run in its n-th session, with one attempt that began in an earlier one.
RunState state_in(unsigned session, unsigned attempt_in) {
  RunState state;
  state.started.run = k_run;
  state.sessions = session;
  state.tasks.emplace_back().planned.id = TaskId("1.1");
  state.tasks.back().attempts.emplace_back().run_session = attempt_in;
  return state;
}

}  // namespace

TEST_CASE("the user's time is from each orderly end of a session to the next begin") {
  Folder folder;
  const std::string end1 = folder.end(1), begin2 = folder.begin(2), end2 = folder.end(2),
                    begin3 = folder.begin(3);
  CHECK(folder.between(1, 3) == Times{end1 + " " + begin2, end2 + " " + begin3});
  CHECK(folder.between(2, 3) == Times{end2 + " " + begin3});
  CHECK(folder.between(3, 3).empty());
}

TEST_CASE("a session that was killed leaves no end, so the time behind it is not the user's alone") {
  Folder folder;
  const std::string end1 = folder.end(1), begin2 = folder.begin(2);
  folder.begin(3);
  CHECK(folder.between(1, 3) == Times{end1 + " " + begin2});
}

TEST_CASE("a session that was over before it began to work does not end the user's time") {
  Folder folder;
  const std::string end1 = folder.end(1);
  const std::string begin3 = folder.begin(3);
  CHECK(folder.between(1, 3) == Times{end1 + " " + begin3});
}

TEST_CASE("the last that is known of the code folder is an end, an attempt's start or a begin") {
  Folder folder;
  const std::string attempt = folder.take(snapshot_name(k_run, TaskId("1.1"), 1));
  CHECK(last_known(folder.git, state_in(2, 1))->snapshot.commit == attempt);
  CHECK_FALSE(last_known(folder.git, state_in(2, 1))->at_end);
  const std::string end = folder.end(1);
  CHECK(last_known(folder.git, state_in(2, 1))->snapshot.commit == end);
  CHECK(last_known(folder.git, state_in(3, 1))->at_end);
  const std::string begin = folder.begin(2);
  CHECK(last_known(folder.git, state_in(3, 1))->snapshot.commit == begin);
  CHECK_FALSE(last_known(folder.git, state_in(3, 1))->at_end);
  CHECK_FALSE(last_known(Folder().git, state_in(2, 1)));
}
