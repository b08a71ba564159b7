#include "milepost/workspace/foreign_repository.hpp"

#include "milepost/base/beneath.hpp"
#include "milepost/base/fd.hpp"

#include "tree_signature.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_most_entries = 200'000;
/// What is compared are two looks a task apart, so a file that was changed a moment ago counts like any
/// other.
constexpr Milliseconds k_any_age = -std::chrono::hours(24);

/// What is written when HEAD moves. Its index is not looked at: `git status` writes it too.
constexpr const char* k_head_files[] = {".git/HEAD", ".git/logs/HEAD"};

}  // namespace

std::optional<std::string> state_of_repository(const fs::path& root, const std::string& path) {
  const Fd top(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  Fd directory = open_beneath(top.get(), path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!directory) return "none";
  std::string head;
  for (const char* name : k_head_files) {
    struct stat info {};
    const Fd file = open_beneath(directory.get(), name, O_PATH | O_NOFOLLOW);
    if (!file || ::fstat(file.get(), &info) != 0) continue;
    head += " " + std::to_string(info.st_ino) + " " + std::to_string(info.st_ctim.tv_sec) + "." +
            std::to_string(info.st_ctim.tv_nsec);
  }
  const auto files = tree_signature(std::move(directory), k_most_entries, k_any_age);
  if (!files) return std::nullopt;
  return *files + head;
}

}  // namespace milepost
