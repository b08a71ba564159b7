#include "milepost/base/text.hpp"
#include "milepost/harness/profile.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace milepost;

namespace {

std::string code(const std::string& text) {
  return "`" + text + "`";
}

/// A harness as a row of the table: what it can do, and the keys and logins it takes.
std::string row(const HarnessProfile& profile) {
  const HarnessCapabilities can = profile.capabilities();
  std::string text = "| " + code(profile.name());
  for (const bool able : {can.resumes_sessions, can.takes_session_id, can.reports_cost, can.limits_turns,
                          can.limits_cost, can.structured_output}) {
    text += able ? " | yes" : " | no";
  }
  const std::string package = profile.recipe().npm_package;
  text += " | " + (package.empty() ? "none" : code(package));
  std::vector<std::string> keys;
  for (const CredentialKey& key : profile.credentials()) keys.push_back(code(key.variable));
  text += " | " + (can.needs_credentials ? join(keys, ", ") : "none needed");
  std::vector<std::string> files;
  for (const std::string& file : profile.credential_files()) files.push_back(code("~/" + file));
  return text + " | " + join(files, ", ") + " |\n";
}

std::string documented_table() {
  std::string table =
      "| harness | resumes | chooses id | cost | limits turns | limits cost | structured | npm package | "
      "keys | "
      "login |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const std::string& name : harness_names()) table += row(harness_profile(name));
  return table;
}

std::string document() {
  return test::slurp(std::string(MILEPOST_SOURCE_DIR) + "/docs/harnesses.md");
}

}  // namespace

TEST_CASE("docs/harnesses.md has the table of what each harness can do") {
  const std::string text = document();
  const std::string begin = "<!-- capabilities -->\n";
  const std::size_t from = text.find(begin);
  REQUIRE(from != std::string::npos);
  const std::size_t start = from + begin.size();
  const std::string written = text.substr(start, text.find("<!-- end of capabilities -->") - start);
  const bool same = written == documented_table();
  CHECK_MESSAGE(same, "the table should be:\n" << documented_table());
}

TEST_CASE("docs/harnesses.md names every kind of result") {
  const std::string text = document();
  for (int kind = static_cast<int>(ResultKind::auth); kind <= static_cast<int>(ResultKind::error); ++kind) {
    const std::string name(to_string(static_cast<ResultKind>(kind)));
    CAPTURE(name);
    CHECK(text.find(code(name)) != std::string::npos);
  }
}
