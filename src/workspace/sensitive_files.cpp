#include "milepost/workspace/sensitive_files.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/fd.hpp"
#include "milepost/workspace/safe_file.hpp"

#include "beneath.hpp"
#include "sensitive_rule.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <tuple>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_content_bytes = 64u << 10;

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

class Search {
 public:
  Search(const fs::path& root, const std::vector<std::string>& allow, SensitiveFileLimits limits)
      : root_(root), allow_(allow), limits_(limits) {}

  SensitiveFiles run() {
    const Fd top(::open(root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    std::deque<fs::path> waiting{fs::path()};
    while (top && !waiting.empty()) {
      const fs::path directory = std::move(waiting.front());
      waiting.pop_front();
      if (!look_into(top.get(), directory, waiting)) break;
    }
    std::ranges::sort(result_.found, [](const SensitiveFile& a, const SensitiveFile& b) {
      return std::tuple(b.severity, a.path) < std::tuple(a.severity, b.path);
    });
    return std::move(result_);
  }

 private:
  /// False when the limit is reached.
  bool look_into(int top, const fs::path& directory, std::deque<fs::path>& waiting) {
    Fd fd =
        open_beneath(top, directory.empty() ? fs::path(".") : directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    const std::unique_ptr<DIR, CloseDirectory> listing(fd ? ::fdopendir(fd.get()) : nullptr);
    if (!listing) return true;  // what this user may not read, their agent may not either
    fd.release();
    while (const dirent* entry = ::readdir(listing.get())) {
      const std::string name = entry->d_name;
      if (name == "." || name == ".." || (directory.empty() && name == ".git")) continue;
      if (result_.looked_at == limits_.entries) {
        result_.complete = false;
        return false;
      }
      ++result_.looked_at;
      const unsigned char type =
          entry->d_type == DT_UNKNOWN ? type_of(::dirfd(listing.get()), name) : entry->d_type;
      if (type == DT_DIR && name != "node_modules") waiting.push_back(directory / name);
      if (type == DT_REG) judge(directory, name);
    }
    return true;
  }

  static unsigned char type_of(int directory, const std::string& name) {
    struct stat info {};
    if (::fstatat(directory, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
    return S_ISDIR(info.st_mode) ? DT_DIR : S_ISREG(info.st_mode) ? DT_REG : DT_UNKNOWN;
  }

  void judge(const fs::path& directory, const std::string& name) {
    const SensitiveRule* rule = sensitive_rule(directory.filename().native(), name);
    if (!rule) return;
    const std::string path = (directory / name).native();
    if (allowed(path, name)) return;
    Severity severity = rule->severity;
    if (rule->judge) {
      const auto judged = judge_content(*rule, path);
      if (!judged) return;
      severity = *judged;
    }
    result_.found.push_back({path, severity, rule->what});
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

  bool allowed(const std::string& path, const std::string& name) const {
    return std::ranges::any_of(allow_, [&](const std::string& glob) {
      return ::fnmatch(glob.c_str(), path.c_str(), 0) == 0 || ::fnmatch(glob.c_str(), name.c_str(), 0) == 0;
    });
  }

  const fs::path& root_;
  const std::vector<std::string>& allow_;
  const SensitiveFileLimits limits_;
  std::size_t opened_ = 0;
  SensitiveFiles result_;
};

}  // namespace

SensitiveFiles find_sensitive_files(const fs::path& root, const std::vector<std::string>& allow,
                                    SensitiveFileLimits limits) {
  return Search(root, allow, limits).run();
}

}  // namespace milepost
