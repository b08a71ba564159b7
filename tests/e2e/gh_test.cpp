// GitHub's own program `gh` against a scripted API on a socket of this machine; git pushes into a real
// repository.

#include "published.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;
namespace fs = std::filesystem;

namespace {

/// Whether gh is there. Where it is required (MILEPOST_TEST_REQUIRE_GH), its absence fails the case.
bool has_gh(const Project& project) {
  if (project.call({"sh", "-c", "command -v gh"}).exit == 0) return true;
  CHECK_MESSAGE(!std::getenv("MILEPOST_TEST_REQUIRE_GH"), "install the package gh");
  MESSAGE("SKIPPED: gh is not installed");
  return false;
}

struct Github {
  Published at{"https://github.com/owner/repo.git", ""};
  fs::path directory = at.project.base() / "github";
  std::optional<Program> server;

  Github() {
    fs::create_directories(directory / "gh");
    std::ofstream(directory / "gh/config.yml")
        << "http_unix_socket: " << (directory / "api").string() << "\n";
    at.project.set("GH_CONFIG_DIR", (directory / "gh").string());
    at.project.set("GITHUB_TOKEN", "");
    log_in("s3cret-token");
    answers(Json::object());
    server.emplace(at.project.start_any(
        {"python3", MILEPOST_TEST_GITHUB_API, directory / "api", directory / "answers", directory / "log"}));
    REQUIRE(eventually(60s, [&] { return fs::exists(directory / "api"); }));
  }
  void log_in(const std::string& token) { at.project.set("GH_TOKEN", token); }
  void answers(const Json& answers) const { std::ofstream(directory / "answers") << answers; }
  /// What was asked for a new pull request, the last time; null for nothing.
  Json created() const {
    Json input;
    for (const std::string& line : lines(slurp(directory / "log"))) {
      const Json entry = Json::parse(line);
      if (entry.contains("variables") && entry["variables"].contains("input"))
        input = entry["variables"]["input"];
    }
    return input;
  }
  std::string remote_tip() const {
    return at.project.git({"--git-dir", at.remote.string(), "rev-parse", "m1"});
  }
  std::string tip() const { return at.project.git({"rev-parse", "HEAD"}); }
};

const Words k_run{"run", "M1_test.md", "--verify", "test -f made", "--pr"};
const Words k_pr{"pr", "M1_test.md"};

}  // namespace

TEST_CASE("gh opens a run's pull request with its title, text and base") {
  const Github github;
  if (!has_gh(github.at.project)) return;
  const Ended run = github.at.project.milepost(k_run);
  CAPTURE(run.err);
  REQUIRE(run.exit == 0);
  CHECK(run.out == "https://github.com/owner/repo/pull/7\n");
  CHECK(github.remote_tip() == github.tip());
  const Json asked = github.created();
  CHECK(asked["title"] == "M1: A test of the whole program");
  CHECK(asked["headRefName"] == "m1");
  CHECK(asked["baseRefName"] == "main");
  CHECK(asked["draft"] == false);
  CHECK(asked["body"].get<std::string>().find("passed: `test -f made`") != std::string::npos);

  const Ended draft = github.at.project.milepost({"pr", "M1_test.md", "--draft", "--base", "next"});
  CHECK(draft.exit == 0);
  CHECK(github.created()["draft"] == true);
  CHECK(github.created()["baseRefName"] == "next");
}

TEST_CASE("a pull request that gh finds open gets the commits and is told") {
  const Github github;
  if (!has_gh(github.at.project)) return;
  REQUIRE(github.at.project.milepost({"run", "M1_test.md"}).exit == 0);
  const std::string url = "https://github.com/owner/repo/pull/3";
  SUBCASE("before it asks for one") {
    github.answers({{"open",
                     {{{"url", url},
                       {"id", "PR_3"},
                       {"number", 3},
                       {"state", "OPEN"},
                       {"baseRefName", "main"},
                       {"headRefName", "m1"},
                       {"isCrossRepository", false},
                       {"headRepositoryOwner", {{"id", "U_1"}, {"login", "owner"}}}}}}});
    CHECK(github.at.project.milepost(k_pr).out == url + "\n");
    CHECK(github.created().is_null());
  }
  SUBCASE("when it was opened meanwhile") {
    github.answers({{"refuse", "A pull request already exists for owner:m1."}});
    CHECK(github.at.project.milepost(k_pr).out == "the program told no URL\n");
  }
  const Ended again = github.at.project.milepost({"pr", "M1_test.md", "--json"});
  CAPTURE(again.err);
  CHECK(again.exit == 0);
  CHECK(again.says("it was open already"));
  CHECK(Json::parse(again.out)["existed"] == true);
  CHECK(github.remote_tip() == github.tip());
}

TEST_CASE("what gh says to a pull request that GitHub refuses is told, and the branch is pushed") {
  const Github github;
  if (!has_gh(github.at.project)) return;
  std::string words;
  SUBCASE("by the rules") {
    github.answers({{"refuse", "No commits between main and m1"}});
    words = "No commits between main and m1";
  }
  SUBCASE("by a fault of its own") {
    github.answers({{"graphql", 500}});
    words = "HTTP 500";
  }
  const Ended run = github.at.project.milepost(k_run);
  CAPTURE(run.err);
  CHECK(run.exit == 6);
  CHECK(run.says("gh did not open the pull request"));
  CHECK(run.says(words));
  CHECK(run.says("the branch is pushed"));
  CHECK(github.remote_tip() == github.tip());
  CHECK_FALSE(run.says("s3cret-token"));
  github.answers(Json::object());
  CHECK(github.at.project.milepost(k_pr).out == "https://github.com/owner/repo/pull/7\n");
}

TEST_CASE("a run that is to open a pull request does not begin without gh's login") {
  Github github;
  if (!has_gh(github.at.project)) return;
  std::string words;
  SUBCASE("nobody is logged in") {
    github.log_in("");
    words = "gh is not logged in to github.com";
  }
  SUBCASE("the login has ended") {
    github.log_in("an-old-one");
    words = "gh may not look at owner/repo (exit 1): gh: Bad credentials (HTTP 401)";
  }
  const Ended run = github.at.project.milepost(k_run);
  CAPTURE(run.err);
  CHECK(run.exit == 3);
  CHECK(run.says(words));
  CHECK(run.says("gh auth login --hostname github.com"));
  CHECK_FALSE(github.at.has_runs());
}

TEST_CASE("a run begins although GitHub does not answer, and says so") {
  Github github;
  if (!has_gh(github.at.project)) return;
  SUBCASE("at all") {
    fs::remove(github.directory / "api");
  }
  SUBCASE("but with a fault of its own") {
    github.answers({{"repo", 502}, {"graphql", 502}});
  }
  const Ended run = github.at.project.milepost(k_run);
  CAPTURE(run.err);
  CHECK(run.exit == 6);
  CHECK(run.says("warning: gh gets no answer from github.com"));
  CHECK(run.says("gh did not open the pull request"));
  CHECK(github.remote_tip() == github.tip());
}
