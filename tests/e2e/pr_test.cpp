#include "published.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;
namespace fs = std::filesystem;

namespace {

const Words k_run{"run", "M1_test.md", "--verify", "test -f made", "--pr"};

}  // namespace

TEST_CASE("a run that passed becomes a pull request, by the tool of the remote's host") {
  const Published at("https://github.com/owner/repo.git", "gh");
  const Ended run = at.project.milepost({"run", "M1_test.md", "--verify", "test -f made", "--pr", "--json"});
  INFO(run.err);
  REQUIRE(run.exit == 0);
  CHECK(run.out.find("https://forge/1") != std::string::npos);
  CHECK(at.project.git({"--git-dir", at.remote.string(), "rev-parse", "m1"}) ==
        at.project.git({"rev-parse", "HEAD"}));
  const std::string words = slurp(at.bin / "words");
  CHECK(words.find("--repo\ngithub.com/owner/repo\n--head\nm1\n--base\nmain\n--title\nM1: ") !=
        std::string::npos);
  CHECK(words.find("--body-file\n-\n") != std::string::npos);
  const std::string body = slurp(at.bin / "input");
  CHECK(body.find("| ✅ | **1.1** Make a file | completed |") != std::string::npos);
  CHECK(body.find("passed: `test -f made`") != std::string::npos);

  // Without a program it says what to do, and pushes nothing.
  const Ended by_hand = at.project.milepost({"pr", "M1_test.md", "--set", "pr.tool=none", "--base", "other"});
  CHECK(by_hand.exit == 3);
  CHECK(by_hand.out.find("git push origin m1") != std::string::npos);
  CHECK(by_hand.out.find("pull-request.md") != std::string::npos);
  const Ended onto_itself = at.project.milepost({"pr", "M1_test.md", "--base", "m1"});
  CHECK(onto_itself.exit == 2);
  CHECK(onto_itself.says("there is nothing to open"));
}

TEST_CASE("GitLab of one's own gets a merge request, and a run that did not pass gets none") {
  const Published at("git@git.example.org:group/sub/repo.git", "glab");
  const Words pr{"pr", "M1_test.md", "--set", "pr.tool=glab", "--draft"};
  REQUIRE(at.project.milepost({"run", "M1_test.md", "--retries", "0", "--verify", "test -f wanted"}).exit ==
          1);
  CHECK(at.project.milepost(pr).says("did not pass its checks"));
  CHECK_FALSE(fs::exists(at.bin / "words"));
  at.project.write("wanted", "");
  REQUIRE(at.project.milepost({"resume", "M1_test.md"}).exit == 0);
  const Ended opened = at.project.milepost(pr);
  INFO(opened.err);
  REQUIRE(opened.exit == 0);
  CHECK(opened.out.find("https://forge/1") != std::string::npos);
  CHECK(slurp(at.bin / "words")
            .find("api\nprojects/group%2Fsub%2Frepo/merge_requests\n--hostname\ngit.example.org\n") !=
        std::string::npos);
  const Json body = Json::parse(slurp(at.bin / "input"));
  CHECK(body["source_branch"] == "m1");
  CHECK(body["target_branch"] == "main");
  CHECK(body["title"].get<std::string>().starts_with("Draft: M1"));

  // The words of GitLab's API, to whom asks for a second one.
  at.program(
      "glab",
      "case \"$*\" in\n"
      "  *POST*) cat >/dev/null; echo '{\"message\":[\"Another open merge request already exists for this "
      "source branch: !4\"]}'; exit 1 ;;\n"
      "  *'merge_requests?state=opened&source_branch=m1&target_branch=main '*) "
      "echo '[{\"web_url\":\"https://forge/4\"}]' ;;\n"
      "  *) exit 1 ;;\nesac\n");
  CHECK(at.project.milepost(pr).out == "https://forge/4\n");
}

TEST_CASE("what would only fail when a pull request is opened is told before a run begins") {
  Published at("https://github.com/owner/repo.git", "gh");
  std::string word = "pull-request";
  SUBCASE("on no branch") {
    at.project.git({"switch", "--quiet", "--detach"});
    word = "HEAD is on no branch";
  }
  SUBCASE("on the base branch") {
    at.project.git({"switch", "--quiet", "main"});
    word = "HEAD is on the base branch 'main'";
  }
  SUBCASE("without a remote") {
    at.project.git({"remote", "remove", "origin"});
    word = "there is no remote 'origin'";
  }
  SUBCASE("with a remote that starts a program") {
    at.project.git({"remote", "set-url", "origin", "ext::sh -c true"});
    word = "starts a program";
  }
  SUBCASE("with a remote where nothing opens one") {
    at.project.git({"remote", "set-url", "origin", "https://git.example.org/o/r.git"});
    word = "nothing opens pull requests at https://git.example.org/o/r.git";
  }
  SUBCASE("with a remote that is not there") {
    fs::remove_all(at.remote);
    word = "does not appear to be a git repository";
  }
  SUBCASE("with a branch that the remote has already gone on with") {
    at.project.git({"commit", "--quiet", "--allow-empty", "-m", "elsewhere"});
    at.project.git({"push", "--quiet", at.remote.string(), "m1"});
    at.project.git({"reset", "--quiet", "--hard", "HEAD~1"});
    word = "rejected";
  }
  SUBCASE("not logged in") {
    at.program("gh", "echo 'please run:  gh auth login' >&2\nexit 4\n");
    word = "gh auth login --hostname github.com";
  }
  SUBCASE("with a login that does not reach the project") {
    at.program("gh", "echo 'gh: Not Found (HTTP 404)' >&2\nexit 1\n");
    word = "gh may not look at owner/repo";
  }
  const Ended run = at.project.milepost(k_run);
  CAPTURE(run.err);
  CHECK(run.exit == 3);
  CHECK(run.says(word));
  CHECK(run.says("milepost doctor --pr"));
  CHECK_FALSE(at.has_runs());
  const Ended doctor = at.project.milepost({"doctor", "--pr", "--check", "pull-request"});
  CHECK(doctor.exit == 3);
  CHECK(doctor.out.find(word) != std::string::npos);
}

TEST_CASE("a server that is away is a warning at a run's start, and a failure at its end") {
  Published at("https://github.com/owner/repo.git", "gh");
  at.reach("https://github.com/", "http://127.0.0.1:1/");
  const Ended run = at.project.milepost(k_run);
  CAPTURE(run.err);
  CHECK(run.exit == 6);
  CHECK(run.says("warning: git ls-remote"));
  CHECK(at.project.subjects().size() == 1);
  CHECK_FALSE(fs::exists(at.bin / "words"));
  at.reach("https://github.com/owner/repo.git", at.remote.string());
  CHECK(at.project.milepost({"resume", "M1_test.md"}).out == "https://forge/1\n");
}

TEST_CASE("a resume opens the pull request that its run was to open") {
  const Published at("https://github.com/owner/repo.git", "gh");
  REQUIRE(at.project.milepost({"run", "M1_test.md", "--retries", "0", "--verify", "test -f wanted", "--pr"})
              .exit == 1);
  at.project.write("wanted", "");
  const Ended resumed = at.project.milepost({"resume", "M1_test.md"});
  CAPTURE(resumed.err);
  CHECK(resumed.exit == 0);
  CHECK(resumed.out == "https://forge/1\n");
}

TEST_CASE("a remote that leads elsewhere than when the run began gets nothing") {
  Published at("https://github.com/owner/repo.git", "gh");
  REQUIRE(at.project.milepost({"run", "M1_test.md"}).exit == 0);
  const std::string other = "https://github.com/other/repo.git";
  at.project.git({"remote", "set-url", "origin", other});
  at.reach(other, at.remote.string());
  const Ended refused = at.project.milepost({"pr", "M1_test.md"});
  CAPTURE(refused.err);
  CHECK(refused.exit == 2);
  CHECK(refused.says("the remote 'origin' leads to " + other + "; when run "));
  CHECK(refused.says("it was https://github.com/owner/repo.git"));
  at.project.git({"remote", "add", "new", other});
  CHECK(at.project.milepost({"pr", "M1_test.md", "--remote", "new"}).says("it was not there"));
  at.project.git({"config", "branch.m1.remote", other});
  CHECK(at.project.milepost({"pr", "M1_test.md"}).exit == 2);
  CHECK_FALSE(fs::exists(at.bin / "words"));
  // As the user's own word it is taken.
  CHECK(at.project.milepost({"pr", "M1_test.md", "--remote", other}).exit == 0);
}

TEST_CASE("a login in the remote's URL stays out of what is kept and told") {
  Published at("https://ada:hunter2@github.com/owner/repo.git", "gh");
  std::string told;
  const auto hear = [&](const Words& words) {
    const Ended ended = at.project.milepost(words);
    told += ended.out + ended.err;
    return ended.exit;
  };
  CHECK(hear({"run", "M1_test.md", "--verify", "test -f made", "--pr", "--json"}) == 0);
  at.reach("https://ada:hunter2@github.com/", "http://ada:hunter2@127.0.0.1:1/");
  CHECK(hear({"pr", "M1_test.md"}) == 6);
  CHECK(hear({"pr", "M1_test.md", "--set", "pr.tool=none", "--base", "main"}) == 3);
  at.project.git({"remote", "set-url", "origin", "https://ada:hunter2@github.com"});
  CHECK(hear({"doctor", "--pr", "--check", "pull-request"}) == 3);
  for (const fs::path& root : {at.project.report_directory(), at.project.project_state() / "runs"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      if (entry.is_regular_file()) told += slurp(entry.path());
    }
  }
  CHECK(told.find("https://github.com/owner/repo.git") != std::string::npos);
  CHECK(told.find("hunter2") == std::string::npos);
}
