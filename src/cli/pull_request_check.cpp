#include "pull_request_check.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "forge.hpp"
#include "publish_place.hpp"

#include <algorithm>
#include <array>

namespace milepost {

namespace {

constexpr const char* k_name = "pull-request";
constexpr const char* k_later = "mend it before the end of the run, or open it later: milepost pr PLAN";

/// Whether git's words tell a refusal, which waiting does not change, and not a server that is away.
bool is_refusal(std::string_view words) {
  constexpr std::array<std::string_view, 9> refusals = {"Authentication failed",
                                                        "could not read Username",
                                                        "could not read Password",
                                                        "Permission ",
                                                        "returned error: 403",
                                                        "not found",
                                                        "does not appear to be a git repository",
                                                        "Host key verification failed",
                                                        "failed to push some refs"};
  return std::ranges::any_of(
      refusals, [&](std::string_view refusal) { return words.find(refusal) != std::string_view::npos; });
}

/// Asks remote and forge; returns what neither passed nor is certain to fail, "" for nothing.
std::string ask_servers(const Publisher& publisher, const PublishWish& wish, const PublishBranch& branch,
                        const Forge& forge, std::string& base) {
  try {
    base = base_branch(publisher, wish, branch);
    publisher.try_push(branch.target, branch.commit, branch.name);
  } catch (const InfraError& error) {
    if (is_refusal(error.what()))
      throw EnvironmentError(error.what(), "see that you may push there: git push --dry-run " +
                                               shell_quote(branch.target.remote) + " " +
                                               shell_quote(branch.name));
    return error.what();
  }
  try {
    forge.check_access();
  } catch (const InfraError& error) {
    return error.what();
  }
  return {};
}

CheckResult look(const Environment& environment, const RunStarted& started) {
  const CodeFolder& folder = *environment.folder;
  const RunStore store(environment.state_directory, folder.key());
  const Publisher publisher(folder, store.shadow_git(), environment.state_directory, environment.stop);
  const PublishWish wish{.remote = {}, .base = {}, .started = started};
  const PublishBranch branch = publish_branch(publisher, wish);
  const RemoteUrl& place = branch.target.place;
  const auto tool = forge_tool(environment.config.pr_tool, place);
  if (!tool)
    throw EnvironmentError("nothing opens pull requests at " + place.display + " (setting pr.tool)",
                           "set pr.tool to gh or glab, or run without --pr; `milepost pr` says how to go on "
                           "by hand");
  const auto forge = Forge::find({*tool, place, folder.root, environment.state_directory, environment.stop});
  if (!forge)
    throw EnvironmentError(
        std::string(name_of(*tool)) + " is not installed (not in PATH outside of the code folder)",
        "install it and log in, or run without --pr");
  std::string base;
  const std::string unclear = ask_servers(publisher, wish, branch, *forge, base);
  if (!unclear.empty())
    return {.name = k_name, .verdict = CheckVerdict::warning, .detail = unclear, .remedy = k_later};
  return {.name = k_name,
          .verdict = CheckVerdict::passed,
          .detail = branch.name + " into " + base + " at " + place.display + ", by " + name_of(*tool),
          .remedy = {}};
}

}  // namespace

Check pull_request_check(const Environment& environment, RunStarted started) {
  const Environment* const e = &environment;
  return {k_name, {"git", "repository", "state-directory", "commits"}, [e, started = std::move(started)] {
            return look(*e, started);
          }};
}

}  // namespace milepost
