#pragma once

#include "milepost/base/stop_fd.hpp"
#include "milepost/channel/channel.hpp"

#include <atomic>
#include <cerrno>
#include <stop_token>

namespace milepost {

/// Passes a command's output on as it comes. A write that fails asks for the command's end and drops the
/// rest: who waits for it must not wait for output that nobody gets. Once the stop came, a reader that does
/// not read is not waited for either.
class PassThrough : public OutputSink {
 public:
  /// `stop`: of milepost; it is one more reason for the command's end.
  explicit PassThrough(const std::stop_token& stop);

  void on_stdout(std::string_view bytes) override;
  void on_stderr(std::string_view bytes) override;

  /// What the command is to be waited for with.
  std::stop_token stop() const { return ends_.get_token(); }
  /// errno of the write that failed, 0: none; EPIPE: the reader is gone (`| head -1`). Any thread.
  int failure() const { return failure_.load(); }

 private:
  void put(int fd, std::string_view bytes);
  /// False: the stop came, and there is none.
  bool wait_for_room(int fd);
  struct Forward {
    std::stop_source ends;
    void operator()() { ends.request_stop(); }
  };

  std::atomic<int> failure_{0};
  std::stop_source ends_;
  std::stop_callback<Forward> forward_;
  StopFd stopped_;
  bool given_up_ = false;  ///< nobody reads what is left; only the channel's thread
};

}  // namespace milepost
