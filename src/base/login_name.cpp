#include "milepost/base/login_name.hpp"

#include <pwd.h>
#include <unistd.h>

namespace milepost {

std::string login_name() {
  const passwd* entry = ::getpwuid(::getuid());
  return entry && *entry->pw_name ? entry->pw_name : "uid " + std::to_string(::getuid());
}

}  // namespace milepost
