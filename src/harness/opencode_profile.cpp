#include "harness/opencode_profile.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/json.hpp"
#include "milepost/harness/host_network.hpp"

#include "harness/opencode_events.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

namespace {

using nlohmann::json;

constexpr const char* k_config_variable = "OPENCODE_CONFIG_CONTENT";

/// Its configuration in one variable: ours, and the user's own on top.
std::string config_of(const std::vector<std::string>& environment) {
  json config = {{"autoupdate", false}, {"share", "disabled"}};
  const auto base_url = [&](const char* provider, std::string url, const char* end) {
    if (url.empty()) return;
    while (url.ends_with('/')) url.pop_back();
    config["provider"][provider]["options"]["baseURL"] = url + end;
  };
  // It does not read these variables. Anthropic's is without the version, OpenAI's is with it.
  base_url("anthropic", variable_in(environment, "ANTHROPIC_BASE_URL"), "/v1");
  base_url("openai", variable_in(environment, "OPENAI_BASE_URL"), "");
  const std::string own = variable_in(environment, k_config_variable);
  if (!own.empty()) {
    const json parsed = json::parse(own, nullptr, /*allow_exceptions=*/false);
    if (!parsed.is_object()) {
      throw UsageError(std::string("the variable ") + k_config_variable + " is not a JSON object",
                       "mend it, or unset it");
    }
    config.merge_patch(parsed);
  }
  return to_json_text(config, JsonForm::line);
}

class OpencodeProfile : public HarnessProfile {
 public:
  std::string name() const override { return "opencode"; }

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
    recipe.npm_package = "opencode-ai";
    // The program is a native one that the package's install script picks; it runs without any node.
    recipe.version_command = {"opencode", "--version"};
    return recipe;
  }

  std::vector<CredentialKey> credentials() const override {
    return {{"ANTHROPIC_API_KEY"},
            {"OPENAI_API_KEY"},
            {"GOOGLE_GENERATIVE_AI_API_KEY"},
            {"OPENROUTER_API_KEY"},
            {"OPENCODE_API_KEY"}};
  }

  std::vector<std::string> credential_files() const override { return {".local/share/opencode/auth.json"}; }

  /// Of the providers that the keys above are for; another one's is the user's to allow.
  std::vector<std::string> endpoints() const override {
    return {"api.anthropic.com", "api.openai.com", "generativelanguage.googleapis.com", "openrouter.ai",
            "opencode.ai"};
  }

  std::vector<RepositoryFile> repository_files() const override {
    // It writes a file of its own into .opencode, and ends when it cannot: so each entry of it.
    return {{.path = "opencode.json"},
            {.path = "opencode.jsonc"},
            {.path = ".opencode/*"},
            {.path = "AGENTS.md", .is_instructions = true, .anywhere = true},
            {.path = "CLAUDE.md", .is_instructions = true, .anywhere = true},
            {.path = ".agents", .is_instructions = true},
            {.path = ".claude", .is_instructions = true}};
  }

  std::vector<std::string> passed_variables() const override {
    std::vector<std::string> names = {"ANTHROPIC_BASE_URL", "OPENAI_BASE_URL", k_config_variable};
    const std::vector<std::string> proxies = proxy_variables();
    names.insert(names.end(), proxies.begin(), proxies.end());
    return names;
  }

  ProcessSpec command(const HarnessRequest& request) const override {
    ProcessSpec spec;
    spec.argv = {"opencode", "run", "--format", "json", "--auto"};
    if (!request.model.empty()) spec.argv.insert(spec.argv.end(), {"--model", request.model});
    if (request.resume)
      spec.argv.insert(spec.argv.end(), {"--session", request.session_id});
    else
      spec.argv.insert(spec.argv.end(), {"--title", "milepost"});  // else the model is asked for one
    spec.environment = {"OPENCODE_DISABLE_AUTOUPDATE=1", "OPENCODE_DISABLE_MODELS_FETCH=1",
                        "OPENCODE_DISABLE_LSP_DOWNLOAD=1", "OPENCODE_DISABLE_DEFAULT_PLUGINS=1",
                        k_config_variable + ("=" + config_of(request.environment))};
    // As an argument the prompt would reach the model in double quotes, and end at 128 KiB.
    spec.input = request.prompt;
    spec.output = OutputMode::file;  // it exits before a pipe is drained
    return spec;
  }

  std::unique_ptr<EventParser> parser() const override { return opencode_event_parser(); }
};

}  // namespace

const HarnessProfile& opencode_profile() {
  static const OpencodeProfile profile;
  return profile;
}

}  // namespace milepost
