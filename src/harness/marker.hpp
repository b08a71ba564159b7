#pragma once

#include "milepost/harness/lock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace milepost {

/// The file in a harness volume that is written last, when everything else is there.
inline constexpr const char* k_marker_name = ".milepost-complete.json";

/// Its contents for a lock. Marker of a harness volume, format 1: JSON with `format` and `manifest`.
std::string marker_text(const HarnessLock& lock);

/// What a marker tells without a lock: whether it belongs into this volume, whose name is the hash of the
/// manifest, and "claude 2.1.330, codex 0.1.2" for people (unprintable bytes included). Nothing when it is no
/// marker.
struct MarkerContents {
  bool of_this_volume = false;
  std::string harnesses;
};
std::optional<MarkerContents> read_marker(std::string_view marker, const std::string& volume);

}  // namespace milepost
