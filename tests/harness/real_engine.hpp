#pragma once

#include "milepost/base/error.hpp"
#include "milepost/container/engine.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace milepost::test {

inline std::string test_image() {
  const char* named = std::getenv("MILEPOST_TEST_IMAGE");
  return named && *named ? named : "milepost-agent:latest";
}

inline ContainerEngine test_engine() {
  const char* named = std::getenv("MILEPOST_TEST_ENGINE");
  return ContainerEngine::find(named ? named : "");
}

/// Ends the program before its first test when there is no engine or no image: with 77 (skipped), or with 1
/// when MILEPOST_TEST_REQUIRE_ENGINE is 1.
struct NeedsEngine {
  NeedsEngine() {
    std::string missing;
    try {
      if (!test_engine().image_exists(test_image())) missing = "no image " + test_image();
    } catch (const Error& error) {
      missing = error.what();
    }
    if (missing.empty()) return;
    const char* required = std::getenv("MILEPOST_TEST_REQUIRE_ENGINE");
    const bool fail = required && std::string(required) == "1";
    std::fprintf(stderr, "%s: these tests need a container engine and the agent image: %s\n",
                 fail ? "FAILED" : "SKIPPED", missing.c_str());
    std::_Exit(fail ? 1 : 77);
  }
};

}  // namespace milepost::test
