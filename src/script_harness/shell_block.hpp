#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace milepost::script_harness {

inline constexpr std::size_t k_max_line_bytes = 8 * 1024;

/// Runs `bash -euo pipefail -c block` with an empty standard input and the caller's environment; standard
/// output and standard error both become lines, as they come. A longer line than k_max_line_bytes comes in
/// pieces, all but the last with `continues`. `on_pause` comes after the lines of one read: there may be none
/// for long. Returns the exit code, 128 + N for signal N, 126 or 127 when bash could not be started.
int run_shell_block(const std::string& block,
                    const std::function<void(std::string_view line, bool continues)>& on_line,
                    const std::function<void()>& on_pause);

}  // namespace milepost::script_harness
