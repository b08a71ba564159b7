#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace milepost {

/// A file that a plan names, as far as it may be read.
struct CheckedFile {
  enum class State {
    read,
    missing,
    refused,  ///< a directory, link, device…
    unreadable,
    no_file,  ///< outside, or not there and its name is no path of a file: "container environment"
  };
  State state = State::missing;
  std::string text;
  std::string problem;  ///< in words, unless read
};

/// Reads the file beneath the code folder, at most 16 MiB.
CheckedFile read_checked_file(const std::filesystem::path& code_folder, std::string_view path);

/// Whether the name can only be meant as the path of a file: "src/gate.py".
bool looks_like_file(std::string_view name);

}  // namespace milepost
