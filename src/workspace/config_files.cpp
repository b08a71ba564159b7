#include "milepost/workspace/config_files.hpp"

#include "milepost/base/beneath.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/fd.hpp"
#include "milepost/base/text.hpp"

#include "folder_walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>

namespace milepost {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw EnvironmentError(
      "the agent configuration " + printable(path) + " cannot be kept from the harness: " + why,
      "remove it from the code folder, or trust it: agent_config: trust");
}

/// Where `path` leads as a container sees it; nothing when there is nothing.
std::optional<FoundFile> look_up(const fs::path& root, const Fd& top, const std::string& path) {
  struct stat info {};
  if (::fstatat(top.get(), path.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  const Fd fd = open_inside(top.get(), path, O_PATH);
  if (!fd || ::fstat(fd.get(), &info) != 0)
    refuse(path, "it is a symbolic link that leads nowhere, to an absolute path or out of the code folder");
  if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) refuse(path, "it is no file and no directory");
  const fs::path behind = fs::read_symlink("/proc/self/fd/" + std::to_string(fd.get()));
  if (!is_beneath(behind, root)) refuse(path, "it leads out of the code folder");
  return FoundFile{path, behind.lexically_relative(root).string(), S_ISDIR(info.st_mode)};
}

std::vector<std::string> entries_of(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory, ignored))
    names.push_back(entry.path().filename());
  return names;
}

bool is_covered_by(const FoundFile& file, const std::vector<FoundFile>& others) {
  return std::ranges::any_of(others, [&](const FoundFile& other) {
    return other.is_directory && is_beneath(file.behind, other.behind);
  });
}

}  // namespace

std::vector<FoundFile> find_config_files(const fs::path& root, const std::vector<SoughtFile>& sought,
                                         std::size_t entries) {
  const Fd top(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  std::vector<FoundFile> found;
  const auto take = [&](const std::string& path) {
    if (const auto file = look_up(root, top, path)) found.push_back(*file);
  };
  std::vector<std::string> names;
  for (const SoughtFile& file : sought) {
    if (file.anywhere) {
      names.push_back(file.path);
    } else if (file.path.ends_with("/*")) {
      const std::string directory = file.path.substr(0, file.path.size() - 2);
      const auto at = look_up(root, top, directory);
      if (!at || !at->is_directory) continue;
      for (const std::string& name : entries_of(root / at->behind)) take(directory + "/" + name);
    } else {
      take(file.path);
    }
  }
  if (!names.empty()) {
    walk_folder(root, entries, [&](const FolderEntry& entry) {
      if (std::ranges::find(names, entry.name) != names.end()) take(entry.path().string());
    });
  }
  std::ranges::sort(found, {}, &FoundFile::path);
  std::vector<FoundFile> kept;
  for (const FoundFile& file : found) {
    const bool is_known = std::ranges::find(kept, file.behind, &FoundFile::behind) != kept.end();
    if (!is_known && !is_covered_by(file, found)) kept.push_back(file);
  }
  return kept;
}

}  // namespace milepost
