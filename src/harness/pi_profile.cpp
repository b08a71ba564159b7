#include "harness/pi_profile.hpp"

#include "milepost/harness/host_network.hpp"

#include "harness/pi_events.hpp"

namespace milepost {

namespace {

class PiProfile : public HarnessProfile {
 public:
  std::string name() const override { return "pi"; }

  HarnessCapabilities capabilities() const override {
    HarnessCapabilities can;
    can.resumes_sessions = true;
    can.reports_cost = true;
    can.needs_install = true;
    can.needs_credentials = true;
    return can;
  }

  InstallRecipe recipe() const override {
    InstallRecipe recipe;
    recipe.npm_package = "@mariozechner/pi-coding-agent";
    recipe.node_version = "22";  // it is a script for node 20.6 and later
    recipe.version_command = {"pi", "--version"};
    return recipe;
  }

  std::vector<CredentialKey> credentials() const override {
    return {{"ANTHROPIC_API_KEY"},  {"ANTHROPIC_OAUTH_TOKEN"}, {"OPENAI_API_KEY"},    {"GEMINI_API_KEY"},
            {"OPENROUTER_API_KEY"}, {"MISTRAL_API_KEY"},       {"GROQ_API_KEY"},      {"XAI_API_KEY"},
            {"DEEPSEEK_API_KEY"},   {"CEREBRAS_API_KEY"},      {"FIREWORKS_API_KEY"}, {"AI_GATEWAY_API_KEY"},
            {"ZAI_API_KEY"},        {"MINIMAX_API_KEY"},       {"MOONSHOT_API_KEY"},  {"KIMI_API_KEY"},
            {"OPENCODE_API_KEY"}};
  }

  std::vector<std::string> credential_files() const override { return {".pi/agent/auth.json"}; }

  /// Of the providers that most keys are for; another one's is the user's to allow.
  std::vector<std::string> endpoints() const override {
    return {"api.anthropic.com", "api.openai.com", "generativelanguage.googleapis.com", "openrouter.ai"};
  }

  std::vector<RepositoryFile> repository_files() const override {
    return {{.path = ".pi"},
            {.path = "AGENTS.md", .is_instructions = true},
            {.path = "CLAUDE.md", .is_instructions = true},
            {.path = ".agents", .is_instructions = true}};
  }

  std::vector<std::string> passed_variables() const override { return proxy_variables(); }

  ProcessSpec command(const HarnessRequest& request) const override {
    ProcessSpec spec;
    // The prompt comes on standard input: an argument ends at 128 KiB. It asks for no permissions, so there
    // is none to bypass.
    spec.argv = {"pi", "--mode", "json"};
    const auto option = [&](const char* name, const std::string& value) {
      spec.argv.emplace_back(name);
      spec.argv.push_back(value);
    };
    // The id of a fresh session is pi's own: one that could be given beforehand would be a file that is made
    // anew when it is gone, and then the short prompt of a resumed session would meet an empty one.
    if (request.resume && !request.session_id.empty()) option("--session", request.session_id);
    if (!request.model.empty()) option("--model", request.model);
    spec.environment = {"PI_OFFLINE=1", "PI_TELEMETRY=0", "PI_SKIP_VERSION_CHECK=1"};
    spec.input = request.prompt;
    return spec;
  }

  std::unique_ptr<EventParser> parser() const override { return pi_event_parser(); }
};

}  // namespace

const HarnessProfile& pi_profile() {
  static const PiProfile profile;
  return profile;
}

}  // namespace milepost
