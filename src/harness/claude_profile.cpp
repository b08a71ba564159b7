#include "harness/claude_profile.hpp"

#include "milepost/harness/host_network.hpp"

#include "harness/claude_events.hpp"

#include <fmt/format.h>

namespace milepost {

namespace {

class ClaudeProfile : public HarnessProfile {
 public:
  std::string name() const override { return "claude"; }

  HarnessCapabilities capabilities() const override {
    HarnessCapabilities can;
    can.resumes_sessions = true;
    can.takes_session_id = true;
    can.reports_cost = true;
    can.limits_turns = true;
    can.limits_cost = true;
    can.structured_output = true;
    can.needs_install = true;
    can.needs_credentials = true;
    return can;
  }

  InstallRecipe recipe() const override {
    InstallRecipe recipe;
    recipe.npm_package = "@anthropic-ai/claude-code";
    // The program is a native one that the package's install script picks; it runs without any node.
    recipe.version_command = {"claude", "--version"};
    return recipe;
  }

  std::vector<CredentialKey> credentials() const override {
    return {{"ANTHROPIC_API_KEY"}, {"ANTHROPIC_AUTH_TOKEN"}, {"CLAUDE_CODE_OAUTH_TOKEN"}};
  }

  std::vector<std::string> credential_files() const override { return {".claude/.credentials.json"}; }

  std::vector<std::string> endpoints() const override {
    // The second and third renew a subscription's login.
    return {"api.anthropic.com", "platform.claude.com", "console.anthropic.com"};
  }

  std::vector<RepositoryFile> repository_files() const override {
    const auto file = [](const char* path, bool is_instructions) {
      return RepositoryFile{path, is_instructions, is_instructions, /*kept_out_by_options=*/true};
    };
    return {file(".claude", false), file(".mcp.json", false), file("CLAUDE.md", true),
            file("CLAUDE.local.md", true)};
  }

  std::vector<std::string> passed_variables() const override {
    std::vector<std::string> names = {"ANTHROPIC_BASE_URL",
                                      "ANTHROPIC_MODEL",
                                      "ANTHROPIC_SMALL_FAST_MODEL",
                                      "ANTHROPIC_DEFAULT_OPUS_MODEL",
                                      "ANTHROPIC_DEFAULT_SONNET_MODEL",
                                      "ANTHROPIC_DEFAULT_HAIKU_MODEL",
                                      "ANTHROPIC_CUSTOM_HEADERS",
                                      "ANTHROPIC_BETAS",
                                      "CLAUDE_CODE_MAX_RETRIES",
                                      "CLAUDE_CODE_MAX_OUTPUT_TOKENS",
                                      "CLAUDE_CODE_SUBAGENT_MODEL",
                                      "MAX_THINKING_TOKENS",
                                      "API_TIMEOUT_MS",
                                      "BASH_DEFAULT_TIMEOUT_MS",
                                      "BASH_MAX_TIMEOUT_MS",
                                      "BASH_MAX_OUTPUT_LENGTH"};
    const std::vector<std::string> proxies = proxy_variables();
    names.insert(names.end(), proxies.begin(), proxies.end());
    return names;
  }

  ProcessSpec command(const HarnessRequest& request) const override {
    ProcessSpec spec;
    // The prompt comes on standard input: an argument ends at 128 KiB.
    spec.argv = {"claude",      "-p",        "--output-format",
                 "stream-json", "--verbose", "--dangerously-skip-permissions"};
    const auto option = [&](const char* name, const std::string& value) {
      spec.argv.emplace_back(name);
      spec.argv.push_back(value);
    };
    if (!request.session_id.empty()) option(request.resume ? "--resume" : "--session-id", request.session_id);
    if (!request.model.empty()) option("--model", request.model);
    if (request.max_turns) option("--max-turns", std::to_string(*request.max_turns));
    if (request.max_usd) option("--max-budget-usd", fmt::format("{:.6g}", *request.max_usd));
    spec.environment = {
        "IS_SANDBOX=1",  // it refuses to skip permissions as uid 0 without
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1",
        "DISABLE_AUTOUPDATER=1",
        "DISABLE_TELEMETRY=1",
        "DISABLE_ERROR_REPORTING=1",
    };
    if (request.repository_config != RepositoryConfig::trust) {
      // Without the project's sources it reads no settings, hooks, agents, commands, skills and instructions.
      option("--setting-sources", "user");
      spec.argv.emplace_back("--strict-mcp-config");
    }
    if (request.repository_config == RepositoryConfig::instructions) {
      // As a further directory the folder gives its CLAUDE.md and rules alone.
      option("--add-dir", "/workspace");
      spec.environment.emplace_back("CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD=1");
    }
    spec.input = request.prompt;
    return spec;
  }

  std::unique_ptr<EventParser> parser() const override { return claude_event_parser(); }
};

}  // namespace

const HarnessProfile& claude_profile() {
  static const ClaudeProfile profile;
  return profile;
}

}  // namespace milepost
