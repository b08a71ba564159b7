#include "harness/gemini_profile.hpp"

#include "milepost/harness/host_network.hpp"

#include "harness/gemini_events.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

namespace {

/// Writes the settings that have no option or variable where they go before the user's and the project's own,
/// then becomes Gemini CLI. It takes no such file out of a directory that others may write; and next to a
/// base URL it takes an API key only when the settings say so.
constexpr const char* k_start =
    "set -e; umask 022; directory=$HOME/.gemini; mkdir -p \"$directory\"; chmod go-w \"$directory\"; "
    "file=$directory/milepost-settings.json; settings=$1; shift; "
    "[ -z \"${GEMINI_API_KEY:-}\" ] || settings=${settings%?}',\"security\":{\"auth\":{\"selectedType\":"
    "\"gemini-api-key\"}}}'; "
    "printf '%s\\n' \"$settings\" > \"$file.$$\"; mv -f \"$file.$$\" \"$file\"; "
    "GEMINI_CLI_SYSTEM_SETTINGS_PATH=$file exec gemini \"$@\"";

/// An object with at least one member; k_start appends to it.
std::string settings_of(const HarnessRequest& request) {
  nlohmann::json settings = {
      {"general", {{"enableAutoUpdate", false}, {"enableAutoUpdateNotification", false}}},
      {"privacy", {{"usageStatisticsEnabled", false}}},
      {"telemetry", {{"enabled", false}}}};
  // A .env file of the project can name another service for the key.
  if (request.repository_config != RepositoryConfig::trust) settings["advanced"] = {{"ignoreLocalEnv", true}};
  if (request.max_turns) settings["model"] = {{"maxSessionTurns", *request.max_turns}};
  return settings.dump();
}

/// What a `.env` file of the project must not decide: which service gets the key, by which way, and who hears
/// of it. It leaves alone what is set already, be it empty; Gemini CLI's setting against such files counts
/// only when root owns the settings.
std::vector<std::string> pinned(const std::vector<std::string>& environment) {
  std::vector<std::string> variables;
  const auto pin = [&](std::string_view name, std::string_view value) {
    if (variable_in(environment, name).empty())
      variables.push_back(std::string(name) + "=" + std::string(value));
  };
  for (const char* name : {"GOOGLE_GEMINI_BASE_URL", "GOOGLE_VERTEX_BASE_URL"}) pin(name, "");
  pin("CODE_ASSIST_ENDPOINT", "https://cloudcode-pa.googleapis.com");  // empty, it would be taken as it is
  pin("NODE_TLS_REJECT_UNAUTHORIZED", "1");
  pin("GEMINI_TELEMETRY_ENABLED", "false");
  for (const auto& [upper, lower] :
       {std::pair("HTTPS_PROXY", "https_proxy"), std::pair("HTTP_PROXY", "http_proxy")}) {
    pin(upper, variable_in(environment, lower));
    pin(lower, variable_in(environment, upper));
  }
  return variables;
}

class GeminiProfile : public HarnessProfile {
 public:
  std::string name() const override { return "gemini"; }

  HarnessCapabilities capabilities() const override {
    HarnessCapabilities can;
    can.resumes_sessions = true;
    can.takes_session_id = true;
    can.limits_turns = true;
    can.needs_install = true;
    can.needs_credentials = true;
    return can;
  }

  InstallRecipe recipe() const override {
    InstallRecipe recipe;
    recipe.npm_package = "@google/gemini-cli";
    recipe.node_version = "22";  // it is a script for node 20 and later
    recipe.version_command = {"gemini", "--version"};
    return recipe;
  }

  std::vector<CredentialKey> credentials() const override { return {{"GEMINI_API_KEY"}, {"GOOGLE_API_KEY"}}; }

  std::vector<std::string> credential_files() const override { return {".gemini/oauth_creds.json"}; }

  std::vector<std::string> endpoints() const override {
    return {"generativelanguage.googleapis.com", "oauth2.googleapis.com", "cloudcode-pa.googleapis.com"};
  }

  std::vector<RepositoryFile> repository_files() const override {
    return {{.path = ".gemini"},
            {.path = "GEMINI.md", .is_instructions = true, .anywhere = true},
            {.path = ".agents", .is_instructions = true}};
  }

  std::vector<std::string> passed_variables() const override {
    std::vector<std::string> names = {"GOOGLE_GEMINI_BASE_URL", "GEMINI_MODEL", "GOOGLE_CLOUD_PROJECT",
                                      "GOOGLE_CLOUD_LOCATION", "GOOGLE_GENAI_USE_VERTEXAI"};
    const std::vector<std::string> proxies = proxy_variables();
    names.insert(names.end(), proxies.begin(), proxies.end());
    return names;
  }

  ProcessSpec command(const HarnessRequest& request) const override {
    ProcessSpec spec;
    // Without -p the prompt comes from standard input: an argument ends at 128 KiB.
    spec.argv = {"sh", "-c",          k_start,  "gemini",      settings_of(request),
                 "-o", "stream-json", "--yolo", "--skip-trust"};
    const auto option = [&](const char* name, const std::string& value) {
      spec.argv.emplace_back(name);
      spec.argv.push_back(value);
    };
    if (!request.session_id.empty()) option(request.resume ? "--resume" : "--session-id", request.session_id);
    if (!request.model.empty()) option("--model", request.model);
    // Otherwise a second node is the agent, and the first one ignores SIGTERM.
    spec.environment = {"GEMINI_CLI_NO_RELAUNCH=true"};
    if (request.repository_config != RepositoryConfig::trust) {
      const std::vector<std::string> fixed = pinned(request.environment);
      spec.environment.insert(spec.environment.end(), fixed.begin(), fixed.end());
    }
    spec.input = request.prompt;
    return spec;
  }

  std::unique_ptr<EventParser> parser() const override { return gemini_event_parser(); }
};

}  // namespace

const HarnessProfile& gemini_profile() {
  static const GeminiProfile profile;
  return profile;
}

}  // namespace milepost
