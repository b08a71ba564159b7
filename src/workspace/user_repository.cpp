#include "user_repository.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"

#include <sys/stat.h>

#include <utility>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr int k_symbolic_depth = 5;  // as git
constexpr std::string_view k_symbolic = "ref: ";

bool is_object_id(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_plain_ref(std::string_view name) {
  return name.starts_with("refs/") && name.find("..") == std::string_view::npos;
}

std::optional<std::string> packed_ref(const fs::path& common_dir, const std::string& name) {
  const auto text = read_file_if_exists(common_dir / "packed-refs", 256u << 20);
  if (!text) return std::nullopt;
  for (const std::string_view line : lines_of(*text)) {
    const std::size_t space = line.find(' ');
    if (space != std::string_view::npos && line.substr(space + 1) == name &&
        is_object_id(line.substr(0, space)))
      return std::string(line.substr(0, space));
  }
  return std::nullopt;
}

/// The text of a loose ref; nothing when there is none, or only a directory of that name.
std::optional<std::string> loose_ref(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return std::nullopt;
  const auto text = read_file_if_exists(path, 64u << 10);
  if (!text) return std::nullopt;
  return std::string(trim(*text));
}

}  // namespace

std::optional<std::string> UserRepository::head() const {
  auto value = loose_ref(folder_.git_dir / "HEAD");
  for (int depth = 0; value && value->starts_with(k_symbolic); ++depth) {
    const std::string name(trim(std::string_view(*value).substr(k_symbolic.size())));
    // In a repository that keeps its refs in another format, HEAD's file only holds a name that cannot exist.
    if (depth == k_symbolic_depth || !is_plain_ref(name) || name == "refs/heads/.invalid") {
      const RunResult result = git_.run(place(), {"rev-parse", "--quiet", "--verify", "HEAD"}, {}, {});
      if (!result.success()) return std::nullopt;
      return std::string(trim(result.out));
    }
    value = loose_ref(folder_.common_dir / name);
    if (!value) value = packed_ref(folder_.common_dir, name);
  }
  if (value && !is_object_id(*value)) {
    throw InfraError("HEAD of " + folder_.root.string() + " cannot be read: '" + one_line(*value, 60) + "'",
                     "see what git says: git -C " + shell_quote(folder_.root.string()) + " log -1");
  }
  return value;
}

std::optional<std::string> UserRepository::branch() const {
  const auto value = loose_ref(folder_.git_dir / "HEAD");
  if (!value || !value->starts_with(k_symbolic)) return std::nullopt;
  std::string name(trim(std::string_view(*value).substr(k_symbolic.size())));
  if (name == "refs/heads/.invalid") {
    const RunResult result = git_.run(place(), {"symbolic-ref", "--quiet", "HEAD"}, {}, {});
    if (!result.success()) return std::nullopt;
    name = std::string(trim(result.out));
  }
  constexpr std::string_view heads = "refs/heads/";
  return name.starts_with(heads) ? name.substr(heads.size()) : name;
}

std::optional<std::string> UserRepository::commit_of(const std::string& name) const {
  const RunResult result =
      git_.run(place(), {"rev-parse", "--quiet", "--verify", "--end-of-options", name + "^{commit}"}, {}, {});
  if (!result.success()) return std::nullopt;
  return std::string(trim(result.out));
}

std::optional<std::string> UserRepository::operation_under_way() const {
  constexpr std::pair<const char*, const char*> marks[] = {
      {"MERGE_HEAD", "a merge"},   {"rebase-merge", "a rebase"},          {"rebase-apply", "a rebase"},
      {"REVERT_HEAD", "a revert"}, {"CHERRY_PICK_HEAD", "a cherry-pick"},
  };
  for (const auto& [file, what] : marks) {
    std::error_code ignored;
    if (fs::exists(folder_.git_dir / file, ignored)) return what;
  }
  // A stash that was applied with conflicts leaves no mark but these entries of the index.
  const std::string unmerged = git_.output(place(), {"ls-files", "--unmerged", "-z"});
  if (const std::size_t tab = unmerged.find('\t'); tab != std::string::npos)
    return "a merge with conflicts (" + one_line(split_nul(unmerged.substr(tab + 1)).front(), 200) + ")";
  return std::nullopt;
}

std::string UserRepository::state_signature() const {
  struct stat info {};
  std::string text = head().value_or("unborn");
  if (::stat(index().c_str(), &info) == 0) {
    for (const auto part :
         {static_cast<long long>(info.st_ino), static_cast<long long>(info.st_size),
          static_cast<long long>(info.st_mtim.tv_sec), static_cast<long long>(info.st_mtim.tv_nsec),
          static_cast<long long>(info.st_ctim.tv_sec), static_cast<long long>(info.st_ctim.tv_nsec)}) {
      text += " " + std::to_string(part);
    }
  }
  return text;
}

UserRepository::Tracked UserRepository::tracked(const std::optional<fs::path>& excludes_file) const {
  Tracked tracked;
  for (const std::string& line : split_nul(git_.output(place(), {"ls-files", "-z", "--stage"}))) {
    const std::size_t tab = line.find('\t');
    if (line.starts_with("160000 ") && tab != std::string::npos)
      tracked.gitlinks.push_back(line.substr(tab + 1));
  }
  const std::string excludes = "core.excludesFile=" + (excludes_file ? excludes_file->string() : "/dev/null");
  tracked.ignored = split_nul(git_.output(
      place(), {"-c", excludes, "ls-files", "-z", "--cached", "--ignored", "--exclude-standard"}));
  return tracked;
}

std::vector<std::string> UserRepository::tracked_matching(const std::vector<std::string>& pathspecs) const {
  std::vector<std::string> arguments{"ls-files", "-z", "--"};
  arguments.insert(arguments.end(), pathspecs.begin(), pathspecs.end());
  return split_nul(git_.output(place(), arguments));
}

std::set<std::string> UserRepository::not_checked_out() const {
  // Otherwise git passes over the mark of a file that is there after all.
  const std::vector<std::string> arguments{"-c", "sparse.expectFilesOutsideOfPatterns=true", "ls-files", "-z",
                                           "-t"};
  std::set<std::string> paths;
  for (const std::string& line : split_nul(git_.output(place(), arguments))) {
    if (line.starts_with("S ")) paths.insert(line.substr(2));
  }
  return paths;
}

bool UserRepository::move_head(const std::optional<std::string>& from, const std::string& to,
                               const std::string& reflog, const std::vector<std::string>& environment) const {
  SafeGit::Options options;
  options.environment = environment;
  const std::string expected = from.value_or(std::string(to.size(), '0'));
  const std::vector<std::string> arguments{"update-ref", "-m", reflog, "HEAD", to, expected};
  const RunResult result = git_.run({.git_dir = folder_.git_dir}, arguments, {}, options);
  if (result.success()) return true;
  if (head() != from) return false;
  git_.fail(arguments, result);
}

std::vector<fs::path> UserRepository::locks() const {
  std::vector<fs::path> locks = head_locks();
  locks.push_back(index().string() + ".lock");
  return locks;
}

std::vector<fs::path> UserRepository::head_locks() const {
  std::vector<fs::path> locks = {folder_.git_dir / "HEAD.lock"};
  if (const auto name = branch()) {
    const std::string ref = name->starts_with("refs/") ? *name : "refs/heads/" + *name;
    if (is_plain_ref(ref)) locks.push_back(folder_.common_dir / (ref + ".lock"));
  }
  return locks;
}

}  // namespace milepost
