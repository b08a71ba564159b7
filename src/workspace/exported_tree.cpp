#include "exported_tree.hpp"

#include "milepost/base/atomic_file.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <algorithm>
#include <optional>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_most_files = 10'000;
constexpr std::size_t k_most_bytes = 64'000'000;

struct Object {
  std::string id;
  bool is_tree = false;
};

class Export {
 public:
  Export(const SafeGit& git, const GitPlace& place, const std::string& commit, const fs::path& target)
      : git_(git), place_(place), commit_(commit), target_(target) {}

  bool write(const std::string& path) {
    const auto object = look_up(path);
    if (!object) return false;
    if (object->is_tree)
      write_tree(path, object->id);
    else
      write_file(path, object->id, /*executable=*/false);
    return true;
  }

 private:
  /// Follows links inside of the commit's tree.
  std::optional<Object> look_up(const std::string& path) const {
    if (path.find('\n') != std::string::npos) return std::nullopt;  // the input is one name a line
    const std::string line =
        git_.output(place_, {"cat-file", "--batch-check", "--follow-symlinks"}, commit_ + ":" + path + "\n");
    const auto words = split(std::string_view(line).substr(0, line.find('\n')), ' ');
    if (words.size() != 3 || (words[1] != "blob" && words[1] != "tree")) return std::nullopt;
    return Object{std::string(words[0]), words[1] == "tree"};
  }

  void write_tree(const std::string& path, const std::string& id) {
    fs::create_directories(target_ / checked(path));
    for (const std::string& entry :
         split_nul(git_.output(place_, {"ls-tree", "-r", "-z", "--full-tree", id}))) {
      const std::size_t tab = entry.find('\t');
      const auto words = split(std::string_view(entry).substr(0, tab), ' ');
      if (tab == std::string::npos || words.size() != 3) continue;
      const std::string name = path + "/" + entry.substr(tab + 1);
      if (words[0] == "120000") {
        const auto behind = look_up(name);
        if (behind && !behind->is_tree) write_file(name, behind->id, /*executable=*/false);
      } else if (words[1] == "blob") {
        write_file(name, std::string(words[2]), /*executable=*/words[0] == "100755");
      }
    }
  }

  void write_file(const std::string& path, const std::string& id, bool executable) {
    SafeGit::Options options;
    options.output_bytes = k_most_bytes - bytes_ + 1;
    const std::string text = git_.output(place_, {"cat-file", "blob", id}, {}, options);
    bytes_ += text.size();
    if (++files_ > k_most_files || bytes_ > k_most_bytes)
      throw EnvironmentError("the agent configuration of commit " + commit_.substr(0, 12) +
                                 " is larger than 10,000 files or 64 MB",
                             "set agent_config to ignore or instructions");
    const fs::path file = target_ / checked(path);
    fs::create_directories(file.parent_path());
    write_file_atomically(file, text);
    fs::permissions(file, fs::perms(executable ? 0755 : 0644));
  }

  /// A tree that somebody made by hand can hold names that lead out of the target.
  const std::string& checked(const std::string& path) const {
    for (const std::string_view part : split(path, '/')) {
      if (part.empty() || part == "." || part == "..")
        throw EnvironmentError("commit " + commit_.substr(0, 12) + " holds the impossible name " +
                               printable(path));
    }
    return path;
  }

  const SafeGit& git_;
  const GitPlace& place_;
  const std::string& commit_;
  const fs::path& target_;
  std::size_t files_ = 0, bytes_ = 0;
};

}  // namespace

std::vector<std::string> export_tree(const SafeGit& git, const GitPlace& place, const std::string& commit,
                                     const std::vector<std::string>& paths, const fs::path& target) {
  Export writing(git, place, commit, target);
  std::vector<std::string> there;
  for (const std::string& path : paths) {
    if (writing.write(path)) there.push_back(path);
  }
  return there;
}

}  // namespace milepost
