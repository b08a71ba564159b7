#include "ignored_paths.hpp"

namespace milepost {

std::set<std::string> ignored_paths(const SafeGit& git, const GitPlace& place,
                                    const std::vector<std::string>& paths, bool but_tracked) {
  std::vector<std::string> arguments{"check-ignore", "-z", "--stdin"};
  if (!but_tracked) arguments.emplace_back("--no-index");
  const RunResult result = git.run(place, arguments, join_nul(paths), {});
  const bool found_none = result.status.exited && result.status.code == 1;
  if (!result.success() && !found_none) git.fail(arguments, result);
  const std::vector<std::string> found = split_nul(result.out);
  return {found.begin(), found.end()};
}

}  // namespace milepost
