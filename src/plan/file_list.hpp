#pragma once

#include "fields.hpp"

#include <string>
#include <vector>

namespace milepost::parsing {

/// The paths of a "File(s):" field: the back-quoted tokens of its line, else the first one of each item of
/// the list below it. Prose is never a path.
std::vector<std::string> files_of(const SourceText& source, const FenceReading& fences, const Field& field);

/// Whether a path is absolute, begins at a home directory or climbs out with "..".
bool leaves_code_folder(std::string_view path);

}  // namespace milepost::parsing
