#pragma once

#include "milepost/cli/app.hpp"
#include "milepost/harness/volume_contents.hpp"

#include <string>
#include <vector>

namespace milepost {

/// A harness volume on this machine, and who needs it.
struct VolumeRow {
  std::string name;
  VolumeContents contents;
  std::string problem;                  ///< why it could not be looked into; else empty
  bool current = false;                 ///< the lock names it
  std::vector<std::string> containers;  ///< that mount it, in any state
  std::vector<std::string> live_runs;   ///< of every repository
  std::vector<std::string> projects;    ///< code folders whose newest run had it

  bool in_use() const { return !containers.empty() || !live_runs.empty(); }
};

/// Every harness volume of the engine, by name.
std::vector<VolumeRow> volume_rows(const App& app, const VolumeContext& context, const HarnessLock& lock);

/// A table for people, and JSON for scripts.
std::string volumes_table(const std::vector<VolumeRow>& rows);
std::string volumes_json(const std::vector<VolumeRow>& rows);

}  // namespace milepost
