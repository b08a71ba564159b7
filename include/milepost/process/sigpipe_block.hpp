#pragma once

#include <signal.h>

namespace milepost {

/// While it lives, a write of the calling thread to a pipe that nobody reads fails with EPIPE and does not
/// kill the process. Changes nothing for other threads or children.
class SigpipeBlock {
 public:
  SigpipeBlock() noexcept;
  ~SigpipeBlock();
  SigpipeBlock(const SigpipeBlock&) = delete;
  SigpipeBlock& operator=(const SigpipeBlock&) = delete;

 private:
  sigset_t old_mask_;
  bool was_pending_ = false;
};

}  // namespace milepost
