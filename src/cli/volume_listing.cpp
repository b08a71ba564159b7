#include "volume_listing.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/json.hpp"
#include "milepost/base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace milepost {

namespace {

/// What the runs of every repository say about the volumes. Between populating and starting its container a
/// live run's volume is mounted nowhere yet.
void add_runs(const App& app, std::vector<VolumeRow>& rows) {
  const auto row_of = [&](const std::string& volume) -> VolumeRow* {
    for (VolumeRow& row : rows) {
      if (row.name == volume) return &row;
    }
    return nullptr;
  };
  for (const RunStore& store : all_stores(app.directories.state)) {
    bool newest = true;
    for (const RunSummary& run : store.runs()) {
      if (!run.state) continue;
      VolumeRow* const row = row_of(run.state->started.volume);
      if (row && run.live) row->live_runs.push_back(run.id.value);
      if (row && newest) row->projects.push_back(run.state->started.code_folder);
      newest = false;
    }
  }
}

std::string state_of(const VolumeRow& row) {
  std::string state = !row.problem.empty() ? "unknown" : row.contents.complete ? "complete" : "incomplete";
  if (row.current) state += ", current";
  if (row.in_use()) state += ", in use";
  return state;
}

void pad(std::string& line, std::size_t column) {
  line.append(line.size() < column ? column - line.size() : 1, ' ');
}

}  // namespace

std::vector<VolumeRow> volume_rows(const App& app, const VolumeContext& context, const HarnessLock& lock) {
  const std::string current = volume_name(lock).value_or("");
  std::vector<VolumeRow> rows;
  for (const ListedVolume& volume : context.engine.list_volumes(k_volume_label)) {
    VolumeRow row;
    row.name = volume.name;
    row.current = volume.name == current;
    row.containers = context.engine.containers_with_volume(volume.name);
    try {
      row.contents = look_into_volume(context, volume);
    } catch (const Stopped&) {
      throw;
    } catch (const Error& error) {
      row.problem = error.what();  // without the image nothing can look into it; the rest is still told
    }
    const auto label = volume.labels.find(k_harnesses_label);
    if (row.contents.harnesses.empty() && label != volume.labels.end())
      row.contents.harnesses = label->second;
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [](const VolumeRow& a, const VolumeRow& b) { return a.name < b.name; });
  add_runs(app, rows);
  return rows;
}

std::string volumes_table(const std::vector<VolumeRow>& rows) {
  std::string text;
  for (const VolumeRow& row : rows) {
    std::string line = row.name;
    pad(line, 32);
    line += row.contents.bytes ? human_bytes(*row.contents.bytes) : "?";
    pad(line, 42);
    line += state_of(row);
    pad(line, 64);
    line += printable(row.contents.harnesses);
    text += line + "\n";
    for (const std::string& container : row.containers) text += "  container " + printable(container) + "\n";
    for (const std::string& run : row.live_runs) text += "  live run " + printable(run) + "\n";
    for (const std::string& project : row.projects) text += "  last used by " + printable(project) + "\n";
    if (!row.problem.empty()) text += "  not looked into: " + one_line(row.problem, 200) + "\n";
  }
  return text;
}

std::string volumes_json(const std::vector<VolumeRow>& rows) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const VolumeRow& row : rows) {
    list.push_back({{"name", row.name},
                    {"state", state_of(row)},
                    {"current", row.current},
                    {"complete", row.problem.empty() ? Json(row.contents.complete) : Json()},
                    {"size_bytes", row.contents.bytes ? Json(*row.contents.bytes) : Json()},
                    {"harnesses", row.contents.harnesses},
                    {"containers", row.containers},
                    {"live_runs", row.live_runs},
                    {"projects", row.projects}});
  }
  return to_json_text(Json{{"volumes", list}}, JsonForm::document);
}

}  // namespace milepost
