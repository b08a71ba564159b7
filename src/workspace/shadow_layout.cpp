#include "shadow_layout.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/fd.hpp"
#include "milepost/base/file.hpp"

#include "set_aside.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t k_rules_bytes = 16u << 20;

/// Settings that change what a file's blob, mode or name is; taken over from the user's repository.
constexpr const char* k_conversion_keys[] = {
    "core.autocrlf",          "core.eol",
    "core.filemode",          "core.ignorecase",
    "core.precomposeunicode", "core.symlinks",
    "core.sharedrepository",  "core.checkroundtripencoding",
    "core.compression",       "core.loosecompression",
    "core.bigfilethreshold",
};

std::string in_quotes(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
    } else {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
  }
  return text + "\"";
}

std::string config_head(const UserConfig& config) {
  const auto format = config.get("extensions.objectformat");
  std::string text = format ? "[extensions]\n\tobjectFormat = " + in_quotes(*format) + "\n" : "";
  text += "[core]\n\trepositoryFormatVersion = " + std::string(format ? "1" : "0") +
          "\n\tbare = false\n\tlogAllRefUpdates = false\n\ttrustctime = true\n\tcheckStat = default\n"
          "\tsafecrlf = false\n\tsplitIndex = false\n\tquotePath = false\n"
          "[index]\n\tversion = 2\n[core]\n";
  return text;
}

std::string snapshots_config(const UserConfig& config) {
  std::string text = config_head(config) + "\tfilemode = true\n\tsymlinks = true\n\tautocrlf = false\n";
  text += "\tattributesFile = /dev/null\n\texcludesFile = " +
          in_quotes(config.excludes_file().value_or("/dev/null").string()) + "\n";
  return text;
}

std::string commits_config(const UserConfig& config) {
  std::string text = config_head(config);
  for (const char* key : k_conversion_keys) {
    const auto value = config.get(key);
    if (value) text += "\t" + std::string(key).substr(5) + " = " + in_quotes(*value) + "\n";
  }
  text += "\tattributesFile = " + in_quotes(config.attributes_file().value_or("/dev/null").string()) +
          "\n\texcludesFile = " + in_quotes(config.excludes_file().value_or("/dev/null").string()) + "\n";
  return text;
}

/// One line of an alternates file; quoted as git reads it when the path holds special characters.
std::string alternates_line(const fs::path& objects) {
  const std::string& path = objects.native();
  const bool plain = path.find('\n') == std::string::npos && !path.starts_with('"') && !path.starts_with('#');
  return (plain ? path : in_quotes(path)) + "\n";
}

void keep_file(const fs::path& path, std::string_view text) {
  if (read_file_if_exists(path, k_rules_bytes) != text) replace_file(path, text);
}

void make_git_dir(const fs::path& directory, std::string_view config) {
  for (const char* name : {"objects/info", "refs/heads", "info"}) make_private_directories(directory / name);
  keep_file(directory / "config", config);
  if (!fs::exists(directory / "HEAD")) replace_file(directory / "HEAD", "ref: refs/heads/none\n");
}

}  // namespace

ShadowLayout make_shadow_layout(const CodeFolder& folder, const fs::path& directory,
                                const UserConfig& config) {
  const fs::path commits = directory / "commits";
  const fs::path user_objects = folder.common_dir / "objects";
  make_git_dir(directory, snapshots_config(config));
  make_git_dir(commits, commits_config(config));
  keep_file(directory / "objects/info/alternates", alternates_line(user_objects));

  const fs::path user_info = folder.common_dir / "info";
  const auto text_or_empty = [](const fs::path& path) {
    return read_file_if_exists(path, k_rules_bytes).value_or("");
  };
  for (const fs::path& git_dir : {directory, commits}) {
    std::string rules = text_or_empty(user_info / "exclude");
    if (git_dir == directory) rules += set_aside_patterns(directory);
    keep_file(git_dir / "info/exclude", rules);
    // The edge of a shallow clone: without it git looks for the parents that are not there.
    const std::string shallow = text_or_empty(folder.common_dir / "shallow");
    if (!shallow.empty()) keep_file(git_dir / "shallow", shallow);
    if (shallow.empty()) fs::remove(git_dir / "shallow");
  }
  // info/attributes wins over every .gitattributes, so that a snapshot holds the very bytes.
  keep_file(directory / "info/attributes", "* -text -ident -filter !working-tree-encoding\n");
  keep_file(commits / "info/attributes", text_or_empty(user_info / "attributes"));

  ShadowLayout layout;
  layout.snapshots = {.git_dir = directory, .work_tree = folder.root};
  layout.commits = {.git_dir = commits, .work_tree = folder.root, .object_directory = user_objects};
  return layout;
}

LockFile lock_shadow(const fs::path& directory, std::stop_token stop) {
  LockFile held =
      LockFile::acquire(directory / "lock", "pid " + std::to_string(::getpid()), std::move(stop), {});
  // Whoever made these is gone: every git of ours runs under the lock we now hold.
  for (const char* name : {"index.lock", "HEAD.lock", "commits/index.lock", "commits/user-index.lock"}) {
    std::error_code ignored;
    fs::remove(directory / name, ignored);
  }
  return held;
}

void replace_file(const fs::path& path, std::string_view text) {
  const std::string temporary = path.string() + ".new";
  Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) throw_errno("cannot write " + temporary);
  write_all(fd.get(), text.data(), text.size(), temporary.c_str());
  fd.reset();
  if (::rename(temporary.c_str(), path.c_str()) != 0) throw_errno("cannot replace " + path.string());
}

}  // namespace milepost
