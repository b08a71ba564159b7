#include "milepost/config/config.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace milepost;

namespace {

std::string variable_of(const std::string& key) {
  std::string name = "MILEPOST_";
  for (const char c : key)
    name += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return name;
}

/// The table of docs/configuration.md, as setting_table() has it.
std::string documented_table() {
  std::string table = "| setting | type | default | meaning | repository's file |\n|---|---|---|---|---|\n";
  for (const SettingInfo& info : setting_table()) {
    table += "| `" + info.key + "` | " + info.type + " | `" + info.default_text + "` | " + info.meaning +
             " | " + info.repository + " |\n";
  }
  return table;
}

/// The text between two lines.
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t from = text.find(begin);
  if (from == std::string::npos) return {};
  const std::size_t to = text.find(end, from + begin.size());
  return text.substr(from + begin.size(), to - from - begin.size());
}

std::string document() {
  return test::slurp(std::string(MILEPOST_SOURCE_DIR) + "/docs/configuration.md");
}

}  // namespace

TEST_CASE("docs/configuration.md has the table of the settings") {
  const std::string written = between(document(), "<!-- settings -->\n", "<!-- end of settings -->");
  const bool same = written == documented_table();
  CHECK_MESSAGE(same, "the table should be:\n" << documented_table());
}

TEST_CASE("the example file of docs/configuration.md is read") {
  const test::ScratchDir scratch;
  const std::string example = between(document(), "```yaml\n# ~/.config/milepost/config.yaml\n", "```");
  REQUIRE_FALSE(example.empty());
  ConfigSources user;
  user.user_file = scratch.write("user.yaml", example);
  CHECK_NOTHROW(load_config(user));

  const std::string narrow = between(document(), "```yaml\n# .milepost/config.yaml\n", "```");
  REQUIRE_FALSE(narrow.empty());
  ConfigSources repository;
  scratch.write(".milepost/config.yaml", narrow);
  repository.code_folder = scratch.path();
  CHECK_NOTHROW(load_config(repository));
}

TEST_CASE("every setting can be set by its variable") {
  for (const SettingInfo& info : setting_table()) {
    CAPTURE(info.key);
    ConfigSources sources;
    sources.environment[variable_of(info.key)] = info.default_text == "''" ? "x" : info.default_text;
    if (info.default_text.starts_with('\'') || info.default_text.starts_with('"')) continue;  // YAML's quotes
    for (const SettingValue& value : load_config(sources).values) {
      if (value.key == info.key) CHECK(value.origin == Origin::environment);
    }
  }
}
