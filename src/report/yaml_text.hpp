#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// A text as a YAML scalar on one line that every reader takes for this text: plain when it is a word that
/// nothing else can be meant by, else in double quotes.
std::string yaml_scalar(std::string_view text);

/// "[a, b]"; "[]" when empty.
std::string yaml_flow_list(const std::vector<std::string>& entries);

/// "key: []\n", or the key and a line `indent` deeper for each entry.
std::string yaml_block_list(std::string_view key, const std::vector<std::string>& entries,
                            std::size_t indent = 0);

}  // namespace milepost
