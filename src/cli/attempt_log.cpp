#include "attempt_log.hpp"

#include "milepost/base/error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace milepost {

namespace fs = std::filesystem;

std::vector<fs::path> recordings(const fs::path& directory) {
  std::vector<fs::path> files;
  if (fs::exists(directory / "stdout.log")) files.push_back(directory / "stdout.log");
  for (int number = 2; fs::exists(directory / ("stdout-" + std::to_string(number) + ".log")); ++number) {
    files.push_back(directory / ("stdout-" + std::to_string(number) + ".log"));
  }
  return files;
}

void AttemptLog::read_on(const Take& take) {
  while (true) {
    // Listed before the reading: what a file before the last one holds is complete.
    const std::vector<fs::path> files = recordings(directory_);
    if (file_ >= files.size()) return;
    if (!fd_) fd_.reset(::open(files[file_].c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd_) throw_errno("cannot read " + files[file_].string());
    char piece[64 * 1024];
    while (true) {
      const ssize_t got = ::read(fd_.get(), piece, sizeof piece);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw_errno("cannot read " + files[file_].string());
      if (got == 0) break;
      take({piece, static_cast<std::size_t>(got)}, /*end_of_file=*/false);
    }
    if (file_ + 1 >= files.size()) return;
    take({}, /*end_of_file=*/true);
    fd_.reset();
    ++file_;
  }
}

}  // namespace milepost
