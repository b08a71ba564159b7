#include "milepost/notify/notifier.hpp"

#include "support/http_sink.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>

using namespace milepost;
using milepost::test::HttpSink;
using milepost::test::ScratchDir;
using milepost::test::slurp;

namespace {

constexpr Milliseconds k_long = std::chrono::seconds(60);

Notification example(NotificationKind kind = NotificationKind::task_done) {
  Notification n;
  n.kind = kind;
  n.plan_id = "M4";
  n.text = "task 1 is done: the key is hunter22-secret and the \"end\" \\ of it";
  return n;
}

std::string body_of(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

}  // namespace

TEST_CASE("a webhook gets the payload as it was made, without the agent's secrets") {
  const HttpSink sink;
  NotifyTargets targets;
  targets.webhook = sink.url("/services/path-secret");
  targets.secrets = {"hunter22-secret", "is"};
  const auto all = deliver(targets, example(), {});
  REQUIRE(all.size() == 1);
  CHECK(all[0].problem.empty());
  REQUIRE(sink.requests().size() == 1);
  const std::string request = sink.requests()[0];
  CHECK(request.starts_with("POST /services/path-secret HTTP/1.1\r\n"));
  CHECK(request.find("Content-Type: application/json\r\n") != std::string::npos);
  const auto body = nlohmann::json::parse(body_of(request));
  CHECK(body["event"] == "task_done");
  CHECK(body["text"] == "task 1 is done: the key is [secret] and the \"end\" \\ of it");
}

TEST_CASE("what a webhook did not take is told without its URL") {
  const HttpSink refusing(404);
  NotifyTargets targets;
  targets.webhook = refusing.url("/path-secret");
  CHECK(deliver(targets, example(), {}).at(0).problem == "the server answered with HTTP status 404");
  targets.webhook = "http://127.0.0.1:1/path-secret";
  const std::string problem = deliver(targets, example(), {}).at(0).problem;
  CHECK(problem.starts_with("curl: (7)"));
  CHECK(problem.find("path-secret") == std::string::npos);
}

TEST_CASE("every event that is wanted arrives in order, and no other") {
  const HttpSink sink;
  NotifyTargets targets;
  targets.webhook = sink.url("/");
  targets.kinds = {NotificationKind::start, NotificationKind::end};
  Notifier notifier(targets);
  for (const NotificationKind kind :
       {NotificationKind::start, NotificationKind::task_done, NotificationKind::end})
    notifier.send(example(kind));
  CHECK(notifier.finish(k_long).empty());
  const auto requests = sink.requests();
  REQUIRE(requests.size() == 2);
  CHECK(nlohmann::json::parse(body_of(requests[0]))["event"] == "start");
  CHECK(nlohmann::json::parse(body_of(requests[1]))["event"] == "end");
}

TEST_CASE("a webhook that never answers holds up nobody and loses what its short queue cannot keep") {
  const HttpSink silent(0);
  NotifyTargets targets;
  targets.webhook = silent.url("/");
  targets.limit = k_long;
  Notifier notifier(targets);
  for (int i = 0; i < 200; ++i) notifier.send(example());
  const auto problems = notifier.finish(Milliseconds(1));
  CHECK(silent.requests().size() <= 1);
  REQUIRE_FALSE(problems.empty());
  CHECK(problems.back().find(" notifications were not sent: the targets were too slow") != std::string::npos);
  CHECK(notifier.finish(k_long).empty());
}

TEST_CASE("a target that fails each time is told once, with how often") {
  const HttpSink refusing(500);
  NotifyTargets targets;
  targets.webhook = refusing.url("/");
  Notifier notifier(targets);
  for (int i = 0; i < 3; ++i) notifier.send(example());
  CHECK(notifier.finish(k_long) ==
        std::vector<std::string>{
            "notification by webhook: the server answered with HTTP status 500 (3 times)"});
}

TEST_CASE("a command gets the generic object on its standard input, and its failure is told") {
  const ScratchDir scratch;
  NotifyTargets targets;
  targets.command = "cat > '" + (scratch / "got").string() + "'";
  CHECK(deliver(targets, example(), {}).at(0).problem.empty());
  CHECK(nlohmann::json::parse(slurp(scratch / "got"))["plan"]["id"] == "M4");
  targets.command = "echo no such channel >&2; exit 3";
  CHECK(deliver(targets, example(), {}).at(0).problem == "no such channel");
  targets.command = "exec sleep 1000";
  targets.limit = Milliseconds(50);
  CHECK(deliver(targets, example(), {}).at(0).problem == "no answer in time");
}

TEST_CASE("a desktop gets the headline and the text as separate words, without markup") {
  const ScratchDir scratch;
  const auto program = scratch.write("bin/notify-send", "#!/bin/sh\nfor word; do echo \"[$word]\"; done > '" +
                                                            (scratch / "got").string() + "'\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", ((scratch / "bin").string() + ":" + path).c_str(), 1);
  NotifyTargets targets;
  targets.desktop = true;
  Notification n = example(NotificationKind::question);
  n.text = "-x <b>bold</b> & more";
  const auto all = deliver(targets, n, {});
  ::setenv("PATH", path.c_str(), 1);
  CHECK(all.at(0).problem.empty());
  CHECK(slurp(scratch / "got") ==
        "[--app-name=milepost]\n[--]\n[milepost M4]\n[-x &lt;b>bold&lt;/b> &amp; more]\n");
}
