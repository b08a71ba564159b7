#pragma once

#include <string>
#include <vector>

namespace milepost {

/// Runs a command line and returns the process's exit code. The only place where errors become output.
int guarded_main(const std::vector<std::string>& words);

}  // namespace milepost
