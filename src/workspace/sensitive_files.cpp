#include "milepost/workspace/sensitive_files.hpp"

#include "milepost/base/error.hpp"
#include "milepost/workspace/safe_file.hpp"

#include "folder_walk.hpp"
#include "sensitive_rule.hpp"

#include <dirent.h>
#include <fnmatch.h>

#include <algorithm>
#include <tuple>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_content_bytes = 64u << 10;

class Search {
 public:
  Search(const fs::path& root, const std::vector<std::string>& allow, SensitiveFileLimits limits)
      : root_(root), allow_(allow), limits_(limits) {}

  SensitiveFiles run() {
    const bool seen_all = walk_folder(root_, limits_.entries, [this](const FolderEntry& entry) {
      ++result_.looked_at;
      if (entry.type == DT_REG) judge(entry.directory, entry.name);
    });
    result_.complete = result_.complete && seen_all;
    std::ranges::sort(result_.found, [](const SensitiveFile& a, const SensitiveFile& b) {
      return std::tuple(b.severity, a.path) < std::tuple(a.severity, b.path);
    });
    return std::move(result_);
  }

 private:
  void judge(const fs::path& directory, const std::string& name) {
    const SensitiveRule* rule = sensitive_rule(directory.filename().native(), name);
    if (!rule) return;
    const std::string path = (directory / name).native();
    if (is_allowed_sensitive(path, allow_)) return;
    Severity severity = rule->severity;
    if (rule->judge) {
      const auto judged = judge_content(*rule, path);
      if (!judged) return;
      severity = *judged;
    }
    result_.found.push_back({path, severity, std::string(rule->what)});
  }

  std::optional<Severity> judge_content(const SensitiveRule& rule, const std::string& path) {
    if (opened_ == limits_.contents) {
      result_.complete = false;
      return std::nullopt;
    }
    ++opened_;
    try {
      return rule.judge(read_beneath(root_, path, k_content_bytes).value_or(""));
    } catch (const Error&) {
      return Severity::medium;  // too large, a hard link, not readable: its name is all that is known
    }
  }

  const fs::path& root_;
  const std::vector<std::string>& allow_;
  const SensitiveFileLimits limits_;
  std::size_t opened_ = 0;
  SensitiveFiles result_;
};

}  // namespace

bool is_allowed_sensitive(const std::string& path, const std::vector<std::string>& allow) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return std::ranges::any_of(allow, [&](const std::string& glob) {
    return ::fnmatch(glob.c_str(), path.c_str(), 0) == 0 || ::fnmatch(glob.c_str(), name.c_str(), 0) == 0;
  });
}

SensitiveFiles find_sensitive_files(const fs::path& root, const std::vector<std::string>& allow,
                                    SensitiveFileLimits limits) {
  return Search(root, allow, limits).run();
}

}  // namespace milepost
