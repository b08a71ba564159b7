#include "harness/volume_record.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"

#include <charconv>

namespace milepost {

namespace {

namespace fs = std::filesystem;

fs::path file_of(const fs::path& directory, const std::string& volume) {
  return directory / (volume + ".complete");
}

}  // namespace

VolumeRecord seen_complete(const fs::path& directory, const std::string& volume) {
  try {
    const std::string text = read_file_if_exists(file_of(directory, volume), 4096).value_or("");
    const auto lines = lines_of(text);
    VolumeRecord record;
    if (!lines.empty()) record.instance = trim(lines[0]);
    if (lines.size() > 1) {
      std::uint64_t bytes = 0;
      const std::string_view digits = trim(lines[1]);
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bytes);
      if (read.ec == std::errc() && !digits.empty()) record.bytes = bytes;
    }
    return record;
  } catch (const UsageError&) {
    return {};  // only a shortcut is lost
  }
}

void remember_complete(const fs::path& directory, const std::string& volume, const VolumeRecord& record) {
  make_private_directories(directory);
  write_file_atomically(file_of(directory, volume),
                        record.instance + "\n" + (record.bytes ? std::to_string(*record.bytes) + "\n" : ""));
}

void forget_complete(const fs::path& directory, const std::string& volume) {
  std::error_code ignored;
  fs::remove(file_of(directory, volume), ignored);
}

}  // namespace milepost
