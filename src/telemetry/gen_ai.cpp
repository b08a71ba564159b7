#include "milepost/telemetry/gen_ai.hpp"

#include <algorithm>
#include <utility>

namespace milepost {

namespace {

constexpr std::pair<std::string_view, std::string_view> k_makers[] = {
    {"claude", "anthropic"},
    {"codex", "openai"},
    {"gemini", "gcp.gemini"},
};

/// The names before the slash are those of the harnesses `opencode` and `pi`.
constexpr std::pair<std::string_view, std::string_view> k_prefixes[] = {
    {"anthropic", "anthropic"},
    {"openai", "openai"},
    {"google", "gcp.gemini"},
    {"google-vertex", "gcp.vertex_ai"},
    {"mistral", "mistral_ai"},
    {"deepseek", "deepseek"},
    {"groq", "groq"},
    {"xai", "x_ai"},
    {"amazon-bedrock", "aws.bedrock"},
    {"azure", "azure.ai.openai"},
};

}  // namespace

std::string gen_ai_provider(std::string_view harness, std::string_view model) {
  for (const auto& [name, provider] : k_makers) {
    if (name == harness) return std::string(provider);
  }
  const std::string_view prefix = model.substr(0, std::min(model.find('/'), model.size()));
  for (const auto& [name, provider] : k_prefixes) {
    if (prefix.size() < model.size() && name == prefix) return std::string(provider);
  }
  return std::string(harness);
}

std::vector<Attribute> gen_ai_operation(std::string_view operation, std::string_view harness,
                                        std::string_view model) {
  std::vector<Attribute> attributes{{"gen_ai.operation.name", std::string(operation)},
                                    {"gen_ai.provider.name", gen_ai_provider(harness, model)}};
  if (!model.empty()) attributes.push_back({"gen_ai.request.model", std::string(model)});
  return attributes;
}

}  // namespace milepost
