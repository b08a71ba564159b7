#include "milepost/process/sigpipe_block.hpp"

#include <time.h>

#include <cerrno>

namespace milepost {

namespace {

sigset_t only_sigpipe() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGPIPE);
  return set;
}

}  // namespace

SigpipeBlock::SigpipeBlock() noexcept {
  sigset_t pending;
  ::sigemptyset(&pending);
  ::sigpending(&pending);
  was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
  const sigset_t sigpipe = only_sigpipe();
  ::pthread_sigmask(SIG_BLOCK, &sigpipe, &old_mask_);
}

SigpipeBlock::~SigpipeBlock() {
  const int saved_errno = errno;
  // A SIGPIPE of our own write is pending for this thread; it must be taken before the mask is restored.
  if (!was_pending_) {
    const sigset_t sigpipe = only_sigpipe();
    const timespec none{};
    while (::sigtimedwait(&sigpipe, nullptr, &none) < 0 && errno == EINTR) {
    }
  }
  ::pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
  errno = saved_errno;
}

}  // namespace milepost
