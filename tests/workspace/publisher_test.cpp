#include "milepost/workspace/publisher.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/lock_file.hpp"
#include "milepost/workspace/remote_url.hpp"

#include "repository.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <thread>

// What an agent can plant so that a push from the host runs its program. Each is planted in a repository that
// it could write as a whole, and the same is tried with plain git, so that a plant without teeth is noticed.

namespace fs = std::filesystem;
using namespace milepost;
using milepost::test::Repository;

namespace {

struct Pushed {
  Repository repo;
  fs::path remote = repo.scratch / "remote.git";
  fs::path marker = repo.scratch / "marker";
  fs::path payload = repo.root / "payload.sh";

  Pushed() {
    repo.git_in(repo.scratch.path(), {"init", "--quiet", "--bare", "-b", "main", remote.string()});
    repo.write("file.txt", "one\n");
    repo.commit_all("first");
    repo.git({"remote", "add", "origin", remote.string()});
    repo.git({"push", "--quiet", "origin", "HEAD:refs/heads/main"});
    repo.git({"switch", "--quiet", "-c", "m3"});
    repo.write("payload.sh", "#!/bin/sh\ntouch '" + marker.string() + "'\nexit 1\n");
    fs::permissions(payload, fs::perms::owner_all);
    repo.commit_all("second");
  }
  Publisher publisher() const {
    return {find_code_folder(repo.root, repo.state), repo.state / "shadow", repo.state, {}};
  }
  void plant(const std::string& key, const std::string& value) const { repo.git({"config", key, value}); }
  void push() const {
    const Publisher publisher = this->publisher();
    publisher.push(publisher.target("", "m3"), *publisher.head(), "m3");
  }
  std::string remote_tip() const { return repo.git_in(remote, {"rev-parse", "m3"}); }
  bool fires_with_plain_git(const std::string& remote_name = "origin") const {
    repo.try_git({"push", remote_name, "HEAD:refs/heads/plain"});
    const bool fired = fs::exists(marker);
    fs::remove(marker);
    return fired;
  }
};

}  // namespace

TEST_CASE("a publisher waits while somebody else is at work in the shadow repository") {
  const Pushed pushed;
  static_cast<void>(pushed.publisher());
  const auto held = LockFile::try_acquire(pushed.repo.state / "shadow/lock", "another");
  REQUIRE(held);
  std::stop_source stop;
  const std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    stop.request_stop();
  });
  const CodeFolder folder = find_code_folder(pushed.repo.root, pushed.repo.state);
  CHECK_THROWS_AS(Publisher(folder, pushed.repo.state / "shadow", pushed.repo.state, stop.get_token()),
                  Stopped);
}

TEST_CASE("a branch arrives at its remote, which tells its main branch") {
  const Pushed pushed;
  const Publisher publisher = pushed.publisher();
  CHECK(publisher.branch() == "m3");
  const PushTarget target = publisher.target("", "m3");
  CHECK(target.remote == "origin");
  CHECK(publisher.default_branch(target) == "main");
  publisher.push(target, *publisher.head(), "m3");
  CHECK(pushed.remote_tip() == pushed.repo.git({"rev-parse", "HEAD"}));
  CHECK(publisher.reaches(*publisher.head()));
  CHECK_FALSE(publisher.reaches(std::string(40, '1')));
  CHECK_THROWS_AS(publisher.target("nowhere", "m3"), UsageError);
}

TEST_CASE("nothing that an agent planted for a push runs on the host") {
  const Pushed pushed;
  SUBCASE("a pre-push hook") {
    fs::create_directories(pushed.repo.root / ".git/hooks");
    fs::copy_file(pushed.payload, pushed.repo.root / ".git/hooks/pre-push");
  }
  SUBCASE("core.hooksPath") {
    fs::create_directories(pushed.repo.root / "hooks");
    fs::copy_file(pushed.payload, pushed.repo.root / "hooks/pre-push");
    pushed.plant("core.hooksPath", "hooks");
  }
  SUBCASE("remote.origin.receivepack") {
    pushed.plant("remote.origin.receivepack", pushed.payload.string());
  }
  SUBCASE("another URL by insteadOf") {
    pushed.plant("protocol.ext.allow", "always");
    pushed.plant("url.ext::" + pushed.payload.string() + " %S .insteadOf", pushed.remote.string());
  }
  REQUIRE(pushed.fires_with_plain_git());
  pushed.push();
  CHECK_FALSE(fs::exists(pushed.marker));
  CHECK(pushed.remote_tip() == pushed.repo.git({"rev-parse", "HEAD"}));
}

TEST_CASE("a planted ssh command does not run, the user's own does") {
  const Pushed pushed;
  pushed.repo.git({"remote", "set-url", "origin", "ssh://git@localhost/x.git"});
  pushed.plant("core.sshCommand", pushed.payload.string());
  REQUIRE(pushed.fires_with_plain_git());
  const fs::path own = pushed.repo.scratch / "own-ssh";
  pushed.repo.scratch.write("own-ssh", "#!/bin/sh\ntouch '" + own.string() + ".ran'\nexit 1\n");
  fs::permissions(own, fs::perms::owner_all);
  pushed.repo.git({"config", "--global", "core.sshCommand", own.string()});
  CHECK_THROWS_AS(pushed.push(), InfraError);
  CHECK_FALSE(fs::exists(pushed.marker));
  CHECK(fs::exists(own.string() + ".ran"));
}

TEST_CASE("a remote that starts a program or that an agent can write is refused") {
  const Pushed pushed;
  const auto refused = [&](const std::string& url) {
    pushed.repo.git({"config", "remote.origin.url", url});
    CHECK_THROWS_AS(pushed.publisher().target("", "m3"), UsageError);
  };
  refused("ext::" + pushed.payload.string());
  refused("--upload-pack=" + pushed.payload.string());
  refused("evil.git");
  refused((pushed.repo.root / "evil.git").string());
  refused("file://" + (pushed.repo.root / ".git").string());
  refused((pushed.repo.state / "home/evil.git").string());
  fs::create_directory_symlink(pushed.repo.root, pushed.repo.scratch / "link");
  refused((pushed.repo.scratch / "link/evil.git").string());
}

TEST_CASE("a remote's URL tells host and project") {
  const auto is = [](const std::string& url, const std::string& host, const std::string& path) {
    CAPTURE(url);
    const RemoteUrl parsed = parse_remote_url(url);
    CHECK(parsed.host == host);
    CHECK(parsed.path == path);
    CHECK(parsed.display.find("token") == std::string::npos);
  };
  is("https://github.com/o/r.git", "github.com", "o/r");
  is("https://user:token@GitLab.Example.org:8443/a/b/c/", "gitlab.example.org", "a/b/c");
  is("git@github.com:o/r.git", "github.com", "o/r");
  is("ssh://git@gitlab.local:2222/g/p.git", "gitlab.local", "g/p");
  CHECK(parse_remote_url("/srv/git/r.git").local);
  CHECK(parse_remote_url("file:///srv/git/r.git").path == "/srv/git/r.git");
  CHECK(without_logins("see https://u:token@h:1/p?x and ssh://git@h/p, not a@b") ==
        "see https://h:1/p?x and ssh://h/p, not a@b");
  CHECK(shown_url("https://u:token@h/p.git?private_token=token") == "https://h/p.git");
  try {
    static_cast<void>(parse_remote_url("u:token@host/p"));
    FAIL("a login without a scheme is no URL");
  } catch (const UsageError& error) {
    CHECK(std::string(error.what()).find("token") == std::string::npos);
  }
  for (const char* bad : {"", "-x", "ext::sh -c x", "ftp://h/p", "https://host", "ssh://-oProxyCommand=x/p",
                          "-oProxyCommand=x:p", "fd::3"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(parse_remote_url(bad), UsageError);
  }
}
