#include "milepost/run/raw_log.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

namespace milepost {

RawLog::RawLog(std::filesystem::path file, std::uint64_t cap_bytes)
    : file_(std::move(file)), half_(std::max<std::uint64_t>(cap_bytes / 2, 1)) {
  head_.reset(::open(file_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!head_) throw_errno("cannot record the agent's output in " + file_.string());
}

RawLog::~RawLog() {
  finish();
}

bool RawLog::put(const Fd& fd, std::string_view bytes, std::uint64_t at) noexcept {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      problem_ = "cannot record the agent's output in " + file_.string() + ": " +
                 std::generic_category().message(written < 0 ? errno : ENOSPC);
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    at += static_cast<std::uint64_t>(written);
  }
  return true;
}

void RawLog::write(std::string_view bytes) noexcept {
  total_ += bytes.size();
  if (!problem_.empty() || finished_) return;
  const std::string_view first =
      bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), half_ - head_bytes_)));
  if (!put(head_, first, head_bytes_)) return;
  head_bytes_ += first.size();
  bytes.remove_prefix(first.size());
  if (!bytes.empty()) write_tail(bytes);
}

void RawLog::write_tail(std::string_view bytes) noexcept {
  if (!tail_) {
    const std::string name = file_.string() + ".tail";
    tail_.reset(::open(name.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!tail_) {
      problem_ =
          "cannot record the agent's output in " + name + ": " + std::generic_category().message(errno);
      return;
    }
    ::unlink(name.c_str());
  }
  while (!bytes.empty()) {
    const std::uint64_t at = tail_bytes_ % half_;
    const std::string_view piece =
        bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), half_ - at)));
    if (!put(tail_, piece, at)) return;
    tail_bytes_ += piece.size();
    bytes.remove_prefix(piece.size());
  }
}

void RawLog::append_tail(std::uint64_t from, std::uint64_t bytes, std::uint64_t& at) noexcept {
  std::vector<char> buffer(256 * 1024);
  while (bytes > 0) {
    const ssize_t got = ::pread(tail_.get(), buffer.data(), std::min<std::uint64_t>(bytes, buffer.size()),
                                static_cast<off_t>(from));
    if (got <= 0 || !put(head_, {buffer.data(), static_cast<std::size_t>(got)}, at)) return;
    from += static_cast<std::uint64_t>(got);
    at += static_cast<std::uint64_t>(got);
    bytes -= static_cast<std::uint64_t>(got);
  }
}

void RawLog::finish() noexcept {
  if (finished_) return;
  finished_ = true;
  if (!tail_ || !problem_.empty()) return;
  std::uint64_t at = head_bytes_;
  if (tail_bytes_ <= half_) {
    append_tail(0, tail_bytes_, at);
    return;
  }
  const std::string gap = "\n[milepost: " + std::to_string(tail_bytes_ - half_) +
                          " bytes are not recorded here (setting logs.cap)]\n";
  if (!put(head_, gap, at)) return;
  at += gap.size();
  const std::uint64_t start = tail_bytes_ % half_;
  append_tail(start, half_ - start, at);
  append_tail(0, start, at);
}

}  // namespace milepost
