#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace milepost {

/// A text that identifies one kind of thing; two kinds do not mix.
template <class Tag>
struct Id {
  std::string value;

  Id() = default;
  explicit Id(std::string text) : value(std::move(text)) {}
  bool empty() const { return value.empty(); }
  auto operator<=>(const Id&) const = default;
};

using TaskId = Id<struct TaskTag>;  ///< as written in the plan: "3.10" is not "3.1"
using RunId = Id<struct RunTag>;    ///< "20261122-093012-4f1c2a"; sorts by start time

/// A new run id: UTC start time and 6 random hex digits.
RunId new_run_id();

/// The same, and it sorts behind `newest`: its time is a second later than that one's when the clock does not
/// say so, because two runs began in one second or the clock was set back.
RunId new_run_id_after(const RunId& newest);

/// When a run began, as its id tells it, to the second: "2026-11-22T09:30:12.000Z"; "" for what is no run id.
std::string start_time_of(const RunId& run);

/// `digits` random lower-case hex digits from the kernel.
std::string random_hex(std::size_t digits);

/// A random (version 4) UUID in its text form.
std::string random_uuid();

/// The id made safe for a file name: characters outside [A-Za-z0-9._-] become '_', and a leading dot or dash
/// too; an empty id gives "_".
std::string file_name_of(std::string_view id);

}  // namespace milepost
