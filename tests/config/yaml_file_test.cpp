#include "milepost/base/error.hpp"
#include "milepost/config/config.hpp"

#include "support/scratch_dir.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

#include <string>

// What a configuration file may look like, beyond the meaning of its settings.

using namespace milepost;
using test::ScratchDir;

namespace {

/// "accepted", or the refusal without the file's name: ":2:3: words".
std::string outcome(const std::string& text, Config* read = nullptr) {
  const ScratchDir scratch;
  ConfigSources sources;
  sources.user_file = scratch.write("config.yaml", text);
  try {
    const Config config = load_config(sources).config;
    if (read) *read = config;
  } catch (const UsageError& error) {
    const std::string message = error.what(), name = sources.user_file.string();
    return message.starts_with(name) ? message.substr(name.size()) : message;
  }
  return "accepted";
}

bool starts(const std::string& text, std::string_view beginning) {
  CAPTURE(text);
  return text.starts_with(beginning);
}

}  // namespace

TEST_CASE("files without a setting are empty configurations") {
  for (const char* text :
       {"", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "{}", "timeouts:\n", "~", "  \n"}) {
    CAPTURE(text);
    CHECK(outcome(text) == "accepted");
  }
}

TEST_CASE("ordinary forms of YAML are read") {
  for (const char* text :
       {"retries: 1", "retries: '1'", "retries: \"1\"", "{retries: 1}", "---\nretries: 1\n...\n",
        "retries:   1   # one", "retries:\n  1", "\"retries\": 1", "\xef\xbb\xbfretries: 1",
        "retries: 1\r\nmodel: x\r\n", "retries: >-\n  1\n", "%YAML 1.2\n---\nretries: 1"}) {
    CAPTURE(text);
    Config config;
    CHECK(outcome(text, &config) == "accepted");
    CHECK(config.retries == 1);
  }
}

TEST_CASE("block texts keep their lines") {
  Config config;
  CHECK(outcome("verify:\n  - |\n    make\n    make test\n", &config) == "accepted");
  CHECK(config.verify == std::vector<std::string>{"make\nmake test\n"});
}

TEST_CASE("what is not YAML is refused with line and column") {
  CHECK(starts(outcome("retries: 1\nverify: [a"), ":2"));
  CHECK(starts(outcome("retries: \"1"), ":1"));
  CHECK(starts(outcome("a: b: c"), ":1"));
  CHECK(starts(outcome("retries: 1\n bad indent: 2"), ":2"));
  CHECK(starts(outcome("verify: @x"), ":1"));
  CHECK(starts(outcome("]"), ":1:1: not valid YAML: "));
}

TEST_CASE("a tab in the indentation is named") {
  for (const char* text : {"timeouts:\n\tidle: 5m", "timeouts:\n  \tidle: 5m"}) {
    CHECK(starts(outcome(text), ":2:"));
    CHECK(outcome(text).find("line 2 is indented with a tab; use spaces") != std::string::npos);
  }
  CHECK(outcome("retries:\t1") == "accepted");
  Config config;
  CHECK(outcome("verify:\n  - |\n    cat <<E\n    \tx\n    E\n", &config) == "accepted");
  CHECK(config.verify == std::vector<std::string>{"cat <<E\n\tx\nE\n"});
}

TEST_CASE("a key that comes twice is refused") {
  CHECK(starts(outcome("retries: 1\nmodel: x\nretries: 2"),
               ":3:1: 'retries' is set twice; the first is in line 1"));
  CHECK(starts(outcome("timeouts:\n  idle: 1m\n  idle: 2m"), ":3:3: 'idle' is set twice"));
  CHECK(starts(outcome("timeouts: {idle: 1m}\ntimeouts: {task: 2m}"), ":2:1: 'timeouts' is set twice"));
  CHECK(starts(outcome("timeouts: {idle: 1m}\ntimeouts.idle: 2m"), ":2: 'timeouts.idle' is set twice"));
  CHECK(starts(outcome("environment: {checks: [{name: a, name: b, run: c}]}"), ":1:34: 'name' is set twice"));
}

TEST_CASE("parts of YAML that configuration does not use are refused") {
  CHECK(starts(outcome("retries: &r 1"), ":1:"));
  CHECK(outcome("retries: &r 1").find("the anchor '&r' is not supported") != std::string::npos);
  CHECK(outcome("verify: &v [a]\npass_env: *v").find("not supported") != std::string::npos);
  CHECK(outcome("verify: &v [*v]").find("not supported") != std::string::npos);
  CHECK(outcome("model: !secret x").find("the tag '!secret' is not supported") != std::string::npos);
  CHECK(outcome("verify: [! grep x y]").find("quote a text that starts with '!'") != std::string::npos);
  CHECK(outcome("model: é\nverify:\n  - ! 'grep x'").find("quote a text") != std::string::npos);
  CHECK(outcome("\xef\xbb\xbfverify: [! x]").find("quote a text") != std::string::npos);
  CHECK(outcome("verify: !!set {a}").find("tag") != std::string::npos);
  CHECK(outcome("? [a]\n: b").find("a key must be text") != std::string::npos);
  CHECK(outcome("retries: 1\n---\nretries: 2").find("second document") != std::string::npos);
  CHECK(outcome("model: \"a\\0b\"").find("zero byte") != std::string::npos);
}

TEST_CASE("a command that starts with an exclamation mark is kept when it is quoted") {
  Config config;
  CHECK(outcome("verify: ['! grep -q TODO src/a']", &config) == "accepted");
  CHECK(config.verify == std::vector<std::string>{"! grep -q TODO src/a"});
}

TEST_CASE("a file that is no map, a group that is no map and a setting without value are refused") {
  CHECK(starts(outcome("- retries"), ":1: the file must be a map of settings, not a list"));
  CHECK(starts(outcome("retries"), ":1: the file must be a map of settings, not a single value"));
  CHECK(starts(outcome("timeouts: 5m"), ":1: 'timeouts' must be a map of settings, not a single value"));
  CHECK(starts(outcome("timeouts: [idle]"), ":1: 'timeouts' must be a map of settings, not a list"));
  CHECK(starts(outcome("model: x\nretries:\n"), ":2: 'retries' has no value"));
  CHECK(starts(outcome("retries: null"), ":1: 'retries' has no value"));
}

TEST_CASE("deep nesting ends in a message") {
  CHECK(outcome("verify: " + std::string(100, '[') + std::string(100, ']')).find("nested too deep") !=
        std::string::npos);
  CHECK(outcome("verify: " + std::string(100'000, '[')) != "accepted");
  CHECK(outcome("a: " + std::string(5000, '{')) != "accepted");
}

TEST_CASE("a file of a megabyte is refused, just below is read") {
  const std::string setting = "retries: 1\n";
  CHECK(outcome(setting + std::string((1u << 20) - setting.size() - 2, '#')) == "accepted");
  CHECK(outcome(setting + std::string(1u << 20, '#')).find("larger than") != std::string::npos);
}

TEST_CASE("bytes that are no text are refused without harm") {
  for (const std::string& text :
       {std::string("\0\0\0", 3), std::string("\xff\xfe\x00r", 4), std::string("retries: \xff"),
        std::string("\x1b[2J: 1"), std::string("retries: 1\n\0", 12)}) {
    CHECK_NOTHROW(outcome(text));
    CHECK(outcome(text).find('\x1b') == std::string::npos);
  }
}

TEST_CASE("F62: a directory or a FIFO in place of the file is refused, a missing file is nothing") {
  const ScratchDir scratch;
  ConfigSources sources;
  sources.user_file = scratch.path();
  CHECK_THROWS_AS(load_config(sources), UsageError);
  REQUIRE(::mkfifo((scratch / "fifo").c_str(), 0600) == 0);
  sources.user_file = scratch / "fifo";
  CHECK_THROWS_AS(load_config(sources), UsageError);
  sources.user_file = scratch / "none/config.yaml";
  CHECK_NOTHROW(load_config(sources));
}
