#include "tree_changes.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

namespace milepost {

std::vector<TreeChange> parse_raw_changes(std::string_view output) {
  std::vector<TreeChange> changes;
  const std::vector<std::string> parts = split_nul(output);
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    const auto fields = split(parts[i], ' ');
    if (fields.size() != 5 || !fields[0].starts_with(':') || fields[4].empty()) {
      throw InternalError("git diff-tree printed a line that is not understood: " + printable(parts[i]));
    }
    changes.push_back({std::string(fields[0].substr(1)), std::string(fields[1]), std::string(fields[2]),
                       std::string(fields[3]), fields[4][0], parts[i + 1]});
  }
  return changes;
}

std::vector<TreeChange> tree_changes(const SafeGit& git, const GitPlace& place, const std::string& from,
                                     const std::string& to) {
  if (from == to) return {};
  return parse_raw_changes(git.output(place, {"diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev",
                                              "--no-ext-diff", "--ignore-submodules=none", from, to}));
}

}  // namespace milepost
