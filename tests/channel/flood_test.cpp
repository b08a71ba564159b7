#include "supervised.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <string>

using namespace milepost;
using namespace milepost::test;

namespace {

long peak_kib(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
  return -1;
}

/// Slower than any producer: looks at each byte twice.
struct SlowCounter : OutputSink {
  std::uint64_t bytes = 0, sum = 0;
  void on_stdout(std::string_view data) override {
    bytes += data.size();
    for (int pass = 0; pass < 2; ++pass)
      for (const char each : data) sum = sum * 31 + static_cast<unsigned char>(each);
  }
  void on_stderr(std::string_view) override {}
};

}  // namespace

TEST_CASE("F30: 100 MB of output through a slow reader arrive whole and are kept nowhere") {
  Supervised host;
  SlowCounter sink;
  ProcessSpec spec = bash("head -c 100000000 /dev/zero");
  SUBCASE("from a pipe") {}
  SUBCASE("from a file") {
    spec.output = OutputMode::file;
  }
  const ProcessEnd end = host.run(spec, sink);
  CHECK(end.success());
  CHECK(end.stdout_bytes == 100'000'000);
  CHECK(sink.bytes == 100'000'000);
  const long peak = peak_kib(host.process().pid());
  CHECK(peak > 0);
  CHECK(peak < 8 * 1024);
}
