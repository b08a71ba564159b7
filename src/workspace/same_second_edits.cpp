#include "same_second_edits.hpp"

#include "milepost/base/beneath.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/fd.hpp"
#include "milepost/base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdint>
#include <cstdio>
#include <string_view>

namespace milepost {

namespace fs = std::filesystem;

namespace {

// The fields of an index entry, versions 2 and 3 (git's index-format documentation).
constexpr std::size_t k_header_bytes = 12;
constexpr std::size_t k_stat_bytes = 40;
constexpr std::size_t k_modified_at = 8;
constexpr std::size_t k_mode_at = 24;
constexpr std::uint16_t k_extended_flag = 0x4000;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::string hex(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4];
    text += digits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::string octal(std::uint32_t mode) {
  char text[16];
  std::snprintf(text, sizeof text, "%06o", mode);
  return text;
}

}  // namespace

std::string same_second_edits(const fs::path& index, const fs::path& root, std::size_t id_bytes) {
  std::string edited;
  struct stat written {};
  if (::stat(index.c_str(), &written) != 0) return edited;
  const std::string text = read_file(index, std::uint64_t{4} << 30);
  const std::string_view bytes = text;
  if (bytes.size() < k_header_bytes || !bytes.starts_with("DIRC")) return edited;
  const std::uint32_t version = number_at(bytes, 4);
  if (version != 2 && version != 3) return edited;

  const Fd folder(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) throw_errno("cannot open the code folder " + root.string());
  std::size_t at = k_header_bytes;
  for (std::uint32_t left = number_at(bytes, 8); left > 0; --left) {
    const std::size_t flags_at = at + k_stat_bytes + id_bytes;
    if (flags_at + 2 > bytes.size()) break;
    const bool extended = (static_cast<unsigned char>(bytes[flags_at]) << 8 & k_extended_flag) != 0;
    const std::size_t path_at = flags_at + (extended ? 4 : 2);
    const std::size_t path_end = bytes.find('\0', path_at);
    if (path_end == std::string_view::npos) break;
    const std::uint32_t seconds = number_at(bytes, at);
    const std::uint32_t nanoseconds = number_at(bytes, at + 4);
    // An edit after the index was written cannot fall into a second before that one; and a file with a
    // modification time as new as the index git looks into by itself.
    const auto since = static_cast<std::int64_t>(written.st_mtim.tv_sec);
    if (seconds >= since && number_at(bytes, at + k_modified_at) < since) {
      const fs::path path(bytes.substr(path_at, path_end - path_at));
      struct stat now {};
      const Fd file = open_beneath(folder.get(), path, O_PATH | O_NOFOLLOW);
      if (file && ::fstat(file.get(), &now) == 0 &&
          static_cast<std::uint32_t>(now.st_ctim.tv_sec) == seconds &&
          static_cast<std::uint32_t>(now.st_ctim.tv_nsec) != nanoseconds) {
        edited += octal(number_at(bytes, at + k_mode_at)) + " " +
                  hex(bytes.substr(at + k_stat_bytes, id_bytes)) + "\t" + path.native() + '\0';
      }
    }
    at += (path_end - at + 8) / 8 * 8;
  }
  return edited;
}

}  // namespace milepost
