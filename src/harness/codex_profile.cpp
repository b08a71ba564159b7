#include "harness/codex_profile.hpp"

#include "milepost/base/json.hpp"
#include "milepost/harness/host_network.hpp"

#include "harness/codex_events.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

namespace {

/// A text as TOML takes it; JSON's escapes are TOML's too.
std::string quoted(const std::string& text) {
  return to_json_text(nlohmann::json(text), JsonForm::line);
}

class CodexProfile : public HarnessProfile {
 public:
  std::string name() const override { return "codex"; }

  HarnessCapabilities capabilities() const override {
    HarnessCapabilities can;
    can.resumes_sessions = true;
    can.structured_output = true;
    can.needs_install = true;
    can.needs_credentials = true;
    return can;
  }

  InstallRecipe recipe() const override {
    InstallRecipe recipe;
    recipe.npm_package = "@openai/codex";
    // A launcher that any node runs, so that of the image, which also fills the volume; the rest is native.
    recipe.version_command = {"codex", "--version"};
    return recipe;
  }

  std::vector<CredentialKey> credentials() const override { return {{"CODEX_API_KEY"}, {"OPENAI_API_KEY"}}; }

  std::vector<std::string> credential_files() const override { return {".codex/auth.json"}; }

  std::vector<std::string> endpoints() const override {
    // The second is the service of a ChatGPT plan, and has the list of models; the third renews its login.
    return {"api.openai.com", "chatgpt.com", "auth.openai.com"};
  }

  std::vector<RepositoryFile> repository_files() const override {
    return {{.path = ".codex", .kept_out_by_options = true},
            {.path = "AGENTS.md", .is_instructions = true, .kept_out_by_options = true},
            {.path = "AGENTS.override.md", .is_instructions = true, .kept_out_by_options = true},
            {.path = ".agents", .is_instructions = true}};
  }

  std::vector<std::string> passed_variables() const override {
    std::vector<std::string> names = {"OPENAI_BASE_URL", "OPENAI_ORGANIZATION", "OPENAI_PROJECT"};
    const std::vector<std::string> proxies = proxy_variables();
    names.insert(names.end(), proxies.begin(), proxies.end());
    return names;
  }

  ProcessSpec command(const HarnessRequest& request) const override {
    ProcessSpec spec;
    spec.argv = {"codex", "exec", "--json", "--skip-git-repo-check",
                 // Its own sandbox needs user namespaces, which the container does not give.
                 "--dangerously-bypass-approvals-and-sandbox"};
    const auto setting = [&](const std::string& text) {
      spec.argv.emplace_back("-c");
      spec.argv.push_back(text);
    };
    // Without these it stays for seconds after its end where the network does not answer.
    setting("analytics.enabled=false");
    setting("otel.metrics_exporter=\"none\"");
    setting("check_for_update_on_startup=false");
    spec.argv.insert(spec.argv.end(), {"--disable", "plugins"});
    // Of a project that is not trusted it reads no configuration, hooks and rules; what HOME says of it is
    // the agent's word.
    const bool trusts = request.repository_config == RepositoryConfig::trust;
    setting(std::string("projects={\"/workspace\"={trust_level=\"") + (trusts ? "trusted" : "untrusted") +
            "\"}}");
    if (request.repository_config == RepositoryConfig::ignore) setting("project_doc_max_bytes=0");
    const std::string url = variable_in(request.environment, "OPENAI_BASE_URL");
    if (!url.empty()) {
      // It does not read the variable. As a provider of its own, it is not tried with WebSockets first, which
      // few gateways speak.
      setting("model_provider=\"gateway\"");
      setting("model_providers.gateway={name=\"OPENAI_BASE_URL\",base_url=" + quoted(url) +
              ",wire_api=\"responses\",requires_openai_auth=true,supports_websockets=false}");
    }
    if (!request.model.empty()) spec.argv.insert(spec.argv.end(), {"--model", request.model});
    if (request.resume) spec.argv.insert(spec.argv.end(), {"resume", request.session_id});
    spec.argv.emplace_back("-");  // the prompt comes on standard input: an argument ends at 128 KiB
    // `exec` takes the key by this name only.
    const std::string key = variable_in(request.environment, "OPENAI_API_KEY");
    if (!key.empty() && variable_in(request.environment, "CODEX_API_KEY").empty())
      spec.environment.push_back("CODEX_API_KEY=" + key);
    spec.input = request.prompt;
    return spec;
  }

  std::unique_ptr<EventParser> parser() const override { return codex_event_parser(); }
};

}  // namespace

const HarnessProfile& codex_profile() {
  static const CodexProfile profile;
  return profile;
}

}  // namespace milepost
