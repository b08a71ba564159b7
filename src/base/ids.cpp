#include "milepost/base/ids.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/time.hpp"

#include <sys/random.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <optional>
#include <vector>

namespace milepost {

std::string random_hex(std::size_t digits) {
  std::vector<unsigned char> bytes((digits + 1) / 2);
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::getrandom(bytes.data() + filled, bytes.size() - filled, 0);
    if (got < 0 && errno != EINTR) throw_errno("the kernel gives no random bytes");
    if (got > 0) filled += static_cast<std::size_t>(got);
  }
  std::string hex;
  for (const unsigned char byte : bytes) {
    constexpr char k_digits[] = "0123456789abcdef";
    hex += k_digits[byte >> 4];
    hex += k_digits[byte & 15];
  }
  hex.resize(digits);
  return hex;
}

namespace {

constexpr const char* k_time_format = "%Y%m%d-%H%M%S";

RunId run_id_of(std::time_t time) {
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  char text[32];
  std::strftime(text, sizeof text, k_time_format, &utc);
  return RunId(std::string(text) + "-" + random_hex(6));
}

/// Nothing for what is no run id.
std::optional<std::time_t> start_of(const RunId& run) {
  std::tm utc{};
  const char* end = ::strptime(run.value.c_str(), k_time_format, &utc);
  return end && *end == '-' ? std::optional(::timegm(&utc)) : std::nullopt;
}

}  // namespace

RunId new_run_id() {
  return run_id_of(std::time(nullptr));
}

RunId new_run_id_after(const RunId& newest) {
  const std::time_t now = std::time(nullptr);
  const auto start = start_of(newest);
  return run_id_of(start ? std::max(now, *start + 1) : now);
}

std::string start_time_of(const RunId& run) {
  const auto start = start_of(run);
  return start ? utc_text(std::chrono::system_clock::from_time_t(*start)) : std::string();
}

std::string random_uuid() {
  std::string hex = random_hex(32);
  hex[12] = '4';
  constexpr std::string_view variants = "89ab";
  hex[16] = variants[static_cast<unsigned char>(hex[16]) % 4];
  for (const std::size_t dash : {8u, 13u, 18u, 23u}) hex.insert(dash, 1, '-');
  return hex;
}

std::string file_name_of(std::string_view id) {
  std::string name;
  for (const char c : id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
    name += plain ? c : '_';
  }
  if (name.empty()) return "_";
  if (name.front() == '-' || name.front() == '.') name.front() = '_';
  return name;
}

}  // namespace milepost
