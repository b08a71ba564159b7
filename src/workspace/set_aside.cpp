#include "set_aside.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"

#include "ignored_paths.hpp"
#include "shadow_layout.hpp"

#include <fcntl.h>

#include <map>
#include <set>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t k_list_bytes = 16u << 20;
constexpr std::size_t k_files_by_name = 100;  // git compares each pattern with each file

fs::path list_file(const fs::path& shadow_directory) {
  return shadow_directory / "set-aside";
}

/// A pattern of gitignore(5) for this path alone.
std::string pattern_of(const std::string& path) {
  std::string pattern = "/";
  for (const char c : path) {
    if (c == '\\' || c == '*' || c == '?' || c == '[' || c == ' ') pattern += '\\';
    pattern += c == '\n' || c == '\r' ? '?' : c;  // a line cannot hold them
  }
  return pattern + "\n";
}

bool is_before(const statx_timestamp& time, const timespec& other) {
  return time.tv_sec < other.tv_sec || (time.tv_sec == other.tv_sec && time.tv_nsec < other.tv_nsec);
}

/// By when it was made, which no edit changes; where the file system does not say, by its last change.
bool was_there(const fs::path& file, const timespec& then) {
  struct statx info {};
  if (::statx(AT_FDCWD, file.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BTIME | STATX_CTIME, &info) != 0)
    return false;
  return is_before(info.stx_mask & STATX_BTIME ? info.stx_btime : info.stx_ctime, then);
}

/// "a/", "a/b/" of "a/b/c", outermost first.
std::vector<std::string> directories_of(const std::string& path) {
  std::vector<std::string> directories;
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    directories.push_back(path.substr(0, slash + 1));
  return directories;
}

/// The rule files of a tree, in a directory of their own.
class RulesOfTree {
 public:
  RulesOfTree(const SafeGit& git, const GitPlace& snapshots, const std::string& tree)
      : place_(snapshots), directory_(snapshots.git_dir / "rules") {
    fs::remove_all(directory_);
    make_private_directories(directory_);
    place_.work_tree = directory_;
    for (const std::string& line :
         split_nul(git.output(snapshots, {"ls-tree", "-r", "-z", "--full-tree", tree}))) {
      const std::size_t tab = line.find('\t');
      if (tab == std::string::npos || !line.starts_with("100")) continue;
      const fs::path path = line.substr(tab + 1);
      if (path.filename() != ".gitignore") continue;
      const auto words = split(std::string_view(line).substr(0, tab), ' ');
      make_private_directories((directory_ / path).parent_path());
      replace_file(directory_ / path, git.output(snapshots, {"cat-file", "blob", std::string(words.at(2))}));
    }
  }
  ~RulesOfTree() {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }
  RulesOfTree(const RulesOfTree&) = delete;
  RulesOfTree& operator=(const RulesOfTree&) = delete;

  const GitPlace& place() const { return place_; }

 private:
  GitPlace place_;
  fs::path directory_;
};

}  // namespace

SetAside::SetAside(GitPlace snapshots) : place_(std::move(snapshots)) {
  paths_ = split_nul(read_file_if_exists(list_file(place_.git_dir), k_list_bytes).value_or(""));
}

bool SetAside::take(const SafeGit& git, const std::string& tree, const std::vector<std::string>& untracked,
                    const timespec& since) {
  std::vector<std::string> old;
  for (const std::string& path : untracked) {
    if (was_there(place_.work_tree / path, since)) old.push_back(path);
  }
  if (old.empty()) return false;
  std::set<std::string> asked(old.begin(), old.end());
  for (const std::string& path : old) {
    for (std::string& directory : directories_of(path)) asked.insert(std::move(directory));
  }
  const std::set<std::string> ignored =
      ignored_paths(git, RulesOfTree(git, place_, tree).place(), {asked.begin(), asked.end()},
                    /*but_tracked=*/false);
  std::map<std::string, std::vector<std::string>> found;  // by what is ignored as a whole
  for (const std::string& path : old) {
    if (!ignored.contains(path)) continue;
    std::string whole = path;
    for (const std::string& directory : directories_of(path)) {
      if (!ignored.contains(directory)) continue;
      whole = directory;
      break;
    }
    found[whole].push_back(path);
  }
  if (found.empty()) return false;
  for (const auto& [whole, files] : found) {
    if (files.size() > k_files_by_name)
      paths_.push_back(whole);
    else
      paths_.insert(paths_.end(), files.begin(), files.end());
  }
  replace_file(list_file(place_.git_dir), join_nul(paths_));
  const fs::path exclude = place_.git_dir / "info/exclude";
  replace_file(exclude,
               read_file_if_exists(exclude, k_list_bytes).value_or("") + set_aside_patterns(place_.git_dir));
  return true;
}

std::string set_aside_patterns(const fs::path& shadow_directory) {
  std::string patterns;
  for (const std::string& path :
       split_nul(read_file_if_exists(list_file(shadow_directory), k_list_bytes).value_or("")))
    patterns += (patterns.empty() ? "\n" : "") + pattern_of(path);
  return patterns;
}

}  // namespace milepost
