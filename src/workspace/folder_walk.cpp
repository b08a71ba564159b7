#include "folder_walk.hpp"

#include "milepost/base/beneath.hpp"
#include "milepost/base/fd.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <deque>
#include <memory>

namespace milepost {

namespace fs = std::filesystem;

namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

unsigned char type_of(int directory, const std::string& name) {
  struct stat info {};
  if (::fstatat(directory, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
  return IFTODT(info.st_mode);
}

}  // namespace

bool walk_folder(const fs::path& root, std::size_t limit, const std::function<void(const FolderEntry&)>& show,
                 bool everything) {
  const Fd top(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  std::deque<fs::path> waiting;
  if (top) waiting.emplace_back();
  std::size_t shown = 0;
  while (!waiting.empty()) {
    const fs::path directory = std::move(waiting.front());
    waiting.pop_front();
    Fd fd = open_beneath(top.get(), directory.empty() ? fs::path(".") : directory,
                         O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    const std::unique_ptr<DIR, CloseDirectory> listing(fd ? ::fdopendir(fd.get()) : nullptr);
    if (!listing) continue;  // what this user may not read, their agent may not either
    fd.release();
    while (const dirent* entry = ::readdir(listing.get())) {
      const std::string name = entry->d_name;
      if (name == "." || name == ".." || (!everything && directory.empty() && name == ".git")) continue;
      if (shown++ == limit) return false;
      const unsigned char type =
          entry->d_type == DT_UNKNOWN ? type_of(::dirfd(listing.get()), name) : entry->d_type;
      if (type == DT_DIR && (everything || name != "node_modules")) waiting.push_back(directory / name);
      show({directory, name, type});
    }
  }
  return true;
}

}  // namespace milepost
