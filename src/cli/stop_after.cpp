#include "stop_after.hpp"

#include <condition_variable>
#include <mutex>

namespace milepost {

StopAfter::StopAfter(Milliseconds limit)
    : clock_([source = source_, limit](std::stop_token done) mutable {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait_for(lock, done, limit, [] { return false; });
        if (!done.stop_requested()) source.request_stop();
      }) {}

}  // namespace milepost
