#include "support.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

using namespace milepost::test;
namespace fs = std::filesystem;

namespace {

/// A repository with a bare one as its remote, which the user's own configuration puts in a forge's place,
/// and a program that records how it was called.
struct Published {
  Project project;
  fs::path remote = project.base() / "remote.git";
  fs::path bin = project.base() / "bin";

  explicit Published(const std::string& url, const std::string& tool) {
    project.plan({{"1.1", "Make a file", "echo x > made"}});
    project.git({"init", "--quiet", "--bare", "-b", "main", remote.string()});
    project.git({"branch", "-M", "main"});
    project.git({"push", "--quiet", remote.string(), "main"});
    project.git({"switch", "--quiet", "-c", "m1"});
    project.git({"remote", "add", "origin", url});
    fs::create_directories(bin);
    std::ofstream(bin / tool) << "#!/bin/sh\n"
                              << "for word; do echo \"$word\"; done > '" << (bin / "words").string() << "'\n"
                              << "cat > '" << (bin / "input").string() << "'\n"
                              << (tool == "gh" ? "echo https://forge/1\n"
                                               : "echo '{\"web_url\":\"https://forge/1\"}'\n");
    fs::permissions(bin / tool, fs::perms::owner_all);
    project.set("PATH", bin.string() + ":" + std::getenv("PATH"));
    project.set("GIT_CONFIG_COUNT", "1");
    project.set("GIT_CONFIG_KEY_0", "url." + remote.string() + ".insteadOf");
    project.set("GIT_CONFIG_VALUE_0", url);
  }
};

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
  CHECK(onto_itself.says("nothing to open"));
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
}
