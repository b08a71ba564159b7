#include "summary_index.hpp"

#include "phase_order.hpp"

#include <algorithm>
#include <system_error>

namespace milepost::parsing {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_most_entries = 100'000;  // a wrong directory must not be walked for minutes
constexpr std::string_view k_ending = "-SUMMARY.md";

}  // namespace

SummaryIndex::SummaryIndex(const fs::path& phase_directory) {
  std::error_code error;
  const fs::path phase = fs::weakly_canonical(phase_directory, error);
  const fs::path beside = phase.parent_path();
  add_phases_of(beside);
  for (const fs::path& root : {beside.parent_path(), beside.parent_path().parent_path()}) {
    add_phases_of(root / "phases");
    for (fs::directory_iterator at(root / "milestones", error), end; !error && at != end;
         at.increment(error)) {
      std::error_code ignored;
      if (at->is_directory(ignored)) add_phases_of(at->path());
    }
  }
}

void SummaryIndex::add_phases_of(const fs::path& directory) {
  if (std::find(seen_.begin(), seen_.end(), directory) != seen_.end()) return;
  seen_.push_back(directory);
  std::error_code error;
  for (fs::directory_iterator phase(directory, error), end; !error && phase != end; phase.increment(error)) {
    std::error_code ignored;
    if (++entries_ > k_most_entries) return;
    if (!phase->is_directory(ignored)) continue;
    std::error_code inner;
    for (fs::directory_iterator file(phase->path(), inner), none; !inner && file != none;
         file.increment(inner)) {
      if (++entries_ > k_most_entries) return;
      const std::string name = file->path().filename().string();
      if (name.size() > k_ending.size() && name.ends_with(k_ending))
        stems_.push_back(name.substr(0, name.size() - k_ending.size()));
    }
  }
}

bool SummaryIndex::holds(const std::string& plan_id) const {
  return std::any_of(stems_.begin(), stems_.end(), [&](const std::string& stem) {
    return same_plan_id(stem, plan_id) || stem.starts_with(plan_id + "-");
  });
}

}  // namespace milepost::parsing
