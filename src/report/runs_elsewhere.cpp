#include "milepost/report/runs_elsewhere.hpp"

#include "milepost/base/text.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>

namespace milepost {

namespace {

constexpr std::size_t k_named = 20;

struct Place {
  std::string_view path;  ///< a file, or a directory with all that is in it; lower case
  std::string_view who;
  bool at_top = false;  ///< means something at the top of a repository alone
};

constexpr const char* k_ci = "CI";
constexpr const char* k_editor = "an editor";
constexpr const char* k_agent = "a coding agent";
constexpr const char* k_hooks = "git hooks";
constexpr const char* k_shell = "a shell";

constexpr auto k_places = std::to_array<Place>({
    {".github/workflows", k_ci, true},
    {".github/actions", k_ci, true},
    {".gitea/workflows", k_ci, true},
    {".forgejo/workflows", k_ci, true},
    {".gitlab-ci.yml", k_ci, true},
    {".circleci", k_ci, true},
    {".buildkite", k_ci, true},
    {".woodpecker", k_ci, true},
    {".woodpecker.yml", k_ci, true},
    {".drone.yml", k_ci, true},
    {".travis.yml", k_ci, true},
    {"azure-pipelines.yml", k_ci, true},
    {"bitbucket-pipelines.yml", k_ci, true},
    {"jenkinsfile", k_ci, true},
    {".vscode", k_editor},
    {".idea", k_editor},
    {".zed", k_editor},
    {".devcontainer", k_editor},
    {".devcontainer.json", k_editor},
    {".vimrc", k_editor},
    {".exrc", k_editor},
    {".nvim.lua", k_editor},
    {".dir-locals.el", k_editor},
    {".claude", k_agent},
    {".mcp.json", k_agent},
    {"claude.md", k_agent},
    {"claude.local.md", k_agent},
    {"agents.md", k_agent},
    {"agents.override.md", k_agent},
    {"gemini.md", k_agent},
    {".codex", k_agent},
    {".gemini", k_agent},
    {".opencode", k_agent},
    {"opencode.json", k_agent},
    {"opencode.jsonc", k_agent},
    {".pi", k_agent},
    {".cursor", k_agent},
    {".cursorrules", k_agent},
    {".github/copilot-instructions.md", k_agent, true},
    {".husky", k_hooks},
    {".githooks", k_hooks},
    {"githooks", k_hooks, true},
    {".pre-commit-config.yaml", k_hooks, true},
    {"lefthook.yml", k_hooks, true},
    {"lefthook.yaml", k_hooks, true},
    {".lefthook.yml", k_hooks, true},
    {".gitmodules", "git", true},
    {".gitattributes", "git"},
    {".gitconfig", "git"},
    {".lfsconfig", "git", true},
    {".envrc", k_shell},
    {".bashrc", k_shell},
    {".bash_profile", k_shell},
    {".profile", k_shell},
    {".zshrc", k_shell},
    {".zshenv", k_shell},
    {".autoenv", k_shell},
    {"mise.toml", k_shell},
    {".mise.toml", k_shell},
    {".gdbinit", "a debugger"},
    {".lldbinit", "a debugger"},
    {".npmrc", "a package manager"},
    {".yarnrc", "a package manager"},
    {".yarnrc.yml", "a package manager"},
});

/// Whether the directory or file `place` begins at `at` of the path.
bool stands_at(std::string_view path, std::size_t at, std::string_view place) {
  const std::string_view rest = path.substr(at);
  return rest.starts_with(place) && (rest.size() == place.size() || rest[place.size()] == '/');
}

}  // namespace

std::string_view runs_elsewhere(std::string_view path, unsigned mode) {
  const std::string lower = to_lower_ascii(path);
  for (std::size_t at = 0; at != std::string::npos;) {
    for (const Place& place : k_places) {
      if ((at == 0 || !place.at_top) && stands_at(lower, at, place.path)) return place.who;
    }
    const std::size_t slash = lower.find('/', at);
    at = slash == std::string::npos ? slash : slash + 1;
  }
  if (S_ISREG(mode) && (mode & (S_ISUID | S_ISGID)) != 0) return "everyone, as its owner";
  return {};
}

std::string runs_elsewhere_warning(std::string_view task, const std::vector<ChangedFile>& changed) {
  std::string files;
  std::size_t count = 0;
  for (const ChangedFile& file : changed) {
    const std::string_view who = runs_elsewhere(file.path, file.mode);
    if (who.empty() || ++count > k_named) continue;
    files += (files.empty() ? "" : ", ") + printable(file.path) + " (" + std::string(who) + ")";
  }
  if (count == 0) return {};
  if (count > k_named) files += " and " + std::to_string(count - k_named) + " more";
  return "task " + std::string(task) +
         " changed files that others run or obey without being asked: " + files + "; look at them first";
}

}  // namespace milepost
