#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace milepost {

/// The texts by which a secret can be known in a program's output (see SecretMask), each once.
std::vector<std::string> secret_forms(std::string_view secret);

}  // namespace milepost
