#include "forge.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"
#include "milepost/process/process.hpp"
#include "milepost/workspace/trusted_path.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

namespace {

using Json = nlohmann::json;

constexpr Milliseconds k_ask = std::chrono::seconds(30);
constexpr Milliseconds k_open = std::chrono::minutes(2);

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

/// GitLab's API names a project by its path.
std::string project_of(const RemoteUrl& place) {
  return "projects/" + percent_encoded(place.path);
}

/// The command line, and what goes to its standard input.
struct Call {
  std::vector<std::string> argv;
  std::string input;
};

Call call_of(ForgeTool tool, const RemoteUrl& place, const PullRequest& request) {
  if (tool == ForgeTool::gh) {
    Call call{{"pr", "create", "--repo", place.host + "/" + place.path, "--head", request.branch, "--base",
               request.base, "--title", request.title, "--body-file", "-"},
              request.body};
    if (request.draft) call.argv.push_back("--draft");
    return call;
  }
  // `glab mr create` takes a description on its command line only; GitLab's API takes it in a body.
  const Json body{{"source_branch", request.branch},
                  {"target_branch", request.base},
                  {"title", (request.draft ? "Draft: " : "") + request.title},
                  {"description", request.body}};
  return {{"api", project_of(place) + "/merge_requests", "--hostname", place.host, "--method", "POST",
           "--header", "Content-Type: application/json", "--input", "-"},
          to_json_text(body, JsonForm::line)};
}

std::string url_in(ForgeTool tool, const std::string& output) {
  if (tool == ForgeTool::glab) {
    Json answer = Json::parse(output, nullptr, /*allow_exceptions=*/false);
    if (answer.is_array() && !answer.empty()) answer = Json(answer.front());
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

/// The program's words, without what they may hold of a login.
std::string words_of(const RunResult& result) {
  const std::string words = printable(trim(utf8_prefix(result.err, 2000)), /*keep_newlines=*/true);
  const std::string how = result.timed_out ? "no answer in time" : result.status.text();
  return "(" + how + ")" + (words.empty() ? "" : ": " + without_logins(words));
}

bool has(const RunResult& result, std::string_view words) {
  return result.err.find(words) != std::string::npos || result.out.find(words) != std::string::npos;
}

}  // namespace

const char* name_of(ForgeTool tool) {
  return tool == ForgeTool::gh ? "gh" : "glab";
}

std::optional<ForgeTool> forge_tool(const std::string& setting, const RemoteUrl& place) {
  if (place.local || setting == "none") return std::nullopt;
  if (setting == "gh") return ForgeTool::gh;
  if (setting == "glab") return ForgeTool::glab;
  if (place.host.find("github") != std::string::npos) return ForgeTool::gh;
  if (place.host.find("gitlab") != std::string::npos) return ForgeTool::glab;
  return std::nullopt;
}

Forge::Forge(Parts parts, std::filesystem::path program)
    : parts_(std::move(parts)), program_(std::move(program)) {}

std::optional<Forge> Forge::find(Parts parts) {
  auto program = find_trusted_program(name_of(parts.tool), parts.code_folder);
  if (!program) return std::nullopt;
  return Forge(std::move(parts), std::move(*program));
}

RunResult Forge::call(const std::vector<std::string>& words, const std::string& input,
                      Milliseconds limit) const {
  HostCommand command;
  command.argv = words;
  command.argv.insert(command.argv.begin(), program_.string());
  std::vector<std::string> environment = trusted_environment(parts_.code_folder);
  environment.push_back("GH_PROMPT_DISABLED=1");
  environment.push_back("NO_PROMPT=1");
  command.environment = std::move(environment);
  command.directory = parts_.directory;
  RunLimits limits;
  limits.timeout = limit;
  limits.output_bytes = 1u << 20;
  limits.stop = parts_.stop;
  return run_process(command, limits, input);
}

void Forge::check_access() const {
  const bool github = parts_.tool == ForgeTool::gh;
  const std::string project = github ? "repos/" + parts_.place.path : project_of(parts_.place);
  const RunResult result = call({"api", project, "--hostname", parts_.place.host}, {}, k_ask);
  if (result.success()) return;
  const std::string name = name_of(parts_.tool);
  const std::string log_in = name + " auth login --hostname " + parts_.place.host;
  if (has(result, "auth login"))
    throw EnvironmentError(name + " is not logged in to " + parts_.place.host, log_in);
  for (const char* refusal : {"HTTP 401", "HTTP 403", "HTTP 404"}) {
    if (has(result, refusal))
      throw EnvironmentError(name + " may not look at " + parts_.place.path + " " + words_of(result),
                             "log in as somebody who may open pull requests there: " + log_in);
  }
  throw InfraError(name + " gets no answer from " + parts_.place.host + " " + words_of(result));
}

std::string Forge::url_of_open_one(const PullRequest& request) const {
  const RunResult result =
      call({"api",
            project_of(parts_.place) + "/merge_requests?state=opened&source_branch=" +
                percent_encoded(request.branch) + "&target_branch=" + percent_encoded(request.base),
            "--hostname", parts_.place.host},
           {}, k_ask);
  return result.success() ? url_in(parts_.tool, result.out) : std::string();
}

OpenedPullRequest Forge::open(const PullRequest& request) const {
  const Call wanted = call_of(parts_.tool, parts_.place, request);
  const RunResult result = call(wanted.argv, wanted.input, k_open);
  if (result.success()) return {url_in(parts_.tool, result.out), false};
  if (has(result, "already exists"))
    return {parts_.tool == ForgeTool::gh ? url_in(parts_.tool, result.err) : url_of_open_one(request), true};
  throw InfraError(std::string(name_of(parts_.tool)) + " did not open the pull request " + words_of(result),
                   "the branch is pushed; open it there, or run milepost pr again");
}

}  // namespace milepost
