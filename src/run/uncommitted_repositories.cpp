#include "milepost/run/uncommitted_repositories.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>

namespace milepost {

namespace {

constexpr std::size_t k_named = 10;

/// What the task did to it; "" when it did nothing.
std::string_view change_of(const ForeignRepository& repository,
                           const std::optional<std::vector<ForeignRepository>>& before) {
  if (!before) return repository.is_submodule ? "" : "perhaps new";
  const auto found = std::ranges::find(*before, repository.path, &ForeignRepository::path);
  if (found == before->end()) return repository.is_submodule ? "a new submodule" : "new";
  if (found->state == repository.state) return "";
  return repository.is_submodule ? "a submodule, changed" : "changed";
}

}  // namespace

std::string uncommitted_repositories_warning(std::string_view task,
                                             const std::optional<std::vector<ForeignRepository>>& before,
                                             const std::vector<ForeignRepository>& now) {
  std::string names;
  std::size_t count = 0;
  for (const ForeignRepository& repository : now) {
    const std::string_view change = change_of(repository, before);
    if (change.empty() || ++count > k_named) continue;
    names += (names.empty() ? "" : ", ") + one_line(repository.path, 200) + " (" + std::string(change) + ")";
  }
  if (count == 0) return {};
  if (count > k_named) names += " and " + std::to_string(count - k_named) + " more";
  return "task " + std::string(task) +
         ": milepost commits nothing of the repositories inside the code folder: " + names +
         "; commit there what is to stay";
}

}  // namespace milepost
