#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace milepost {

// Readers of the JSON in an agent's milepost block. What is wrong is a UsageError in words for the agent.

/// Cut to a length far above what a person writes, trimmed, valid UTF-8: keeps a runaway answer out of the
/// journal.
std::string bounded(std::string_view text);
/// The most entries of a list that are taken.
inline constexpr std::size_t k_list_entries = 50;

/// The block as an object; a key that is given twice is an error, for nobody can tell which one is meant.
nlohmann::json strict_object(const std::string& text);
/// A text; empty when there is none.
std::string text_in(const nlohmann::json& object, const char* key);
/// A list of texts; empty when there is none.
std::vector<std::string> list_in(const nlohmann::json& object, const char* key);

}  // namespace milepost
