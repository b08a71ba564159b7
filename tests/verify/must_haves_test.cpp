#include "milepost/verify/must_haves.hpp"

#include "support/scratch_dir.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace milepost;
using milepost::test::ScratchDir;
namespace fs = std::filesystem;

namespace {

Artifact artifact(const std::string& path) {
  Artifact made;
  made.path = path;
  return made;
}

std::vector<Evidence> check(const Artifact& wanted, const fs::path& folder) {
  MustHaves must;
  must.artifacts = {wanted};
  return check_must_haves(must, folder);
}

Evidence check_link(const KeyLink& link, const fs::path& folder) {
  MustHaves must;
  must.key_links = {link};
  return check_must_haves(must, folder).at(0);
}

Verdict link(const ScratchDir& scratch, const std::string& from, const std::string& to,
             std::optional<std::string> pattern = {}) {
  return check_link({from, to, "", std::move(pattern), {}}, scratch.path()).verdict;
}

std::vector<Verdict> verdicts(const std::vector<Evidence>& evidence) {
  std::vector<Verdict> found;
  for (const Evidence& item : evidence) found.push_back(item.verdict);
  return found;
}

}  // namespace

TEST_CASE("an artifact is checked for everything that the plan says of it") {
  const ScratchDir scratch;
  scratch.write("src/gate.py", "class Gate:\n    def open(self): ...\n# TODO\n");
  Artifact gate = artifact("src/gate.py");
  gate.min_lines = 4;
  gate.contains = {"class Gate", "class Fence"};
  gate.not_contains = {"TODO", "FIXME"};
  gate.exports = {"open"};
  gate.at = {14, 1, 14};
  const auto evidence = check(gate, scratch.path());
  using V = Verdict;
  CHECK(verdicts(evidence) ==
        std::vector{V::passed, V::passed, V::passed, V::failed, V::failed, V::passed, V::passed});
  CHECK(evidence[0].id == "artifact:src/gate.py");
  CHECK(evidence[0].command == "src/gate.py exists");
  CHECK(evidence[0].source == "must_haves, line 14");
  CHECK(evidence[1].id == "artifact:src/gate.py#min_lines");
  CHECK(evidence[3].command == "src/gate.py contains class Fence");
  CHECK(evidence[4].detail == "the text is in line 3");
  CHECK(evidence[6].id == "artifact:src/gate.py#exports:open");
  for (const Evidence& item : evidence) CHECK(item.kind == CheckKind::artifact);
}

TEST_CASE("the lines of an artifact are its parts between newlines") {
  const ScratchDir scratch;
  scratch.write("a.txt", "one\ntwo");
  Artifact two = artifact("a.txt");
  two.min_lines = 2;
  CHECK(check(two, scratch.path())[1].verdict == Verdict::passed);
  two.min_lines = 3;
  CHECK(check(two, scratch.path())[1].verdict == Verdict::failed);
}

TEST_CASE("what an artifact contains is literal text") {
  const ScratchDir scratch;
  scratch.write("a.txt", "case of claude");
  Artifact wanted = artifact("a.txt");
  wanted.contains = {"case.*claude"};
  CHECK(check(wanted, scratch.path())[1].verdict == Verdict::failed);
}

TEST_CASE(
    "F50: an artifact that is no plain file inside the code folder fails, and nothing is read through it") {
  const ScratchDir scratch;
  scratch.write("outside/secret", "key");
  scratch.write("repo/real", "key");
  fs::create_symlink(scratch / "outside/secret", scratch / "repo/link");
  fs::create_directory_symlink(scratch / "outside", scratch / "repo/way");
  fs::create_directory(scratch / "repo/directory");
  REQUIRE(::mkfifo((scratch / "repo/fifo").c_str(), 0600) == 0);
  for (const char* path : {"link", "way/secret", "directory", "directory/", "fifo", "../outside/secret",
                           "/etc/passwd", "gone", "gone/file.py"}) {
    CAPTURE(path);
    Artifact wanted = artifact(path);
    wanted.contains = {"key"};
    const auto evidence = check(wanted, scratch / "repo");
    CHECK(evidence[0].verdict == Verdict::failed);
    CHECK(!evidence[0].detail.empty());
    CHECK(evidence[1].verdict == Verdict::not_verified);
  }
}

TEST_CASE("a file that is too large to read cannot be checked") {
  const ScratchDir scratch;
  scratch.write("big.txt", "x");
  fs::resize_file(scratch / "big.txt", 17u << 20);
  CHECK(check(artifact("big.txt"), scratch.path())[0].verdict == Verdict::not_verified);
}

TEST_CASE("a key link is found by its pattern in the first end or in the second") {
  const ScratchDir scratch;
  scratch.write("src/cli.py", "from gate import Gate\nGate().open(5)\n");
  scratch.write("src/gate.py", "class Gate:\n");
  CHECK(link(scratch, "src/cli.py", "src/gate.py", R"(Gate\(\)\.open\()") == Verdict::passed);
  CHECK(link(scratch, "src/cli.py", "src/gate.py", R"(class\s+\w+)") == Verdict::passed);
  CHECK(link(scratch, "src/cli.py", "src/gate.py", R"(Gate\(\)\.close\()") == Verdict::failed);
}

TEST_CASE("a pattern means what it means in ECMAScript, over the whole file") {
  const ScratchDir scratch;
  scratch.write("a/x.js", "first\nroute(\n  '/chat'\n)\nGrüße_ok\n");
  const auto found = [&](const std::string& pattern) { return link(scratch, "a/x.js", "a/x.js", pattern); };
  CHECK(found(R"(route\(\s*'\/chat')") == Verdict::passed);
  CHECK(found("first.*route") == Verdict::failed);
  CHECK(found(R"(first[\s\S]*route)") == Verdict::passed);
  CHECK(found("^first") == Verdict::passed);
  CHECK(found("^route") == Verdict::failed);
  CHECK(found(R"(Gr\u00fc\u00dfe\_ok)") == Verdict::passed);
  CHECK(found("(GET|POST|chat){1,2}") == Verdict::passed);
}

TEST_CASE("a pattern that is no regular expression, or a costly one, is literal text") {
  const ScratchDir scratch;
  scratch.write("a/x.rs", "emit!(BpdBatchFinalized { id });  // (a+)+\n");
  const Evidence evidence =
      check_link({"a/x.rs", "a/y.rs", "", "emit!(BpdBatchFinalized", {}}, scratch.path());
  CHECK(evidence.verdict == Verdict::passed);
  CHECK(evidence.detail.find("literal") != std::string::npos);
  CHECK(link(scratch, "a/x.rs", "a/x.rs", "(a+)+") == Verdict::passed);
  CHECK(link(scratch, "a/x.rs", "a/x.rs", "(b+)+") == Verdict::failed);
}

TEST_CASE("a pattern that needs look-ahead cannot be checked and does not fail") {
  const ScratchDir scratch;
  scratch.write("a/x.js", "foo\n");
  CHECK(link(scratch, "a/x.js", "a/x.js", "foo(?!bar)") == Verdict::not_verified);
}

TEST_CASE("a hostile file cannot stall a pattern nor overflow the stack") {
  const ScratchDir scratch;
  scratch.write("a/x.txt", std::string(4u << 20, 'a'));
  CHECK(link(scratch, "a/x.txt", "a/x.txt", "(a|b)*.*a.*a.*a.*c") == Verdict::failed);
}

TEST_CASE("ends that are no files cannot be checked, which is no failure") {
  const ScratchDir scratch;
  scratch.write("src/a.py", "fetch('/api/chat')\n");
  for (const char* end : {"src/a.py::router", "src/a.clj (function x)", "container environment", "/api/chat",
                          "", "docker run", "src/*.py", "src/{a,b}.py", "../other/a.py\n"}) {
    CAPTURE(end);
    CHECK(link(scratch, end, "src/a.py", "absent") == Verdict::not_verified);
    CHECK(link(scratch, "src/a.py", end, "absent") == Verdict::not_verified);
    CHECK(link(scratch, "src/a.py", end, "fetch") == Verdict::passed);
    CHECK(link(scratch, end, "src/a.py", "fetch") == Verdict::passed);
    CHECK(link(scratch, end, end, "fetch") == Verdict::not_verified);
  }
  CHECK(check_link({"src/a.py", "/api/none", "", "none", {}}, scratch.path())
            .detail.starts_with("cannot be checked: "));
}

TEST_CASE("a file of a link that is not there is a failure") {
  const ScratchDir scratch;
  scratch.write("src/a.py", "import b\n");
  CHECK(link(scratch, "src/gone.py", "src/a.py", "absent") == Verdict::failed);
  CHECK(link(scratch, "src/gone.py", "src/a.py", "import") == Verdict::passed);
}

TEST_CASE("without a pattern the first end must name the second") {
  const ScratchDir scratch;
  scratch.write("src/a.py", "open('src/data.json')\n");
  CHECK(link(scratch, "src/a.py", "src/data.json") == Verdict::passed);
  CHECK(link(scratch, "src/a.py", "src/other.json") == Verdict::failed);
  CHECK(link(scratch, "src/a.py", "the database") == Verdict::not_verified);
  CHECK(link(scratch, "src/a.py", "") == Verdict::not_verified);
  CHECK(link(scratch, "the shell", "src/data.json") == Verdict::not_verified);
}

TEST_CASE("truths are for a person") {
  MustHaves must;
  must.truths = {"The gate stays shut for geese"};
  const auto evidence = check_must_haves(must, "/nowhere");
  REQUIRE(evidence.size() == 1);
  CHECK(evidence[0].verdict == Verdict::manual);
  CHECK(evidence[0].kind == CheckKind::truth);
  CHECK(evidence[0].command == "The gate stays shut for geese");
  CHECK(evidence[0].id.starts_with("truth:The-gate-stays-shut-for-geese-"));
  CHECK(overall(evidence) == Verdict::manual);
}

TEST_CASE("every check of a plan has an id of its own that does not hang on its place") {
  const ScratchDir scratch;
  MustHaves must;
  must.truths = {"a", "b"};
  Artifact wanted = artifact("src/a file with spaces.py");
  wanted.contains = {"x y", "x-y", "x_y", std::string(500, 'x'), std::string(501, 'x')};
  must.artifacts = {wanted, artifact("b.py")};
  must.key_links = {{"a", "b", "", "one", {}}, {"a", "b", "", "two", {}}, {"a", "b", "", {}, {}}};
  const auto ids = [&] {
    std::set<std::string> found;
    for (const Evidence& item : check_must_haves(must, scratch.path())) found.insert(item.id);
    return found;
  };
  const auto before = ids();
  CHECK(before.size() == 2 + 7 + 3);
  for (const std::string& id : before) {
    CAPTURE(id);
    CHECK(id.size() < 160);
    CHECK(id.find_first_of(" \t\n'\"$`\\;&|<>*?(){}[]!~") == std::string::npos);
  }
  std::reverse(must.truths.begin(), must.truths.end());
  std::reverse(must.artifacts.begin(), must.artifacts.end());
  std::reverse(must.key_links.begin(), must.key_links.end());
  CHECK(ids() == before);
}
