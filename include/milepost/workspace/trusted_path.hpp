#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace milepost {

/// The directories of PATH that are absolute and outside of the code folder: an agent can put programs into
/// the others.
std::vector<std::string> trusted_path(const std::filesystem::path& code_folder);

/// A program in those directories that does not lead into the code folder either.
std::optional<std::filesystem::path> find_trusted_program(const std::string& name,
                                                          const std::filesystem::path& code_folder);

/// This process's environment ("NAME=value") for a program that works for the user: PATH is the trusted one,
/// and what would make git take another repository, index or object store is left out.
std::vector<std::string> trusted_environment(const std::filesystem::path& code_folder);

}  // namespace milepost
