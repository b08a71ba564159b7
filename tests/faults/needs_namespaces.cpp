// Without namespaces there is no engine of this program's own, and nothing can be tried.

#include "process_engine.hpp"
#include "support/start_listener.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>

namespace milepost::test {

namespace {

struct NeedsNamespaces : StartListener {
  using StartListener::StartListener;
  void test_run_start() override {
    const std::string problem = ProcessEngine::why_not();
    if (problem.empty()) return;
    std::fprintf(stderr, "SKIPPED: this machine does not let namespaces be made: %s\n", problem.c_str());
    std::_Exit(77);
  }
};
REGISTER_LISTENER("needs-namespaces", 1, NeedsNamespaces);

}  // namespace

}  // namespace milepost::test
