#pragma once

#include "report_object.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace milepost {

/// `<script type="application/json" id="…">` with the value: no byte of it can end the block or begin markup.
std::string data_block(std::string_view id, const Json& value);

/// What an attempt's recorded output holds, as [[kind, text], …] with the kinds text, thinking, call, result
/// and notice; at most about `limit_bytes`. Nothing when nothing was recorded or the harness is not known.
std::optional<Json> log_data(const std::filesystem::path& attempt_directory, std::string_view harness,
                             std::size_t limit_bytes);

/// `'sha256-…'` of a script or style, as a content security policy names it.
std::string policy_hash(std::string_view text);

/// Text between tags or in an attribute.
std::string html_text(std::string_view text);

}  // namespace milepost
