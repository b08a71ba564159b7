#include "milepost/base/beneath.hpp"

#include "milepost/base/error.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace milepost {

bool is_beneath(const std::filesystem::path& path, const std::filesystem::path& folder) {
  const auto [folder_at, path_at] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return folder_at == folder.end() && path_at != path.end();
}

namespace {

Fd open_resolved(int directory, const std::filesystem::path& path, int flags, std::uint64_t resolve) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(static_cast<unsigned>(flags | O_CLOEXEC));
  how.resolve = resolve;
  while (true) {
    const long fd = ::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how);
    if (fd >= 0) return Fd(static_cast<int>(fd));
    // EAGAIN: a rename elsewhere raced with the lookup, and the kernel could not prove that it stayed below.
    if (errno == EINTR || errno == EAGAIN) continue;
    if (errno == ENOSYS) throw InfraError("this kernel has no openat2; milepost needs Linux 5.6 or newer");
    return Fd();
  }
}

}  // namespace

Fd open_beneath(int directory, const std::filesystem::path& path, int flags) {
  return open_resolved(directory, path, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
}

Fd open_inside(int directory, const std::filesystem::path& path, int flags) {
  return open_resolved(directory, path, flags, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
}

}  // namespace milepost
