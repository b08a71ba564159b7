#include "milepost/base/log.hpp"

#include "milepost/base/text.hpp"

#include <sys/stat.h>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>

namespace milepost::log {

namespace {

// The one process-wide object: a diagnostic must be possible from a destructor that holds no reference to
// anything.
std::shared_ptr<spdlog::logger>& sink() {
  static std::shared_ptr<spdlog::logger> logger;
  return logger;
}

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

void to_file(const std::filesystem::path& path, Level least) {
  const mode_t old_mask = ::umask(0077);
  try {
    auto logger = std::make_shared<spdlog::logger>(
        "milepost", std::make_shared<spdlog::sinks::basic_file_sink_mt>(path.string()));
    logger->set_error_handler([](const std::string&) {});  // spdlog's own prints on stderr
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %P %t %l %v");
    logger->set_level(level_of(least));
    logger->flush_on(spdlog::level::debug);
    sink() = std::move(logger);
  } catch (const spdlog::spdlog_ex&) {
    // No diagnostics then; the run matters more.
  }
  ::umask(old_mask);
}

void write(Level level, std::string_view text) {
  if (const auto& logger = sink()) logger->log(level_of(level), "{}", one_line(text, 4000));
}

}  // namespace milepost::log
