#include "milepost/channel/process_spec.hpp"

namespace milepost {

std::string_view to_string(EndReason reason) {
  switch (reason) {
    case EndReason::by_itself:
      return "by_itself";
    case EndReason::idle:
      return "idle";
    case EndReason::total:
      return "total";
    case EndReason::completion_grace:
      return "completion_grace";
    case EndReason::asked:
      return "asked";
    case EndReason::channel_lost:
      return "channel_lost";
  }
  return "unknown";
}

}  // namespace milepost
