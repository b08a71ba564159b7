#include "checked_file.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/workspace/safe_file.hpp"

#include <optional>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t k_limit_bytes = 16u << 20;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool leads_out(const fs::path& path) {
  const fs::path normal = path.lexically_normal();
  return path.is_absolute() || (!normal.empty() && *normal.begin() == "..");
}

}  // namespace

bool looks_like_file(std::string_view name) {
  if (name.empty() || name.front() == '/' ||
      name.find_first_of(" \t\n*?{}<>:#|\"'") != std::string_view::npos)
    return false;
  const std::size_t slash = name.rfind('/');
  const std::size_t dot = name.rfind('.');
  return slash != std::string_view::npos && dot != std::string_view::npos && dot > slash + 1 &&
         dot + 1 < name.size() && is_letter(name[dot + 1]);
}

CheckedFile read_checked_file(const fs::path& code_folder, std::string_view path) {
  using State = CheckedFile::State;
  const std::string shown = one_line(path, 200);
  const fs::path name(path);
  if (path.empty()) return {State::no_file, {}, "the plan names no file"};
  // "/api/chat" is the end of a link rather than a file outside.
  if (leads_out(name)) return {State::no_file, {}, shown + " is not a path inside the code folder"};
  try {
    if (auto text = read_beneath(code_folder, name, k_limit_bytes))
      return {State::read, std::move(*text), {}};
  } catch (const TamperedError& error) {
    return {State::refused, {}, error.what()};
  } catch (const Error& error) {
    return {name.has_filename() ? State::unreadable : State::no_file, {}, error.what()};
  }
  return {looks_like_file(path) ? State::missing : State::no_file, {}, "there is no file " + shown};
}

}  // namespace milepost
