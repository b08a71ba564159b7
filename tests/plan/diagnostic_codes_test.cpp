#include "milepost/base/file.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>

namespace {

using Codes = std::set<std::string>;

/// "error no-tasks" for each `{Severity::error, "no-tasks", …}` of the sources.
Codes codes_in_sources() {
  Codes codes;
  for (const auto& entry : std::filesystem::directory_iterator(PLAN_SOURCE_DIR "/src/plan")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = milepost::read_file(entry.path());
    for (std::size_t at = text.find("{Severity::"); at != std::string::npos;
         at = text.find("{Severity::", at + 1)) {
      const std::size_t severity = at + std::string("{Severity::").size();
      const std::size_t comma = text.find(',', severity);
      const std::size_t open = text.find('"', comma);
      const std::size_t close = text.find('"', open + 1);
      codes.insert(text.substr(severity, comma - severity) + " " + text.substr(open + 1, close - open - 1));
    }
  }
  return codes;
}

/// The same from rows such as "| `no-tasks` | error | … |".
Codes codes_in_docs() {
  Codes codes;
  const std::string text = milepost::read_file(PLAN_SOURCE_DIR "/docs/plan-format.md");
  for (std::size_t at = text.find("\n| `"); at != std::string::npos; at = text.find("\n| `", at + 1)) {
    const std::size_t code = at + std::string("\n| `").size();
    const std::size_t code_end = text.find('`', code);
    const std::size_t severity = text.find_first_not_of(" |", code_end + 1);
    const std::string word = text.substr(severity, text.find(' ', severity) - severity);
    if (word == "error" || word == "warning" || word == "note")
      codes.insert(word + " " + text.substr(code, code_end - code));
  }
  return codes;
}

}  // namespace

TEST_CASE("the documents list exactly the diagnostics that the sources give") {
  const Codes documented = codes_in_docs();
  const Codes given = codes_in_sources();
  REQUIRE(given.size() > 10);
  for (const std::string& code : given) {
    CAPTURE(code);
    CHECK(documented.contains(code));
  }
  for (const std::string& code : documented) {
    CAPTURE(code);
    CHECK(given.contains(code));
  }
}
