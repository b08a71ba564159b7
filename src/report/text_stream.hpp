#pragma once

#include <cstdio>
#include <string_view>

namespace milepost {

/// Writes the text at once and flushes. A closed pipe or a full disk is ignored: a display never stops a run.
inline void write_or_ignore(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
  std::clearerr(stream);
}

}  // namespace milepost
