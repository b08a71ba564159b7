#include "milepost/run/egress_log.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

std::string shown(const EgressLog& log) {
  std::string text;
  for (const DeniedTarget& denied : log.denied())
    text += denied.target + " " + std::to_string(denied.count) + "\n";
  return text;
}

}  // namespace

TEST_CASE("F38: refused targets are counted, allowed ones are not") {
  EgressLog log;
  log.on_stdout("403 CONNECT b.example:443\n200 CONNECT a.example:443\n403 GET http://u@c.exa");
  log.on_stdout(
      "mple/x?y\n403 CONNECT b.example:443\n403 GET http://c.example:8080/\n503 CONNECT d.example:443\n");
  CHECK(shown(log) == "b.example:443 2\nc.example:80 1\nc.example:8080 1\n");
  log.clear();
  CHECK(log.denied().empty());
}

TEST_CASE("what an agent writes into a request stays harmless text") {
  EgressLog log;
  log.on_stdout(
      "403 CONNECT \x1b]0;x\x07"
      "evil:443\n403 GET /\n400 NONE error:invalid-request\nnonsense\n\n");
  for (const DeniedTarget& denied : log.denied()) CHECK(denied.target.find('\x1b') == std::string::npos);
  CHECK(shown(log).find("a malformed request 1\n") != std::string::npos);
  CHECK(shown(log).find("a request that names no host 1\n") != std::string::npos);
}

TEST_CASE("ever new targets do not fill the memory") {
  EgressLog log;
  for (int i = 0; i < 1000; ++i) log.on_stdout("403 CONNECT h" + std::to_string(i) + ".example:443\n");
  CHECK(log.denied().size() == 101);
  CHECK(log.denied().front().target == "other targets");
  CHECK(log.denied().front().count == 900);
  log.on_stdout(std::string(1 << 20, 'x'));
  log.on_stdout("\n403 CONNECT h1.example:443\n");
  CHECK(log.denied()[1].count == 2);
}

TEST_CASE("the proxy is ready when it says so") {
  EgressLog log;
  CHECK_FALSE(log.wait_until_ready(Milliseconds(1)));
  log.on_stderr("Starting\nAccepting HTTP Socket conn");
  CHECK_FALSE(log.wait_until_ready(Milliseconds(1)));
  log.on_stderr("ections at\n");
  CHECK(log.wait_until_ready(Milliseconds(1)));
}
