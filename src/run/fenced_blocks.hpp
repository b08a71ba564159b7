#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// Whether a line opens or closes a fenced code block.
bool is_fence(std::string_view line);

/// The texts of all milepost blocks in the lines of an answer, in order. A block inside a longer closed fence
/// is a quotation; a fence that is never closed is none, unless it opens a milepost block.
std::vector<std::string> milepost_blocks(const std::vector<std::string_view>& lines);

}  // namespace milepost
