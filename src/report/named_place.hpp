#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace milepost {

/// A place in a file, as compilers and test programs name it.
struct NamedPlace {
  std::string file;  ///< relative, without ".."
  std::string line;  ///< digits
};

/// The first "path:12:" or "path:12" at the start of a line of the output; paths that leave the folder do not
/// count.
std::optional<NamedPlace> named_place(std::string_view output);

}  // namespace milepost
