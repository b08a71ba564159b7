#include "milepost/workspace/sensitive_files.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

using milepost::find_sensitive_files;
using milepost::SensitiveFile;
using milepost::SensitiveFiles;
using milepost::Severity;
using milepost::test::ScratchDir;
namespace fs = std::filesystem;

namespace {

// In two parts, so that no scanner takes this source for a key.
const std::string k_key = "-----BEGIN OPENSSH PRIVATE " + std::string("KEY-----\nAAAA\n");

std::vector<std::string> paths(const SensitiveFiles& files, Severity severity) {
  std::vector<std::string> all;
  for (const SensitiveFile& file : files.found) {
    if (file.severity == severity) all.push_back(file.path);
  }
  return all;
}

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("F57: each kind of file with a secret is found") {
  const std::vector<std::pair<std::string, std::string>> files = {
      {"id_rsa", ""},
      {"a/b/id_ed25519", k_key},
      {"tls/server.pem", k_key},
      {"deploy_rsa", k_key},
      {".env", "# settings\nPORT=1\nAPI_KEY=abc\n"},
      {"app/.env.production", "export DB_PASSWORD='x'\n"},
      {"credentials.json", "{}"},
      {".aws/credentials", "[default]\n"},
      {"my-service-account.json", R"({"type": "service_account", "private_key": "x"})"},
      {"kubeconfig.yaml", "users:\n- user:\n    client-key-data: AAAA\n"},
      {".npmrc", "//registry.example/:_authToken=abc\n"},
      {".pypirc", "[pypi]\npassword = abc\n"},
      {".netrc", "machine a login b password c\n"},
      {".docker/config.json", R"({"auths": {"r.example": {"auth": "x"}}})"},
  };
  for (const auto& entry : files) {
    const auto& name = entry.first;
    const auto& text = entry.second;
    CAPTURE(name);
    const ScratchDir scratch;
    scratch.write(name, text);
    CHECK(paths(find_sensitive_files(scratch.path(), {}), Severity::high) == Paths{name});
  }
}

TEST_CASE("what only looks like one by its name is left alone") {
  const ScratchDir scratch;
  scratch.write(".env.example", "API_KEY=put-yours-here\n");
  scratch.write(".env", "# API_KEY=abc\nEMPTY_TOKEN=\nQUOTED_TOKEN=\"\"\n");
  scratch.write("id_rsa.pub", "ssh-rsa AAAA\n");
  scratch.write("ca.pem", "-----BEGIN CERTIFICATE-----\n");
  scratch.write("keymap.json", "{\"up\": \"k\"}");
  scratch.write(".npmrc", "registry=https://r.example\n//r.example/:_authToken=${TOKEN}\n");
  scratch.write("src/credentials.cpp", "int main() {}\n");
  CHECK(find_sensitive_files(scratch.path(), {}).found.empty());
}

TEST_CASE("key stores and plain settings are medium, and come after what is high") {
  const ScratchDir scratch;
  scratch.write("a.p12", "");
  scratch.write(".env", "PORT=3000\n");
  scratch.write("z/id_rsa", k_key);
  const SensitiveFiles files = find_sensitive_files(scratch.path(), {});
  REQUIRE(files.found.size() == 3);
  CHECK(files.found[0].path == "z/id_rsa");
  CHECK(paths(files, Severity::medium) == Paths{".env", "a.p12"});
}

TEST_CASE("a glob of the allow-list takes out a name anywhere or a path") {
  const ScratchDir scratch;
  scratch.write("tests/data/tls/a.pem", k_key);
  scratch.write("b.pem", k_key);
  scratch.write("id_rsa", k_key);
  CHECK(paths(find_sensitive_files(scratch.path(), {"tests/*"}), Severity::high) == Paths{"b.pem", "id_rsa"});
  CHECK(paths(find_sensitive_files(scratch.path(), {"*.pem"}), Severity::high) == Paths{"id_rsa"});
  CHECK(find_sensitive_files(scratch.path(), {"*.pem", "id_rsa"}).found.empty());
}

TEST_CASE("F57: no link is followed, and .git and node_modules are not entered") {
  const ScratchDir scratch;
  scratch.write("outside/id_rsa", k_key);
  scratch.write("code/.git/id_rsa", k_key);
  scratch.write("code/node_modules/x/server.key", k_key);
  fs::create_symlink(scratch / "outside/id_rsa", scratch / "code/id_rsa");
  fs::create_directory_symlink(scratch / "outside", scratch / "code/way");
  CHECK(find_sensitive_files(scratch / "code", {}).found.empty());
}

TEST_CASE("a file that cannot be judged by its content is medium") {
  const ScratchDir scratch;
  scratch.write("code/big.pem", std::string(100'000, 'x'));
  scratch.write("outside", k_key);
  fs::create_hard_link(scratch / "outside", scratch / "code/linked.pem");
  const SensitiveFiles files = find_sensitive_files(scratch / "code", {});
  CHECK(paths(files, Severity::medium) == Paths{"big.pem", "linked.pem"});
  CHECK(files.complete);
}

TEST_CASE("F57: the look ends at its limits and says so; what is at the top comes first") {
  const ScratchDir scratch;
  for (int i = 0; i < 10; ++i) scratch.write("deep/" + std::to_string(i) + "/file", "");
  scratch.write("id_rsa", k_key);
  const SensitiveFiles files = find_sensitive_files(scratch.path(), {}, {.entries = 5, .contents = 500});
  CHECK_FALSE(files.complete);
  CHECK(files.looked_at == 5);
  CHECK(paths(files, Severity::high) == Paths{"id_rsa"});

  scratch.write("a.pem", k_key);
  CHECK_FALSE(find_sensitive_files(scratch.path(), {}, {.entries = 100, .contents = 0}).complete);
}
