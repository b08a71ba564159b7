#pragma once

#include <string>

namespace milepost {

/// The name of the user whom this process works for; "uid 1234" when the system knows none.
std::string login_name();

}  // namespace milepost
