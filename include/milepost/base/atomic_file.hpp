#pragma once

#include "milepost/base/fd.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace milepost {

/// Replaces a file so that a reader, or a crash at any moment, sees the old or the new text, never a part.
/// Without commit() the destructor removes the temporary file. Files are made with mode 0600.
class AtomicFile {
 public:
  /// Makes the temporary file beside `path`; throws InfraError naming the path when it cannot.
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view text);
  /// Syncs, renames over `path` and syncs the directory. Throws InfraError.
  void commit();

 private:
  std::filesystem::path path_;
  std::string temporary_;
  Fd fd_;
};

/// AtomicFile in one call.
void write_file_atomically(const std::filesystem::path& path, std::string_view text);

}  // namespace milepost
