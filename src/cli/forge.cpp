#include "forge.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/process/process.hpp"
#include "milepost/workspace/trusted_path.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

namespace {

using Json = nlohmann::json;

const char* name_of(ForgeTool tool) {
  return tool == ForgeTool::gh ? "gh" : "glab";
}

std::string percent_encoded(std::string_view text) {
  constexpr char k_digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char each : text) {
    const auto c = static_cast<unsigned char>(each);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain)
      out += static_cast<char>(c);
    else
      out += std::string("%") + k_digits[c >> 4] + k_digits[c & 15];
  }
  return out;
}

/// The command line, and what goes to its standard input.
struct Call {
  std::vector<std::string> argv;
  std::string input;
};

Call call_of(ForgeTool tool, const PullRequest& request) {
  if (tool == ForgeTool::gh) {
    Call call{{"pr", "create", "--repo", request.place.host + "/" + request.place.path, "--head",
               request.branch, "--base", request.base, "--title", request.title, "--body-file", "-"},
              request.body};
    if (request.draft) call.argv.push_back("--draft");
    return call;
  }
  // `glab mr create` takes a description on its command line only; GitLab's API takes it in a body.
  const Json body{{"source_branch", request.branch},
                  {"target_branch", request.base},
                  {"title", (request.draft ? "Draft: " : "") + request.title},
                  {"description", request.body}};
  return {
      {"api", "projects/" + percent_encoded(request.place.path) + "/merge_requests", "--hostname",
       request.place.host, "--method", "POST", "--header", "Content-Type: application/json", "--input", "-"},
      body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

std::string url_in(ForgeTool tool, const std::string& output) {
  if (tool == ForgeTool::glab) {
    const Json answer = Json::parse(output, nullptr, /*allow_exceptions=*/false);
    if (answer.is_object() && answer.contains("web_url") && answer["web_url"].is_string())
      return one_line(answer["web_url"].get<std::string>(), 300);
    return {};
  }
  std::string url;
  for (const std::string_view line : lines_of(output)) {
    if (line.starts_with("https://") || line.starts_with("http://")) url = one_line(line, 300);
  }
  return url;
}

}  // namespace

std::optional<ForgeTool> forge_tool(const std::string& setting, const RemoteUrl& place) {
  if (place.local || setting == "none") return std::nullopt;
  if (setting == "gh") return ForgeTool::gh;
  if (setting == "glab") return ForgeTool::glab;
  if (place.host.find("github") != std::string::npos) return ForgeTool::gh;
  if (place.host.find("gitlab") != std::string::npos) return ForgeTool::glab;
  return std::nullopt;
}

std::string open_pull_request(ForgeTool tool, const PullRequest& request,
                              const std::filesystem::path& code_folder,
                              const std::filesystem::path& directory, std::stop_token stop) {
  const auto program = find_trusted_program(name_of(tool), code_folder);
  if (!program)
    throw EnvironmentError(
        std::string(name_of(tool)) + " is not installed (not in PATH outside of the code folder)",
        "install it and log in, or set pr.tool to none");
  Call call = call_of(tool, request);
  HostCommand command;
  command.argv = std::move(call.argv);
  command.argv.insert(command.argv.begin(), program->string());
  std::vector<std::string> environment = trusted_environment(code_folder);
  environment.push_back("GH_PROMPT_DISABLED=1");
  environment.push_back("NO_PROMPT=1");
  command.environment = std::move(environment);
  command.directory = directory;
  RunLimits limits;
  limits.timeout = std::chrono::minutes(2);
  limits.output_bytes = 1u << 20;
  limits.stop = std::move(stop);
  const RunResult result = run_process(command, limits, call.input);
  if (!result.success()) {
    const std::string words = printable(trim(utf8_prefix(result.err, 2000)), /*keep_newlines=*/true);
    throw InfraError(std::string(name_of(tool)) + " did not open the pull request (" +
                         (result.timed_out ? "no answer in time" : result.status.text()) + ")" +
                         (words.empty() ? "" : ": " + words),
                     "the branch is pushed; open it there, or run milepost pr again");
  }
  return url_in(tool, result.out);
}

}  // namespace milepost
