#include "repository.hpp"

#include "milepost/process/process.hpp"

#include <stdlib.h>

#include <fstream>
#include <stdexcept>

namespace milepost::test {

namespace fs = std::filesystem;

Repository::Repository() : root(scratch / "repo"), state(scratch / "state"), home(scratch / "home") {
  fs::create_directories(root);
  fs::create_directories(home);
  ::setenv("HOME", home.c_str(), 1);
  for (const char* name : {"XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_DIR", "GIT_WORK_TREE",
                           "GIT_INDEX_FILE", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME",
                           "GIT_COMMITTER_EMAIL", "EMAIL", "SUDO_UID"}) {
    ::unsetenv(name);
  }
  ::setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
  std::ofstream(home / ".gitconfig")
      << "[user]\n\tname = Ada Tester\n\temail = ada@example.com\n"
         "[init]\n\tdefaultBranch = main\n[protocol \"file\"]\n\tallow = always\n"
         "[advice]\n\taddEmbeddedRepo = false\n";
  git({"init", "--quiet"});
}

std::string Repository::git_in(const fs::path& directory, const std::vector<std::string>& arguments) const {
  HostCommand command;
  command.argv = {"git"};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.directory = directory;
  const RunResult result = run_process(command);
  if (!result.success()) throw std::runtime_error("git " + arguments.front() + " failed: " + result.err);
  return result.out;
}

void Repository::try_git(const std::vector<std::string>& arguments) const {
  HostCommand command;
  command.argv = {"git"};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.directory = root;
  milepost::RunLimits limits;
  limits.timeout = std::chrono::seconds(10);
  run_process(command, limits);
}

void Repository::write(std::string_view name, std::string_view text) const {
  const fs::path file = root / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

std::string Repository::read(std::string_view name) const {
  return slurp(root / name);
}

bool Repository::has(std::string_view name) const {
  return fs::exists(fs::symlink_status(root / name));
}

void Repository::remove(std::string_view name) const {
  fs::remove_all(root / name);
}

std::string Repository::commit_all(std::string_view message) const {
  git({"add", "--all"});
  git({"commit", "--quiet", "--allow-empty", "-m", std::string(message)});
  std::string id = git({"rev-parse", "HEAD"});
  id.pop_back();
  return id;
}

ShadowGit Repository::open() const {
  return ShadowGit(find_code_folder(root, state), state / "shadow");
}

}  // namespace milepost::test
