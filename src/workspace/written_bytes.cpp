#include "milepost/workspace/written_bytes.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/fd.hpp"
#include "milepost/base/text.hpp"

#include "folder_walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <tuple>

namespace milepost {

namespace {

constexpr std::size_t k_most_entries = 2'000'000;

}  // namespace

std::uint64_t bytes_written_since(const std::filesystem::path& folder, const std::timespec& time) {
  const Fd top(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  std::uint64_t bytes = 0;
  const auto count = [&](const FolderEntry& entry) {
    if (entry.type != DT_REG) return;
    struct stat info {};
    if (::fstatat(top.get(), entry.path().c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (std::tie(info.st_ctim.tv_sec, info.st_ctim.tv_nsec) < std::tie(time.tv_sec, time.tv_nsec)) return;
    bytes += static_cast<std::uint64_t>(info.st_blocks) * 512;
  };
  walk_folder(folder, k_most_entries, count, /*everything=*/true);
  return bytes;
}

std::uint64_t free_bytes(const std::filesystem::path& path) {
  struct statvfs info {};
  if (::statvfs(path.c_str(), &info) != 0)
    throw InfraError("cannot ask for the free space of " + printable(path.string()) + ": " +
                     ::strerror(errno));
  return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

}  // namespace milepost
