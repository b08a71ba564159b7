#include "harness/marker.hpp"

#include "milepost/container/container_spec.hpp"
#include "milepost/harness/volume.hpp"

#include "harness/manifest.hpp"

#include <nlohmann/json.hpp>

namespace milepost {

using nlohmann::operator""_json_pointer;

namespace {

constexpr const char* k_format = "milepost-harness-volume";

}  // namespace

std::string marker_text(const HarnessLock& lock) {
  nlohmann::json marker = {{"format", k_format}, {"manifest", manifest_text(lock)}};
  for (const LockedHarness& harness : installed_harnesses(lock)) {
    marker["harnesses"][harness.harness] = harness.version;  // for people
  }
  return marker.dump(2) + "\n";
}

bool marker_matches(const HarnessLock& lock, std::string_view marker) {
  const auto read = nlohmann::json::parse(marker, nullptr, /*allow_exceptions=*/false);
  return read.is_object() && read.value("/format"_json_pointer, nlohmann::json()) == k_format &&
         read.value("/manifest"_json_pointer, nlohmann::json()) == manifest_text(lock);
}

std::optional<MarkerContents> read_marker(std::string_view marker, const std::string& volume) {
  const auto read = nlohmann::json::parse(marker, nullptr, /*allow_exceptions=*/false);
  if (!read.is_object() || read.value("/format"_json_pointer, nlohmann::json()) != k_format)
    return std::nullopt;
  const auto manifest = read.value("/manifest"_json_pointer, nlohmann::json());
  MarkerContents contents;
  contents.of_this_volume = manifest.is_string() && volume_name_of(manifest.get<std::string>()) == volume;
  const auto harnesses = read.value("/harnesses"_json_pointer, nlohmann::json::object());
  if (!harnesses.is_object()) return contents;
  for (const auto& [name, version] : harnesses.items()) {
    if (!version.is_string()) continue;
    contents.harnesses += (contents.harnesses.empty() ? "" : ", ") + name + " " + version.get<std::string>();
  }
  return contents;
}

ProcessSpec marker_command() {
  ProcessSpec spec;
  spec.argv = {"cat", std::string(k_harness_path) + "/" + k_marker_name};
  spec.environment = {"PATH=/usr/local/bin:/usr/bin:/bin"};
  spec.directory = "/";
  spec.total_limit = std::chrono::seconds(30);
  return spec;
}

}  // namespace milepost
