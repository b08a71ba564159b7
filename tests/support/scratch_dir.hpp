#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace milepost::test {

/// A fresh directory for one test case, removed at its end unless the case failed: then it is kept and named
/// on stderr.
class ScratchDir {
 public:
  ScratchDir();
  ~ScratchDir();
  ScratchDir(const ScratchDir&) = delete;
  ScratchDir& operator=(const ScratchDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  /// Writes a file below the directory, making its parents; returns its path.
  std::filesystem::path write(std::string_view name, std::string_view text) const;

 private:
  std::filesystem::path path_;
  int exceptions_at_start_ = 0;
};

/// The whole text of a file; an empty string when there is none.
std::string slurp(const std::filesystem::path& path);

}  // namespace milepost::test
