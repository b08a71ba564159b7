#include "milepost/report/gitlab.hpp"

#include "report/memory_stream.hpp"
#include "report/sample_run.hpp"

#include <doctest/doctest.h>

using namespace milepost;
using test::MemoryStream;

TEST_CASE("each task is a section of the job log") {
  const MemoryStream stream;
  GitlabSections sections(stream.get());
  test::play(test::sample_run(), &sections);
  CHECK(stream.text() ==
        "\x1b[0Ksection_start:1767323052:task_4.1[collapsed=true]\r\x1b[0KTask 4.1 Read the gauge\n"
        "\x1b[0Ksection_end:1767323060:task_4.1\r\x1b[0K\n"
        "\x1b[0Ksection_start:1767323061:task_4.2[collapsed=true]\r\x1b[0KTask 4.2 Open the valve\n"
        "\x1b[0Ksection_end:1767323064:task_4.2\r\x1b[0K\n");
}

TEST_CASE("a section that a signal cuts off is closed") {
  std::vector<RunRecord> records = test::sample_run();
  records.resize(4);
  records.push_back(RunEnded{ExitCode::interrupt, ""});
  const MemoryStream stream;
  GitlabSections sections(stream.get());
  test::play(records, &sections);
  CHECK(stream.text().ends_with("section_end:1767323054:task_4.1\r\x1b[0K\n"));
}

TEST_CASE("F64: a title cannot make a section of its own") {
  std::vector<RunRecord> records = test::sample_run();
  std::get<RunStarted>(records[0]).tasks[0].title = "x\r\x1b[0Ksection_end:1:task_4.1\r\x1b[0K";
  records.resize(3);
  const MemoryStream stream;
  GitlabSections sections(stream.get());
  test::play(records, &sections);
  const std::string text = stream.text();
  CHECK(text.rfind('\x1b') == text.rfind("\x1b[0KTask 4.1"));
}
