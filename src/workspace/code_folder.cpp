#include "milepost/workspace/code_folder.hpp"

#include "milepost/base/beneath.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/sha256.hpp"
#include "milepost/base/text.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t k_steering_file_bytes = 1u << 20;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

bool looks_like_git_dir(const fs::path& path) {
  return is_there(path / "HEAD") && is_there(path / "objects") && is_there(path / "refs");
}

/// The one path that a `.git` file, `commondir` or the like holds; git strips only line ends.
std::optional<fs::path> path_in_file(const fs::path& file, std::string_view prefix) {
  const auto text = read_file_if_exists(file, k_steering_file_bytes);
  if (!text || !text->starts_with(prefix)) return std::nullopt;
  std::string_view value = std::string_view(*text).substr(prefix.size());
  while (value.ends_with('\n') || value.ends_with('\r')) value.remove_suffix(1);
  if (value.empty()) return std::nullopt;
  const fs::path path(value);
  return path.is_absolute() ? path : file.parent_path() / path;
}

std::optional<fs::path> real_path(const fs::path& path) {
  std::error_code error;
  fs::path found = fs::canonical(path, error);
  if (error) return std::nullopt;
  return found;
}

/// core.bare as written in a repository's own config file; includes are not followed.
bool says_bare(const fs::path& config) {
  const auto text = read_file_if_exists(config, k_steering_file_bytes);
  if (!text) return false;
  bool in_core = false;
  bool bare = false;
  for (const std::string_view raw : lines_of(*text)) {
    std::string line = to_lower_ascii(trim(raw));
    std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '"'; });
    if (line.starts_with('[')) in_core = line.starts_with("[core]");
    if (in_core && line.starts_with("bare=")) {
      bare = line.starts_with("bare=true") || line.starts_with("bare=yes") || line.starts_with("bare=on") ||
             line.starts_with("bare=1");
    }
  }
  return bare;
}

std::optional<fs::path> home_directory() {
  const char* home = std::getenv("HOME");
  return home && *home ? real_path(home) : std::nullopt;
}

/// From /etc/passwd itself: a program that is linked statically must not load name services.
std::string name_of_user(uid_t id) {
  const auto passwd = read_file_if_exists("/etc/passwd", 16u << 20);
  if (passwd) {
    for (const std::string_view line : lines_of(*passwd)) {
      const auto fields = split(line, ':');
      if (fields.size() > 2 && fields[2] == std::to_string(id)) return std::string(fields[0]);
    }
  }
  return std::to_string(id);
}

void check_owner(const fs::path& root, const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    throw EnvironmentError("cannot look at " + path.string() + ": " + std::generic_category().message(errno));
  }
  if (info.st_uid == ::geteuid()) return;
  const std::string owner = name_of_user(info.st_uid);
  throw EnvironmentError(
      "the code folder " + root.string() + " belongs to another user: " + path.string() + " is owned by " +
          owner + ", and milepost runs as " + name_of_user(::geteuid()),
      std::getenv("SUDO_UID") ? "run milepost as " + owner + ", without sudo" : "run milepost as " + owner);
}

void check_place(const fs::path& root, const fs::path& state_directory) {
  const std::string next = "run milepost in the repository of one project";
  if (root == root.root_path()) throw EnvironmentError("the code folder would be /, the whole machine", next);
  if (const auto home = home_directory()) {
    if (root == *home)
      throw EnvironmentError("the code folder would be your home directory " + root.string(), next);
    if (is_beneath(*home, root)) {
      throw EnvironmentError(
          "the code folder " + root.string() + " would hold your home directory " + home->string(), next);
    }
  }
  std::error_code ignored;
  const fs::path state = fs::weakly_canonical(state_directory, ignored);
  if (!state.empty() && (state == root || is_beneath(state, root))) {
    throw EnvironmentError("milepost's state directory " + state.string() + " is inside the code folder " +
                               root.string() + ", where the agent could write it",
                           "set XDG_STATE_HOME to a directory outside of the code folder");
  }
}

/// The first folder, from `start` up, that holds a `.git`.
fs::path find_root(const fs::path& start) {
  for (fs::path folder = start;; folder = folder.parent_path()) {
    if (is_there(folder / ".git")) return folder;
    if (looks_like_git_dir(folder)) {
      throw EnvironmentError(folder.string() + " is a bare repository or the inside of a git directory",
                             "run milepost in the work tree, the folder that holds your files");
    }
    if (folder == folder.root_path()) break;
  }
  throw EnvironmentError(
      "there is no git repository in " + start.string() + " or above it",
      "run milepost inside a repository, or make one: git init " + shell_quote(start.string()));
}

void read_dot_git_file(CodeFolder& folder, const fs::path& dot_git) {
  const auto target = path_in_file(dot_git, "gitdir: ");
  const auto git_dir = target ? real_path(*target) : std::nullopt;
  if (!git_dir || !fs::is_directory(*git_dir)) {
    throw EnvironmentError(dot_git.string() + " does not lead to a git directory" +
                               (target ? " (it names " + target->string() + ")" : ""),
                           "repair it with: git worktree repair, or: git submodule update --init");
  }
  folder.dot_git_is_file = true;
  folder.git_dir = *git_dir;
  const auto common = path_in_file(folder.git_dir / "commondir", "");
  const auto common_dir = common ? real_path(*common) : folder.git_dir;
  if (!common_dir) {
    throw EnvironmentError((folder.git_dir / "commondir").string() +
                               " names a directory that does not exist: " + common->string(),
                           "repair it with: git worktree repair");
  }
  folder.common_dir = *common_dir;
  for (const fs::path& path : {folder.git_dir, folder.common_dir}) {
    if (path == folder.root || is_beneath(path, folder.root)) {
      throw EnvironmentError(dot_git.string() + " leads to " + path.string() +
                                 ", inside the code folder, where the agent could write it",
                             "keep the git directory in .git itself, or outside of the code folder");
    }
  }
}

}  // namespace

std::string CodeFolder::key() const {
  return sha256_hex(root.native()).substr(0, 16);
}

CodeFolder find_code_folder(const fs::path& start, const fs::path& state_directory) {
  std::error_code error;
  fs::path from = fs::canonical(start, error);
  if (error) throw EnvironmentError("cannot open " + start.string() + ": " + error.message());
  if (!fs::is_directory(from)) from = from.parent_path();

  CodeFolder folder;
  folder.root = find_root(from);
  struct stat status_of_root {};
  if (::stat(folder.root.c_str(), &status_of_root) == 0) folder.inode = status_of_root.st_ino;
  const fs::path dot_git = folder.root / ".git";
  const fs::file_status status = fs::symlink_status(dot_git);
  check_owner(folder.root, folder.root);
  check_place(folder.root, state_directory);
  if (fs::is_symlink(status)) {
    throw EnvironmentError(dot_git.string() + " is a symbolic link: it cannot be protected from the agent",
                           "move the git directory to " + dot_git.string() + ", or use: git worktree add");
  }
  if (fs::is_directory(status)) {
    folder.git_dir = folder.common_dir = dot_git;
  } else if (fs::is_regular_file(status)) {
    read_dot_git_file(folder, dot_git);
  } else {
    throw EnvironmentError(dot_git.string() + " is neither a directory nor a file");
  }
  check_owner(folder.root, folder.git_dir);
  if (!is_there(folder.git_dir / "HEAD") || !looks_like_git_dir(folder.common_dir)) {
    throw EnvironmentError(
        folder.git_dir.string() + " is not a git directory: HEAD, objects or refs is missing",
        "see what git says: git -C " + shell_quote(folder.root.string()) + " status");
  }
  if (!folder.dot_git_is_file && says_bare(folder.common_dir / "config")) {
    throw EnvironmentError(folder.root.string() + " is a bare repository: core.bare is true in " +
                               (folder.common_dir / "config").string(),
                           "run milepost in a repository with a work tree");
  }
  return folder;
}

}  // namespace milepost
