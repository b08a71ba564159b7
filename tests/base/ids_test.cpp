#include "milepost/base/ids.hpp"

#include "shape.hpp"

#include <doctest/doctest.h>

#include <set>
#include <type_traits>

using namespace milepost;

TEST_CASE("task ids are text: 3.10 is not 3.1") {
  CHECK(TaskId("3.10") != TaskId("3.1"));
  CHECK(TaskId("3.1") == TaskId("3.1"));
  CHECK(TaskId().empty());
  CHECK_FALSE(std::is_convertible_v<TaskId, RunId>);
  CHECK_FALSE(std::is_convertible_v<std::string, TaskId>);
}

TEST_CASE("run ids start with the time and do not repeat") {
  std::set<RunId> ids;
  for (int i = 0; i < 100; ++i) {
    const RunId id = new_run_id();
    CHECK(test::has_shape(id.value, "99999999-999999-xxxxxx"));
    ids.insert(id);
  }
  CHECK(ids.size() > 95);
}

TEST_CASE("a run id tells when the run began") {
  CHECK(start_time_of(RunId("20261122-093012-4f1c2a")) == "2026-11-22T09:30:12.000Z");
  for (const char* other : {"", "what is no id", "20261122-0930", "20261322-093012-4f1c2a"}) {
    CAPTURE(other);
    CHECK(start_time_of(RunId(other)).empty());
  }
}

TEST_CASE("F36: a run id sorts behind an earlier one of the same second, or of a clock that was set back") {
  RunId last = new_run_id();
  for (int i = 0; i < 20; ++i) {
    const RunId next = new_run_id_after(last);
    CHECK(next > last);
    last = next;
  }
  CHECK(new_run_id_after(RunId("20991231-235959-ffffff")).value.starts_with("21000101-000000-"));
  CHECK(test::has_shape(new_run_id_after(RunId("what is no id")).value, "99999999-999999-xxxxxx"));
}

TEST_CASE("random hex has the length that was asked for") {
  CHECK(random_hex(0).empty());
  CHECK(random_hex(7).size() == 7);
  CHECK(random_hex(32) != random_hex(32));
  CHECK(random_hex(1000).find_first_not_of("0123456789abcdef") == std::string::npos);
}

TEST_CASE("a UUID says that it is a random one") {
  for (int i = 0; i < 50; ++i) {
    const std::string uuid = random_uuid();
    CHECK(test::has_shape(uuid, "xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx"));
    CHECK(std::string_view("89ab").find(uuid[19]) != std::string_view::npos);
  }
}

TEST_CASE("F58: an id becomes a file name that stays in its directory") {
  CHECK(file_name_of("3.4") == "3.4");
  CHECK(file_name_of("37-02/1") == "37-02_1");
  CHECK(file_name_of("..") == "_.");
  CHECK(file_name_of(".") == "_");
  CHECK(file_name_of("-rf") == "_rf");
  CHECK(file_name_of("") == "_");
  CHECK(file_name_of("a b\n$(id)") == "a_b___id_");
}
