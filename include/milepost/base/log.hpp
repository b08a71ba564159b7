#pragma once

#include <filesystem>
#include <string_view>

namespace milepost::log {

enum class Level { debug, info, warning, error };

/// Sends diagnostics to a file (made 0600, appended). Before this call, and when it fails, they are dropped:
/// a diagnostic never stops a run and never reaches the terminal by itself. May be called from any thread,
/// once.
void to_file(const std::filesystem::path& path, Level least);

/// Any thread. Text is escaped to one line.
void write(Level level, std::string_view text);

inline void debug(std::string_view text) {
  write(Level::debug, text);
}
inline void info(std::string_view text) {
  write(Level::info, text);
}
inline void warning(std::string_view text) {
  write(Level::warning, text);
}
inline void error(std::string_view text) {
  write(Level::error, text);
}

}  // namespace milepost::log
