#include "milepost/config/config.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

using namespace milepost;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
using test::ScratchDir;

namespace {

/// The layers of one test case, as files and maps.
struct Layers {
  ScratchDir scratch;
  ConfigSources sources;

  Layers& user(std::string_view text) {
    sources.user_file = scratch.write("user.yaml", text);
    return *this;
  }
  Layers& repository(std::string_view text) {
    scratch.write("repo/.milepost/config.yaml", text);
    sources.code_folder = scratch / "repo";
    return *this;
  }
  Layers& variable(const std::string& name, const std::string& text) {
    sources.environment[name] = text;
    return *this;
  }
  Layers& option(const std::string& key, const std::string& text) {
    sources.options.emplace_back(key, text);
    return *this;
  }
  LoadedConfig load() const { return load_config(sources); }

  /// The message and next step of the refusal, with the scratch directory left out of paths.
  std::string refusal() const {
    try {
      load();
    } catch (const UsageError& error) {
      std::string text = std::string(error.what()) + " | " + error.next_step();
      const std::string directory = scratch.path().string() + "/";
      for (std::size_t at; (at = text.find(directory)) != std::string::npos;)
        text.erase(at, directory.size());
      return text;
    }
    return "accepted";
  }
};

SettingValue value_of(const LoadedConfig& loaded, const std::string& key) {
  for (const SettingValue& value : loaded.values) {
    if (value.key == key) return value;
  }
  FAIL("no setting ", key);
  return {};
}

bool contains(const std::string& text, std::string_view part) {
  CAPTURE(text);
  CAPTURE(part);
  return text.find(part) != std::string::npos;
}

struct KeyCase {
  std::string yaml;  // in the user's file
  std::string key;   // as shown
  std::string shown;
  std::function<bool(const Config&)> reads;
};

}  // namespace

TEST_CASE("without any source every setting has its default") {
  const LoadedConfig loaded = load_config({});
  CHECK(loaded.values.size() == setting_table().size());
  for (const SettingValue& value : loaded.values) {
    CHECK(value.origin == Origin::built_in);
    CHECK(value.place == "built-in");
  }
  CHECK(loaded.config.idle_timeout == 20min);
  CHECK(loaded.notes.empty());
}

TEST_CASE("every key is read from a file into its member and shown again") {
  std::vector<KeyCase> cases = {
      {"allow_plan_commands: yes", "allow_plan_commands", "yes",
       [](auto& c) { return c.allow_plan_commands; }},
      {"agent_config: base-ref", "agent_config", "base-ref",
       [](auto& c) { return c.agent_config == "base-ref"; }},
      {"agent_config_ref: origin/main", "agent_config_ref", "origin/main",
       [](auto& c) { return c.agent_config_ref == "origin/main"; }},
      {"budget: {turns: 12}", "budget.turns", "12", [](auto& c) { return c.run_budget.turns == 12u; }},
      {"budget: {usd: 2.50}", "budget.usd", "2.5", [](auto& c) { return c.run_budget.usd == 2.5; }},
      {"budget: {usd: none}", "budget.usd", "none", [](auto& c) { return !c.run_budget.usd; }},
      {"budget: {tokens: 5}", "budget.tokens", "5", [](auto& c) { return c.run_budget.tokens == 5u; }},
      {"budget: {time: 2h}", "budget.time", "2h", [](auto& c) { return c.run_budget.time == 2h; }},
      {"budget: {attempts: 3}", "budget.attempts", "3", [](auto& c) { return c.run_budget.attempts == 3u; }},
      {"task_budget: {usd: 1}", "task_budget.usd", "1", [](auto& c) { return c.task_budget.usd == 1; }},
      {"task_budget: {tokens: 5}", "task_budget.tokens", "5",
       [](auto& c) { return c.task_budget.tokens == 5u; }},
      {"task_budget: {turns: 6}", "task_budget.turns", "6",
       [](auto& c) { return c.task_budget.turns == 6u; }},
      {"task_budget: {attempts: none}", "task_budget.attempts", "none",
       [](auto& c) { return !c.task_budget.attempts; }},
      {"backoff: 1m", "backoff", "1m", [](auto& c) { return c.backoff == 1min; }},
      {"max_wait: 0", "max_wait", "0", [](auto& c) { return c.max_wait == 0s; }},
      {"same_failures: 3", "same_failures", "3", [](auto& c) { return c.same_failures == 3; }},
      {"task_budget: {time: 90m}", "task_budget.time", "90m",
       [](auto& c) { return c.task_budget.time == std::chrono::minutes(90); }},
      {"harness: [claude, codex]", "harness", "[claude, codex]",
       [](auto& c) {
         return c.harness == "claude" && c.fallback_harnesses == std::vector<std::string>{"codex"};
       }},
      {"on_failure: {overloaded: [failover, stop]}", "on_failure.overloaded", "[failover, stop]",
       [](auto& c) {
         return c.on_failure.actions(FailureClass::overloaded) ==
                std::vector{FailureAction::failover, FailureAction::stop};
       }},
      {"prices: ['m*=1/0.5/2']", "prices", "['m*=1/0.5/2']", [](auto& c) { return c.prices.size() == 1; }},
      {"checkpoints: approve-verify", "checkpoints", "approve-verify",
       [](auto& c) { return c.checkpoints == "approve-verify"; }},
      {"e2e: {fix_attempts: 2}", "e2e.fix_attempts", "2", [](auto& c) { return c.fix_attempts == 2; }},
      {"e2e: {run: no}", "e2e.run", "no", [](auto& c) { return !c.run_scenarios; }},
      {"review: {harness: codex}", "review.harness", "codex",
       [](auto& c) { return c.review_harness == "codex"; }},
      {"review: {model: small}", "review.model", "small", [](auto& c) { return c.review_model == "small"; }},
      {"review: {tasks: no}", "review.tasks", "no", [](auto& c) { return !c.review_tasks; }},
      {"commit: none", "commit", "'none'", [](auto& c) { return c.commit == "none"; }},
      {"commit_message: \"{task}\\n{summary}\"", "commit_message", "\"{task}\\n{summary}\"",
       [](auto& c) { return c.commit_message == "{task}\n{summary}"; }},
      {"custom: {command: 'my-agent --id {session}'}", "custom.command", "'my-agent --id {session}'",
       [](auto& c) { return c.custom_command == "my-agent --id {session}"; }},
      {"custom: {dialect: ndjson-result}", "custom.dialect", "ndjson-result",
       [](auto& c) { return c.custom_dialect == "ndjson-result"; }},
      {"custom: {resume_command: my-agent -r}", "custom.resume_command", "my-agent -r",
       [](auto& c) { return c.custom_resume_command == "my-agent -r"; }},
      {"custom: {secrets: [MY_KEY]}", "custom.secrets", "[MY_KEY]",
       [](auto& c) { return c.custom_secrets == std::vector<std::string>{"MY_KEY"}; }},
      {"engine: podman", "engine", "podman", [](auto& c) { return c.engine == "podman"; }},
      {"engine: auto", "engine", "auto", [](auto& c) { return c.engine.empty(); }},
      {"engine_args: [--dns=10.0.0.2]", "engine_args", "['--dns=10.0.0.2']",
       [](auto& c) { return c.engine_args == std::vector<std::string>{"--dns=10.0.0.2"}; }},
      {"environment:\n  checks:\n    - name: stack\n      run: \"curl -f http://localhost\"\n      hint: "
       "make up",
       "environment.checks", "[{name: stack, run: curl -f http://localhost, hint: make up}]",
       [](auto& c) {
         return c.environment_checks.size() == 1 && c.environment_checks[0].name == "stack" &&
                c.environment_checks[0].run == "curl -f http://localhost" &&
                c.environment_checks[0].hint == "make up";
       }},
      {"environment: {min_free_disk: 512m}", "environment.min_free_disk", "512m",
       [](auto& c) { return c.min_free_bytes == 512u << 20; }},
      {"environment: {require_files: [.env, a/b]}", "environment.require_files", "[.env, a/b]",
       [](auto& c) { return c.require_files.size() == 2; }},
      {"handoff: docs/handoff", "handoff", "docs/handoff",
       [](auto& c) { return c.handoff == "docs/handoff"; }},
      {"harness: script", "harness", "script", [](auto& c) { return c.harness == "script"; }},
      {"image: localhost/agent:2", "image", "localhost/agent:2",
       [](auto& c) { return c.image == "localhost/agent:2"; }},
      {"logs: {cap: 10MB}", "logs.cap", "10MB", [](auto& c) { return c.log_cap_bytes == 10'000'000; }},
      {"model: opus", "model", "opus", [](auto& c) { return c.model == "opus"; }},
      {"secret_files: [KEY=/run/k]", "secret_files", "[KEY=/run/k]",
       [](auto& c) { return c.secret_files == std::vector<std::string>{"KEY=/run/k"}; }},
      {"network: {host_gateway: off}", "network.host_gateway", "no", [](auto& c) { return !c.host_gateway; }},
      {"network: {mode: none}", "network.mode", "'none'", [](auto& c) { return c.network == "none"; }},
      {"network: {mode: bridge}", "network.mode", "open", [](auto& c) { return c.network == "open"; }},
      {"network: {allow: [a.example, 'b.example:80']}", "network.allow", "[a.example, b.example:80]",
       [](auto& c) { return c.network_allow.size() == 2; }},
      {"network: {proxy_image: 'p:1'}", "network.proxy_image", "p:1",
       [](auto& c) { return c.proxy_image == "p:1"; }},
      {"network: {host_ports: [5432]}", "network.host_ports", "[5432]",
       [](auto& c) { return c.host_ports == std::vector<std::string>{"5432"}; }},
      {"pr: {tool: glab}", "pr.tool", "glab", [](auto& c) { return c.pr_tool == "glab"; }},
      {"notify: {command: cat}", "notify.command", "cat", [](auto& c) { return c.notify_command == "cat"; }},
      {"notify: {desktop: yes}", "notify.desktop", "yes", [](auto& c) { return c.notify_desktop; }},
      {"notify: {events: [question, end]}", "notify.events", "[question, end]",
       [](auto& c) { return c.notify_events.size() == 2; }},
      {"notify: {format: discord}", "notify.format", "discord",
       [](auto& c) { return c.notify_format == "discord"; }},
      {"notify: {webhook: $TEAM_WEBHOOK}", "notify.webhook", "'$TEAM_WEBHOOK'",
       [](auto& c) { return c.notify_webhook == "$TEAM_WEBHOOK"; }},
      {"on_tamper: warn", "on_tamper", "warn", [](auto& c) { return c.on_tamper == "warn"; }},
      {"sensitive_files: {allow: ['tests/*']}", "sensitive_files.allow", "['tests/*']",
       [](auto& c) { return c.sensitive_allow == std::vector<std::string>{"tests/*"}; }},
      {"sensitive_files: {policy: warn}", "sensitive_files.policy", "warn",
       [](auto& c) { return c.sensitive_policy == "warn"; }},
      {"pass_env: [LANG]", "pass_env", "[LANG]", [](auto& c) { return c.pass_env.front() == "LANG"; }},
      {"resources: {cpus: 1.50}", "resources.cpus", "1.5", [](auto& c) { return c.cpus == "1.5"; }},
      {"resources: {cpus: none}", "resources.cpus", "none", [](auto& c) { return c.cpus.empty(); }},
      {"resources: {memory: 4G}", "resources.memory", "4g", [](auto& c) { return c.memory == "4g"; }},
      {"resources: {memory: 1.5g}", "resources.memory", "1610612736",
       [](auto& c) { return c.memory == "1610612736"; }},
      {"resources: {memory: 2GB}", "resources.memory", "2000000000",
       [](auto& c) { return c.memory == "2000000000"; }},
      {"resources: {disk: 20GB}", "resources.disk", "20GB",
       [](auto& c) { return c.disk_bytes == 20'000'000'000; }},
      {"resources: {disk: none}", "resources.disk", "none", [](auto& c) { return c.disk_bytes == 0; }},
      {"resources: {memory: none}", "resources.memory", "none", [](auto& c) { return c.memory.empty(); }},
      {"resources: {pids: 100}", "resources.pids", "100", [](auto& c) { return c.pids == 100; }},
      {"resources: {tmp: 64m}", "resources.tmp", "64m", [](auto& c) { return c.tmp_size == "64m"; }},
      {"retries: 0", "retries", "0", [](auto& c) { return c.retries == 0; }},
      {"secrets: [GITHUB_TOKEN]", "secrets", "[GITHUB_TOKEN]", [](auto& c) { return c.secrets.size() == 1; }},
      {"timeouts: {completion_grace: 5s}", "timeouts.completion_grace", "5s",
       [](auto& c) { return c.completion_grace == 5s; }},
      {"timeouts: {container: 3h}", "timeouts.container", "3h", [](auto& c) { return c.max_life == 3h; }},
      {"timeouts: {idle: 90s}", "timeouts.idle", "90s", [](auto& c) { return c.idle_timeout == 90s; }},
      {"timeouts: {task: 0}", "timeouts.task", "0", [](auto& c) { return c.task_timeout == 0s; }},
      {"timeouts.verify: 1.5h", "timeouts.verify", "90m", [](auto& c) { return c.verify_timeout == 90min; }},
      {"verify:\n- make test\n- \"test \\\"$(git status --porcelain)\\\" = ''\"", "verify",
       "[make test, \"test \\\"$(git status --porcelain)\\\" = ''\"]",
       [](auto& c) {
         return c.verify.size() == 2 && c.verify[1] == "test \"$(git status --porcelain)\" = ''";
       }},
  };
  for (std::size_t i = 0; i < k_failure_classes; ++i) {
    const auto failure = static_cast<FailureClass>(i);
    const std::string key = "on_failure." + std::string(to_string(failure));
    cases.push_back({key + ": ask", key, "[ask]", [failure](auto& c) {
                       return c.on_failure.actions(failure) == std::vector{FailureAction::ask};
                     }});
  }
  std::map<std::string, int> seen;
  for (const KeyCase& c : cases) {
    CAPTURE(c.yaml);
    Layers layers;
    const LoadedConfig loaded = layers.user(c.yaml).load();
    CHECK(c.reads(loaded.config));
    const SettingValue value = value_of(loaded, c.key);
    CHECK(value.value == c.shown);
    CHECK(value.origin == Origin::user_file);
    ++seen[c.key];

    Layers again;  // what is shown can be written into a file
    CHECK(c.reads(again.user(c.key + ": " + value.value).load().config));
  }
  for (const SettingInfo& info : setting_table()) {
    CAPTURE(info.key);
    CHECK(seen[info.key] > 0);
  }
}

TEST_CASE("every default can be written into a file") {
  for (const SettingInfo& info : setting_table()) {
    CAPTURE(info.key);
    Layers layers;
    const LoadedConfig loaded = layers.user(info.key + ": " + info.default_text).load();
    CHECK(value_of(loaded, info.key).value == info.default_text);
  }
}

TEST_CASE("F62: a value that a setting cannot take is refused with its place and an example") {
  const std::pair<const char*, const char*> cases[] = {
      {"allow_plan_commands: maybe", "'allow_plan_commands': 'maybe' is not yes or no"},
      {"budget: {turns: 0}", "'budget.turns': '0' is not between 1 and 1000000000000"},
      {"harness: [claude, claude]", "'harness': 'claude' is there twice"},
      {"harness: []", "'harness'"},
      {"on_failure: {auth: retyr}",
       "'retyr' is none of wait, retry, fresh, failover, ask, accept, stop; did you mean 'retry'?"},
      {"on_failure: {auth: 'stop, retry'}", "nothing can come after 'stop'"},
      {"on_failure: {auth: accept}", "'accept' is possible for hang_after_result only"},
      {"prices: [gpt=1/2]", "is not MODEL=INPUT/CACHED/OUTPUT"},
      {"budget: {turns: 1.5}", "'budget.turns': '1.5' is not a whole number"},
      {"budget: {usd: -1}", "'-1' is not between 0 and 1000000"},
      {"budget: {usd: five}", "'five' is not a number"},
      {"budget: {usd: .nan}", "'.nan' is not a number"},
      {"commit: per_task", "'per_task' is none of per-task, none; did you mean 'per-task'?"},
      {"commit_message: '{titel}'", "the placeholder '{titel}' is unknown; did you mean '{title}'?"},
      {"commit_message: ' '", "must not be empty"},
      {"engine: dokcer",
       "'dokcer' is none of auto, docker, podman, or a client's absolute path; did you mean 'docker'?"},
      {"environment: {checks: [{name: x}]}", "an item needs a name and a run"},
      {"environment: {checks: [{name: x, run: y, hit: z}]}", "unknown key 'hit'; did you mean 'hint'?"},
      {"environment: {checks: [make]}", "an item is a single value instead of a map"},
      {"environment: {require_files: [/etc/passwd]}", "not a path relative to the code folder"},
      {"environment: {require_files: [a/../../b]}", "not a path relative to the code folder"},
      {"environment: {min_free_disk: lots}", "'lots' is not a size"},
      {"handoff: ../out", "not a path relative to the code folder"},
      {"handoff: .git/hooks", "is inside .git"},
      {"harness: ''", "must not be empty"},
      {"image: --privileged", "must not start with '-'"},
      {"image: a b", "must be one word"},
      {"logs: {cap: 10}", "'10' is less than 1MB"},
      {"network: {mode: host}", "'host' is none of open, bridge, none, allowlist"},
      {"network: {allow: ['https://a.example']}", "is more than a host and a port"},
      {"network: {host_ports: [65536]}", "'65536' is not a port"},
      {"on_tamper: warm", "did you mean 'warn'?"},
      {"pass_env: ['A B']", "an item is not the name of a variable"},
      {"resources: {cpus: 0}", "is not between 0.01 and 4096"},
      {"resources: {memory: 1m}", "less than 6m"},
      {"resources: {memory: 8x}", "'8x' is not a size"},
      {"resources: {pids: 4}", "is not between 16 and 4000000"},
      {"resources: {tmp: none}", "'none' is not a size"},
      {"retries: -1", "'-1' is not a whole number"},
      {"retries: 99999999999999999999", "is not between 0 and 100"},
      {"timeouts: {idle: 20}", "'20' is not a duration"},
      {"timeouts: {idle: -5s}", "'-5s' is not a duration"},
      {"verify: make test", "'verify' must be a list of text, not a single value"},
      {"verify: {a: b}", "'verify' must be a list of text, not a map"},
      {"verify: [echo a: b]", "an item is a map instead of text; quote"},
      {"verify: ['']", "must not be empty"},
      {"verify: [~]", "an item is nothing instead of text"},
      {"retries: [1]", "'retries' must be a number, not a list"},
      {"timeouts: {idle: {seconds: 5}}", "'timeouts.idle' must be a duration, not a map"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.first);
    Layers layers;
    const std::string refusal = layers.user(std::string("# a comment\n") + c.first).refusal();
    CHECK(contains(refusal, "user.yaml:2: '"));
    CHECK(contains(refusal, c.second));
    CHECK(contains(refusal, "| for example: "));
  }
}

TEST_CASE("a secret written in place of its name is not repeated in the message") {
  Layers layers;
  const std::string refusal = layers.user("secrets: [GITHUB_TOKEN=ghp_123, 'ghp-456']").refusal();
  CHECK(contains(refusal, "only the variable's name"));
  CHECK_FALSE(contains(refusal, "ghp"));
}

TEST_CASE("an unknown setting is refused with its line and a suggestion") {
  const std::pair<const char*, const char*> cases[] = {
      {"\nretrys: 1", "user.yaml:2: unknown setting 'retrys'; did you mean 'retries'?"},
      {"timeouts:\n  idel: 5m",
       "user.yaml:2: unknown setting 'timeouts.idel'; did you mean 'timeouts.idle'?"},
      {"timeout:\n  idle: 5m", "user.yaml:1: unknown setting 'timeout'; did you mean 'timeouts'?"},
      {"idle: 5m", "user.yaml:1: unknown setting 'idle'; did you mean 'on_failure.idle' or 'timeouts.idle'?"},
      {"telemetry: yes", "user.yaml:1: unknown setting 'telemetry' |"},
      {"<<: {retries: 1}", "user.yaml:1: unknown setting '<<'"},
      {"Retries: 1", "did you mean 'retries'?"},
      {"\"re\\ntries\": 1", "unknown setting 're tries'"},
  };
  for (const auto& [yaml, words] : cases) {
    Layers layers;
    CHECK(contains(layers.user(yaml).refusal(), words));
  }
  Layers option;
  CHECK(contains(option.option("timeouts.idel", "5m").refusal(), "option: unknown setting 'timeouts.idel'"));
}

TEST_CASE("a higher layer wins, and every value knows where it came from") {
  Layers layers;
  layers.user("retries: 5\nmodel: a\ntimeouts:\n  idle: 10m\n  task: 1h\n");
  layers.repository("retries: 4\nmodel: b\n");
  layers.variable("MILEPOST_MODEL", "c").variable("MILEPOST_TIMEOUTS_TASK", "30m");
  layers.option("model", "d").option("model", "e");
  layers.sources.option_names["model"] = "--model";
  const LoadedConfig loaded = layers.load();
  CHECK(loaded.config.retries == 4);
  CHECK(loaded.config.model == "e");
  CHECK(loaded.config.idle_timeout == 10min);
  CHECK(loaded.config.task_timeout == 30min);

  const std::string user = layers.sources.user_file.string(),
                    repo = (layers.scratch / "repo/.milepost/config.yaml").string();
  const auto at = [&](const std::string& key) {
    const SettingValue value = value_of(loaded, key);
    return std::string(to_string(value.origin)) + " " + value.place;
  };
  CHECK(at("retries") == "repository file " + repo + ":1");
  CHECK(at("model") == "option --model");
  CHECK(at("timeouts.idle") == "user file " + user + ":4");
  CHECK(at("timeouts.task") == "environment MILEPOST_TIMEOUTS_TASK");
  CHECK(at("engine") == "built-in built-in");
  CHECK(std::is_sorted(loaded.values.begin(), loaded.values.end(),
                       [](const auto& a, const auto& b) { return a.key < b.key; }));
}

TEST_CASE("a repository's file that is or is reached through a link is refused, and nothing of it is told") {
  Layers layers;
  layers.scratch.write("repo/readme", "");
  layers.scratch.write("hidden/config.yaml", "root-password: x\n");
  layers.sources.code_folder = layers.scratch / "repo";
  SUBCASE("the file") {
    fs::create_directory(layers.scratch / "repo/.milepost");
    fs::create_symlink("../../hidden/config.yaml", layers.scratch / "repo/.milepost/config.yaml");
  }
  SUBCASE("its directory") {
    fs::create_symlink("../hidden", layers.scratch / "repo/.milepost");
  }
  SUBCASE("a link that leads nowhere") {
    fs::create_symlink("nowhere", layers.scratch / "repo/.milepost");
  }
  CHECK(layers.refusal() ==
        "repo/.milepost/config.yaml is a symbolic link, or is reached through one; it was not read | look "
        "where it leads, and put a plain file there");
}

TEST_CASE("a user's own file may be a link") {
  Layers layers;
  layers.user("model: a\n");
  fs::create_symlink("user.yaml", layers.scratch / "link.yaml");
  layers.sources.user_file = layers.scratch / "link.yaml";
  CHECK(layers.load().config.model == "a");
}

TEST_CASE("lists collect through the layers without repetition") {
  Layers layers;
  layers.user("verify: [a, b]").repository("verify: [b, c]").variable("MILEPOST_VERIFY", "d, e");
  layers.option("verify", "f, g").option("verify", "h");
  layers.sources.option_names["verify"] = "--verify";
  const LoadedConfig loaded = layers.load();
  CHECK(loaded.config.verify == std::vector<std::string>{"a", "b", "c", "d", "e", "f, g", "h"});
  const SettingValue value = value_of(loaded, "verify");
  CHECK(value.origin == Origin::option);
  CHECK(value.place == layers.sources.user_file.string() + ":1, " +
                           (layers.scratch / "repo/.milepost/config.yaml").string() +
                           ":1, MILEPOST_VERIFY, --verify");
}

TEST_CASE("--set takes a list as a file does, an option of its own takes one item") {
  Layers set;
  set.sources.option_names["secrets"] = "--set";
  CHECK(set.option("secrets", "[A, B]").option("secrets", "C").load().config.secrets ==
        std::vector<std::string>{"A", "B", "C"});
  Layers cleared;
  cleared.sources.option_names["verify"] = "--set";
  CHECK(cleared.user("verify: [make]").option("verify", "[]").load().config.verify.empty());
  Layers own;
  own.sources.option_names["verify"] = "--verify";
  CHECK(own.option("verify", "[ -f done ]").load().config.verify == std::vector<std::string>{"[ -f done ]"});
}

TEST_CASE("an empty list clears what lower layers said, but not from a repository's file") {
  Layers cleared;
  CHECK(cleared.user("verify: [a]").variable("MILEPOST_VERIFY", "[]").load().config.verify.empty());
  Layers kept;
  const LoadedConfig loaded = kept.user("verify: [a]").repository("verify: []").load();
  CHECK(loaded.config.verify == std::vector<std::string>{"a"});
  CHECK(value_of(loaded, "verify").origin == Origin::user_file);
}

TEST_CASE("a check of the same name replaces the earlier one") {
  Layers layers;
  layers.user("environment: {checks: [{name: x, run: 'false'}, {name: y, run: 'true'}]}");
  layers.variable("MILEPOST_ENVIRONMENT_CHECKS", "[{name: x, run: 'true'}]");
  const Config config = layers.load().config;
  REQUIRE(config.environment_checks.size() == 2);
  CHECK(config.environment_checks[1].name == "x");
  CHECK(config.environment_checks[1].run == "true");
}

TEST_CASE("variables are settings by their key in capitals") {
  Layers layers;
  layers.variable("MILEPOST_TIMEOUTS_IDLE", "5m").variable("MILEPOST_NETWORK_HOST_GATEWAY", "0");
  layers.variable("MILEPOST_SECRETS", "A_TOKEN, B_TOKEN,").variable("MILEPOST_VERIFY", "['a, b', c]");
  layers.variable("MILEPOST_MODEL", "");
  const Config config = layers.load().config;
  CHECK(config.idle_timeout == 5min);
  CHECK_FALSE(config.host_gateway);
  CHECK(config.secrets == std::vector<std::string>{"A_TOKEN", "B_TOKEN"});
  CHECK(config.verify == std::vector<std::string>{"a, b", "c"});
}

TEST_CASE("a wrong variable is named, an unknown one is an error only when it is near a setting") {
  Layers wrong;
  CHECK(contains(wrong.variable("MILEPOST_RETRIES", "many").refusal(),
                 "MILEPOST_RETRIES: 'retries': 'many' is not"));
  Layers list;
  CHECK(contains(list.variable("MILEPOST_VERIFY", "[a").refusal(), "MILEPOST_VERIFY"));
  Layers near;
  CHECK(contains(near.variable("MILEPOST_TIMEOUT_IDLE", "5m").refusal(),
                 "unknown variable MILEPOST_TIMEOUT_IDLE; did you mean MILEPOST_TIMEOUTS_IDLE?"));
  Layers far;
  const LoadedConfig loaded = far.variable("MILEPOST_COFFEE_BREAKS_PER_DAY", "5").load();
  REQUIRE(loaded.notes.size() == 1);
  CHECK(contains(loaded.notes[0], "MILEPOST_COFFEE_BREAKS_PER_DAY is not a setting"));
}

TEST_CASE("variables of milepost that are no settings are left alone") {
  Layers layers;
  for (const char* name :
       {"MILEPOST_LIBEXEC", "MILEPOST_DEPLOY", "MILEPOST_ANSWER", "MILEPOST_ATTEMPT", "MILEPOST_FEEDBACK",
        "MILEPOST_TASK", "MILEPOST_RUN", "MILEPOST_TEST_MODEL", "MILEPOST_CRASH_AFTER", "OTHER_VARIABLE"}) {
    layers.variable(name, "x");
  }
  CHECK(layers.load().notes.empty());
}

TEST_CASE("a repository's file may only narrow what is security-relevant") {
  struct Narrowing {
    const char *user, *repository;
    bool allowed;
  };
  const Narrowing cases[] = {
      {"", "retries: 1", true},
      {"", "retries: 2", true},
      {"", "retries: 3", false},
      {"retries: 9", "retries: 3", true},
      {"", "timeouts: {task: 1h}", true},
      {"", "timeouts: {task: 3h}", false},
      {"", "timeouts: {task: 0}", false},
      {"timeouts: {task: 0}", "timeouts: {task: 3h}", true},
      {"", "timeouts: {idle: 21m}", false},
      {"", "timeouts: {verify: 16m}", false},
      {"", "timeouts: {container: 25h}", false},
      {"", "timeouts: {completion_grace: 61s}", false},
      {"", "budget: {usd: 5}", true},
      {"budget: {usd: 3}", "budget: {usd: 5}", false},
      {"budget: {usd: 3}", "budget: {usd: none}", false},
      {"budget: {usd: 3}", "budget: {usd: 1}", true},
      {"budget: {turns: 10}", "budget: {turns: 11}", false},
      {"budget: {turns: 10}", "budget: {turns: 9}", true},
      {"", "resources: {memory: 4g}", true},
      {"", "resources: {memory: 16g}", false},
      {"", "resources: {memory: none}", false},
      {"resources: {memory: none}", "resources: {memory: 64g}", true},
      {"", "resources: {cpus: 2}", true},
      {"resources: {cpus: 2}", "resources: {cpus: 2.5}", false},
      {"resources: {cpus: 2}", "resources: {cpus: none}", false},
      {"resources: {cpus: 2}", "resources: {cpus: 0.5}", true},
      {"", "resources: {pids: 5000}", false},
      {"", "resources: {pids: 100}", true},
      {"", "resources: {tmp: 3g}", false},
      {"", "resources: {tmp: 1g}", true},
      {"", "network: {mode: none}", true},
      {"network: {mode: none}", "network: {mode: bridge}", false},
      {"", "network: {mode: allowlist}", true},
      {"network: {mode: allowlist}", "network: {mode: none}", true},
      {"network: {mode: allowlist}", "network: {mode: open}", false},
      {"network: {mode: none}", "network: {mode: allowlist}", false},
      {"", "network: {host_gateway: no}", true},
      {"network: {host_gateway: no}", "network: {host_gateway: yes}", false},
      {"", "allow_plan_commands: yes", false},
      {"allow_plan_commands: yes", "allow_plan_commands: no", true},
      {"", "agent_config: trust", false},
      {"", "resources: {disk: 5GB}", true},
      {"resources: {disk: 5GB}", "resources: {disk: 6GB}", false},
      {"resources: {disk: 5GB}", "resources: {disk: none}", false},
      {"agent_config: trust", "agent_config: instructions", false},
      {"agent_config: trust", "agent_config: ignore", true},
      {"", "agent_config_ref: mine", false},
      {"", "on_tamper: warn", false},
      {"on_tamper: warn", "on_tamper: fail", true},
      {"", "sensitive_files: {policy: warn}", false},
      {"sensitive_files: {policy: fail}", "sensitive_files: {policy: auto}", false},
      {"sensitive_files: {policy: warn}", "sensitive_files: {policy: fail}", true},
      {"", "sensitive_files: {allow: ['*']}", false},
      {"", "logs: {cap: 10MB}", true},
      {"", "logs: {cap: 10GB}", false},
      {"", "environment: {min_free_disk: 10GB}", true},
      {"", "environment: {min_free_disk: 1GB}", false},
      {"", "environment: {require_files: [.env]}", true},
      {"", "verify: [make test]", true},
      {"", "commit: none", true},
      {"", "commit_message: '{title}'", true},
      {"", "handoff: docs", true},
      {"", "handoff: /tmp", false},
      {"", "model: opus", true},
      {"", "harness: script", false},
      {"", "custom: {command: evil}", false},
      {"", "custom: {resume_command: evil}", false},
      {"", "custom: {dialect: plain}", false},
      {"", "custom: {secrets: [AWS_SECRET_ACCESS_KEY]}", false},
      {"", "same_failures: 0", false},
      {"same_failures: 0", "same_failures: 5", true},
      {"same_failures: 4", "same_failures: 5", false},
      {"", "max_wait: 0", true},
      {"max_wait: 0", "max_wait: 1h", false},
      {"max_wait: 1h", "max_wait: 30m", true},
      {"", "engine: podman", false},
      {"", "image: x", false},
      {"", "engine_args: [--dns=1.1.1.1]", false},
      {"", "secrets: [AWS_SECRET_ACCESS_KEY]", false},
      {"", "pass_env: [SSH_AUTH_SOCK]", false},
      {"", "environment: {checks: [{name: x, run: id}]}", false},
  };
  for (const Narrowing& c : cases) {
    CAPTURE(c.user);
    CAPTURE(c.repository);
    Layers layers;
    CHECK((layers.user(c.user).repository(c.repository).refusal() == "accepted") == c.allowed);
  }
}

TEST_CASE("a refused repository value names the rule, the limit and where to set it instead") {
  Layers widens;
  const std::string wide = widens.user("retries: 1").repository("\nretries: 3").refusal();
  CHECK(contains(wide,
                 "repo/.milepost/config.yaml:2: 'retries: 3' gives more than 'retries: 1' (user.yaml:1); a "
                 "repository's file may "
                 "only lower it"));
  CHECK(contains(wide, "| set it in user.yaml, or as MILEPOST_RETRIES"));
  Layers never;
  CHECK(contains(never.repository("secrets: [A]").refusal(),
                 "repo/.milepost/config.yaml:1: a repository's file may not set 'secrets': it chooses which "
                 "variables of this machine "
                 "leave it"));
}

TEST_CASE("a repository value that widens does not matter when the user's own choice overrides it") {
  Layers layers;
  const LoadedConfig loaded = layers.repository("retries: 5").variable("MILEPOST_RETRIES", "3").load();
  CHECK(loaded.config.retries == 3);
  REQUIRE(loaded.notes.size() == 1);
  CHECK(contains(loaded.notes[0], "overridden"));
  Layers secrets;  // never: not even then, a list would collect it
  CHECK(secrets.repository("secrets: [A]").variable("MILEPOST_SECRETS", "B").refusal() != "accepted");
}

TEST_CASE("every setting says what it is and what a repository may do") {
  const std::vector<SettingInfo> table = setting_table();
  CHECK(table.size() >= 30);
  for (const SettingInfo& info : table) {
    CAPTURE(info.key);
    CHECK(info.meaning.ends_with('.'));
    CHECK_FALSE(info.type.empty());
    CHECK_FALSE(info.default_text.empty());
    const bool known = info.repository == "free" || info.repository.starts_with("narrow: only ") ||
                       (info.repository.starts_with("never: ") && info.repository.size() > 10);
    CHECK(known);
  }
}

TEST_CASE("a webhook's URL is shown for its host alone, and a wrong one is not repeated") {
  const LoadedConfig loaded =
      Layers().user("notify:\n  webhook: https://user:pw@hooks.example.org/services/secret\n").load();
  CHECK(loaded.config.notify_webhook == "https://user:pw@hooks.example.org/services/secret");
  CHECK(value_of(loaded, "notify.webhook").value == "'https://hooks.example.org/…'");
  for (const char* wrong :
       {"hooks.example.org/secret", "ftp://x/secret", "https://", "'https://x/secret y'", "$se-cret"}) {
    CAPTURE(wrong);
    const std::string words = Layers().user("notify:\n  webhook: " + std::string(wrong) + "\n").refusal();
    CHECK(contains(words, "'notify.webhook'"));
    CHECK_FALSE(words.find("secret") != std::string::npos);
  }
}

TEST_CASE("a repository's file tells nobody and runs nothing for it") {
  for (const char* line : {"webhook: https://example.org/x", "desktop: yes", "command: 'true'",
                           "events: [end]", "format: slack"}) {
    CAPTURE(line);
    CHECK(contains(Layers().repository("notify:\n  " + std::string(line) + "\n").refusal(),
                   "a repository's file may not set 'notify."));
  }
}
