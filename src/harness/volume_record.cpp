#include "harness/volume_record.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"

namespace milepost {

namespace {

namespace fs = std::filesystem;

fs::path file_of(const fs::path& directory, const std::string& volume) {
  return directory / (volume + ".complete");
}

}  // namespace

std::string seen_complete(const fs::path& directory, const std::string& volume) {
  try {
    return std::string(trim(read_file_if_exists(file_of(directory, volume), 4096).value_or("")));
  } catch (const UsageError&) {
    return {};  // only a shortcut is lost
  }
}

void remember_complete(const fs::path& directory, const std::string& volume, const std::string& instance) {
  make_private_directories(directory);
  write_file_atomically(file_of(directory, volume), instance + "\n");
}

void forget_complete(const fs::path& directory, const std::string& volume) {
  std::error_code ignored;
  fs::remove(file_of(directory, volume), ignored);
}

}  // namespace milepost
