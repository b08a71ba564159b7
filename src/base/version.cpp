#include "milepost/base/version.hpp"

namespace milepost {

std::string_view version() {
  return MILEPOST_VERSION;
}

}  // namespace milepost
