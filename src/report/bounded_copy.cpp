#include "bounded_copy.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

namespace milepost {

namespace {

/// Bytes [at, end) of the source.
void copy_range(const Fd& source, std::uint64_t at, std::uint64_t end, AtomicFile& out) {
  std::vector<char> buffer(256 * 1024);
  while (at < end) {
    const ssize_t got = ::pread(source.get(), buffer.data(), std::min<std::uint64_t>(buffer.size(), end - at),
                                static_cast<off_t>(at));
    if (got <= 0) return;  // it became shorter meanwhile
    out.write({buffer.data(), static_cast<std::size_t>(got)});
    at += static_cast<std::uint64_t>(got);
  }
}

}  // namespace

void copy_bounded(const std::filesystem::path& from, const std::filesystem::path& to,
                  std::uint64_t limit_bytes) {
  const Fd source(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!source) throw_errno("cannot read " + from.string());
  struct stat info {};
  if (::fstat(source.get(), &info) != 0 || !S_ISREG(info.st_mode))
    throw InfraError(from.string() + " is not a file");
  const auto size = static_cast<std::uint64_t>(info.st_size);
  AtomicFile out(to);
  if (size <= limit_bytes) {
    copy_range(source, 0, size, out);
  } else {
    const std::uint64_t half = limit_bytes / 2;
    copy_range(source, 0, half, out);
    out.write("\n[milepost: " + std::to_string(size - 2 * half) + " bytes are left out here]\n");
    copy_range(source, size - half, size, out);
  }
  out.commit();
}

}  // namespace milepost
