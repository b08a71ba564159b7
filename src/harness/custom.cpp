#include "milepost/harness/custom.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/host_network.hpp"

#include "harness/claude_events.hpp"
#include "harness/ndjson_events.hpp"
#include "harness/plain_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace milepost {

namespace {

using MakeParser = std::unique_ptr<EventParser> (*)();

struct Dialect {
  const char* name;
  bool reports_cost;
  MakeParser parser;
};

constexpr Dialect k_dialects[] = {{"plain", false, &plain_event_parser},
                                  {"ndjson-result", true, &ndjson_event_parser},
                                  {"claude-stream-json", true, &claude_event_parser}};

const Dialect& dialect_of(const std::string& name) {
  for (const Dialect& dialect : k_dialects) {
    if (name == dialect.name) return dialect;
  }
  const std::vector<std::string> names = custom_dialects();
  const auto meant = nearest(name, names);
  throw UsageError(
      "there is no dialect '" + printable(name) + "' of a custom harness (setting custom.dialect)",
      (meant ? "did you mean '" + *meant + "'? " : std::string()) + "known are: " + join(names, ", "));
}

/// The text with `{session}` and `{model}` as quoted words. What is filled in is not looked at again.
std::string filled(std::string_view text, const HarnessRequest& request) {
  const std::pair<std::string_view, std::string> words[] = {{"{session}", shell_quote(request.session_id)},
                                                            {"{model}", shell_quote(request.model)}};
  std::string result;
  while (!text.empty()) {
    const auto* word = std::find_if(std::begin(words), std::end(words),
                                    [&](const auto& known) { return text.starts_with(known.first); });
    if (word == std::end(words)) {
      result += text.front();
      text.remove_prefix(1);
    } else {
      result += word->second;
      text.remove_prefix(word->first.size());
    }
  }
  return result;
}

class CustomProfile : public HarnessProfile {
 public:
  explicit CustomProfile(CustomHarness custom)
      : custom_(std::move(custom)), dialect_(dialect_of(custom_.dialect)) {}

  std::string name() const override { return "custom"; }

  HarnessCapabilities capabilities() const override {
    HarnessCapabilities can;
    can.resumes_sessions = !custom_.resume_command.empty();
    can.takes_session_id = custom_.command.find("{session}") != std::string::npos;
    can.reports_cost = dialect_.reports_cost;
    can.uses_volume = true;
    can.needs_credentials = !custom_.secrets.empty();
    can.needs_settings = true;
    return can;
  }

  InstallRecipe recipe() const override { return {}; }

  std::vector<CredentialKey> credentials() const override {
    std::vector<CredentialKey> keys;
    for (const std::string& name : custom_.secrets) keys.push_back({name});
    return keys;
  }

  std::vector<std::string> credential_files() const override { return {}; }
  std::vector<std::string> passed_variables() const override { return proxy_variables(); }

  /// Which program it is nobody knows: what any other harness reads, and none of their options.
  std::vector<RepositoryFile> repository_files() const override {
    std::vector<RepositoryFile> all;
    for (const std::string& name : harness_names()) {
      if (name == this->name()) continue;
      for (RepositoryFile file : harness_profile(name).repository_files()) {
        file.kept_out_by_options = false;
        if (std::ranges::find(all, file) == all.end()) all.push_back(std::move(file));
      }
    }
    return all;
  }

  ProcessSpec command(const HarnessRequest& request) const override {
    if (custom_.command.empty()) {
      throw UsageError("the harness 'custom' has no command",
                       "set custom.command, for example: --set custom.command='my-agent --yes'");
    }
    const bool resume = request.resume && !custom_.resume_command.empty();
    ProcessSpec spec;
    spec.argv = {"bash", "-c", filled(resume ? custom_.resume_command : custom_.command, request)};
    spec.environment = {"MILEPOST_SESSION=" + request.session_id, "MILEPOST_MODEL=" + request.model,
                        "MILEPOST_ATTEMPT=" + std::to_string(request.attempt)};
    if (request.max_turns)
      spec.environment.push_back("MILEPOST_MAX_TURNS=" + std::to_string(*request.max_turns));
    if (request.max_usd) spec.environment.push_back(fmt::format("MILEPOST_MAX_USD={:.6g}", *request.max_usd));
    spec.input = request.prompt;
    return spec;
  }

  std::unique_ptr<EventParser> parser() const override { return dialect_.parser(); }

 private:
  CustomHarness custom_;
  const Dialect& dialect_;
};

}  // namespace

std::vector<std::string> custom_dialects() {
  std::vector<std::string> names;
  for (const Dialect& dialect : k_dialects) names.emplace_back(dialect.name);
  return names;
}

std::shared_ptr<const HarnessProfile> custom_profile(CustomHarness custom) {
  return std::make_shared<CustomProfile>(std::move(custom));
}

}  // namespace milepost
