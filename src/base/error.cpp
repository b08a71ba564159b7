#include "milepost/base/error.hpp"

#include <cerrno>
#include <system_error>

namespace milepost {

void throw_errno(const std::string& what) {
  throw InfraError(what + ": " + std::generic_category().message(errno));
}

}  // namespace milepost
