#include "milepost/harness/profile.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/config/egress_target.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace milepost;

namespace {

bool holds(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

TEST_CASE("an unknown harness is refused with the name that was meant") {
  try {
    harness_profile("cluade");
    FAIL("no error");
  } catch (const UsageError& error) {
    CHECK(std::string(error.what()) == "there is no harness 'cluade'");
    CHECK(error.next_step() ==
          "did you mean 'claude'? known are: claude, codex, custom, gemini, opencode, pi, script");
  }
}

TEST_CASE("every harness is found by its name") {
  for (const std::string& name : harness_names()) CHECK(harness_profile(name).name() == name);
}

TEST_CASE("every harness that is installed names the services that an allowlist must hold for it") {
  for (const std::string& name : harness_names()) {
    CAPTURE(name);
    const HarnessProfile& profile = harness_profile(name);
    CHECK(profile.endpoints().empty() != profile.capabilities().needs_install);
    for (const std::string& endpoint : profile.endpoints()) CHECK_NOTHROW(parse_egress_target(endpoint));
  }
}

TEST_CASE("a fresh Claude Code run chooses its session and reads the prompt from its input") {
  HarnessRequest request;
  request.prompt = std::string(1000000, 'p');
  request.session_id = "0f0e0d0c-0b0a-4909-8807-060504030201";
  const ProcessSpec spec = harness_profile("claude").command(request);
  CHECK(
      shell_join(spec.argv) ==
      "claude -p --output-format stream-json --verbose --dangerously-skip-permissions --session-id "
      "0f0e0d0c-0b0a-4909-8807-060504030201 --setting-sources user --strict-mcp-config --add-dir /workspace");
  CHECK(spec.input == request.prompt);
  CHECK(holds(spec.environment, "IS_SANDBOX=1"));
  CHECK(holds(spec.environment, "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1"));
  CHECK(spec.output == OutputMode::pipe);
}

TEST_CASE("a resumed Claude Code run names the session, the model and its limits") {
  HarnessRequest request;
  request.session_id = "abc";
  request.resume = true;
  request.model = "large";
  request.max_turns = 7;
  request.max_usd = 2.5;
  const std::string line = shell_join(harness_profile("claude").command(request).argv);
  CHECK(line.find("--resume abc --model large --max-turns 7 --max-budget-usd 2.5") != std::string::npos);
  CHECK(line.find("--session-id") == std::string::npos);
}

TEST_CASE("Claude Code takes any one of its three keys, or a login") {
  std::vector<std::string> names;
  for (const CredentialKey& key : harness_profile("claude").credentials()) {
    names.push_back(key.variable);
    CHECK(key.secret);
  }
  CHECK(names ==
        std::vector<std::string>{"ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"});
  CHECK(harness_profile("claude").credential_files() ==
        std::vector<std::string>{".claude/.credentials.json"});
  CHECK(holds(harness_profile("claude").passed_variables(), "ANTHROPIC_BASE_URL"));
  CHECK(holds(harness_profile("claude").passed_variables(), "HTTPS_PROXY"));
}

TEST_CASE("a Gemini CLI run writes its settings, chooses its session and reads the prompt from its input") {
  HarnessRequest request;
  request.prompt = std::string(1000000, 'p');
  request.session_id = "0f0e0d0c-0b0a-4909-8807-060504030201";
  request.max_turns = 7;
  const ProcessSpec fresh = harness_profile("gemini").command(request);
  const std::string line = shell_join(fresh.argv);
  CHECK(line.ends_with(
      " -o stream-json --yolo --skip-trust --session-id 0f0e0d0c-0b0a-4909-8807-060504030201"));
  CHECK(line.find("\"maxSessionTurns\":7") != std::string::npos);
  CHECK(line.find("\"usageStatisticsEnabled\":false") != std::string::npos);
  CHECK(fresh.input == request.prompt);
  CHECK(holds(fresh.environment, "GEMINI_CLI_NO_RELAUNCH=true"));
  request.resume = true;
  request.model = "large";
  request.max_turns.reset();
  const std::string again = shell_join(harness_profile("gemini").command(request).argv);
  CHECK(again.ends_with(" --resume 0f0e0d0c-0b0a-4909-8807-060504030201 --model large"));
  CHECK(again.find("maxSessionTurns") == std::string::npos);
}

TEST_CASE("what names Gemini CLI's service is set before a .env file of the project can") {
  HarnessRequest request;
  const auto environment = [&] { return harness_profile("gemini").command(request).environment; };
  for (const char* fixed : {"GOOGLE_GEMINI_BASE_URL=", "GOOGLE_VERTEX_BASE_URL=", "HTTPS_PROXY=",
                            "https_proxy=", "HTTP_PROXY=", "NODE_TLS_REJECT_UNAUTHORIZED=1"})
    CHECK(holds(environment(), fixed));
  request.environment = {"GOOGLE_GEMINI_BASE_URL=http://gateway", "HTTPS_PROXY=http://proxy"};
  CHECK_FALSE(holds(environment(), "GOOGLE_GEMINI_BASE_URL="));
  CHECK_FALSE(holds(environment(), "HTTPS_PROXY="));
  CHECK(holds(environment(), "https_proxy=http://proxy"));
  request.repository_config = RepositoryConfig::trust;
  CHECK(environment() == std::vector<std::string>{"GEMINI_CLI_NO_RELAUNCH=true"});
}

TEST_CASE("a pi run names only a session that it resumes") {
  HarnessRequest request;
  request.prompt = "Do it.";
  request.session_id = "s-1";
  CHECK(shell_join(harness_profile("pi").command(request).argv) == "pi --mode json");
  request.resume = true;
  request.model = "anthropic/large";
  const ProcessSpec spec = harness_profile("pi").command(request);
  CHECK(shell_join(spec.argv) == "pi --mode json --session s-1 --model anthropic/large");
  CHECK(spec.input == "Do it.");
  CHECK(holds(spec.environment, "PI_OFFLINE=1"));
  CHECK_FALSE(harness_profile("pi").capabilities().takes_session_id);
}

TEST_CASE("the script harness gets the blocks between NUL bytes and the answer in its environment") {
  HarnessRequest request;
  request.prompt = "not used";
  request.shell_blocks = {"", "echo a", "echo b\n"};
  request.attempt = 2;
  request.answer = "use\nthe second";
  const ProcessSpec spec = harness_profile("script").command(request);
  CHECK(spec.argv == std::vector<std::string>{"/opt/milepost/programs/milepost-script-harness"});
  CHECK(spec.input == std::string("\0echo a\0echo b\n", 15));
  CHECK(spec.environment ==
        std::vector<std::string>{"MILEPOST_ATTEMPT=2", "MILEPOST_ANSWER=use\nthe second"});
  CHECK_FALSE(harness_profile("script").capabilities().needs_install);
  CHECK_FALSE(harness_profile("script").capabilities().needs_credentials);
}

TEST_CASE("what a shell or an environment cannot carry is refused, not cut") {
  HarnessRequest request;
  request.shell_blocks = {std::string("a\0b", 3)};
  CHECK_THROWS_AS(harness_profile("script").command(request), UsageError);
  request.shell_blocks = {"a"};
  request.answer = std::string(200000, 'a');
  CHECK_THROWS_AS(harness_profile("script").command(request), UsageError);
}

TEST_CASE("a fresh Codex run leaves the session to Codex and reads the prompt from its input") {
  HarnessRequest request;
  request.prompt = std::string(1000000, 'p');
  const ProcessSpec spec = harness_profile("codex").command(request);
  CHECK(shell_join(spec.argv) ==
        "codex exec --json --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox -c "
        "analytics.enabled=false -c 'otel.metrics_exporter=\"none\"' -c check_for_update_on_startup=false "
        "--disable plugins -c 'projects={\"/workspace\"={trust_level=\"untrusted\"}}' -");
  CHECK(spec.input == request.prompt);
  CHECK(spec.environment.empty());
  CHECK_FALSE(harness_profile("codex").capabilities().takes_session_id);
}

TEST_CASE("a resumed Codex run names the session and the model") {
  HarnessRequest request;
  request.session_id = "abc";
  request.resume = true;
  request.model = "large";
  const std::string line = shell_join(harness_profile("codex").command(request).argv);
  CHECK(line.ends_with(" --model large resume abc -"));
}

TEST_CASE("Codex gets a gateway and a key in the form that it reads") {
  HarnessRequest request;
  request.environment = {"PATH=/bin", "OPENAI_BASE_URL=http://gate\"way/v1", "OPENAI_API_KEY=k1"};
  ProcessSpec spec = harness_profile("codex").command(request);
  CHECK(holds(spec.argv, "model_provider=\"gateway\""));
  CHECK(shell_join(spec.argv).find("base_url=\"http://gate\\\"way/v1\",") != std::string::npos);
  CHECK(holds(spec.environment, "CODEX_API_KEY=k1"));
  request.environment.emplace_back("CODEX_API_KEY=k2");
  spec = harness_profile("codex").command(request);
  CHECK(spec.environment.empty());
  CHECK(shell_join(spec.argv).find("k2") == std::string::npos);
}

TEST_CASE("an OpenCode run reads the prompt from its input and writes into a file") {
  HarnessRequest request;
  request.prompt = "do it";
  ProcessSpec spec = harness_profile("opencode").command(request);
  CHECK(shell_join(spec.argv) == "opencode run --format json --auto --title milepost");
  CHECK(spec.input == "do it");
  CHECK(spec.output == OutputMode::file);
  CHECK(holds(spec.environment, "OPENCODE_DISABLE_AUTOUPDATE=1"));
  CHECK(holds(spec.environment, "OPENCODE_CONFIG_CONTENT={\"autoupdate\":false,\"share\":\"disabled\"}"));
  request.session_id = "ses_1";
  request.resume = true;
  request.model = "anthropic/large";
  spec = harness_profile("opencode").command(request);
  CHECK(shell_join(spec.argv) == "opencode run --format json --auto --model anthropic/large --session ses_1");
}

TEST_CASE("OpenCode's configuration keeps what the user put into it") {
  HarnessRequest request;
  request.environment = {"ANTHROPIC_BASE_URL=http://gateway/", "OPENAI_BASE_URL=http://other/v1",
                         "OPENCODE_CONFIG_CONTENT={\"share\":\"manual\",\"theme\":\"x\"}"};
  const ProcessSpec spec = harness_profile("opencode").command(request);
  CHECK(variable_in(spec.environment, "OPENCODE_CONFIG_CONTENT") ==
        R"({"autoupdate":false,"provider":{"anthropic":{"options":{"baseURL":"http://gateway/v1"}},)"
        R"("openai":{"options":{"baseURL":"http://other/v1"}}},"share":"manual","theme":"x"})");
  request.environment = {"OPENCODE_CONFIG_CONTENT=[1"};
  CHECK_THROWS_AS(harness_profile("opencode").command(request), UsageError);
}

TEST_CASE("a variable is found by its whole name, and the last one counts") {
  const std::vector<std::string> environment = {"AB=1", "A=2", "A=3=4"};
  CHECK(variable_in(environment, "A") == "3=4");
  CHECK(variable_in(environment, "B").empty());
}
