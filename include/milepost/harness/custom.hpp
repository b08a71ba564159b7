#pragma once

#include "milepost/harness/profile.hpp"

#include <memory>
#include <string>
#include <vector>

namespace milepost {

/// A command of the user's as a harness: the settings custom.*.
struct CustomHarness {
  /// Shell text, run by `bash -c` in the code folder with the prompt on standard input. `{session}` and
  /// `{model}` are replaced by a quoted word. "" = not configured: starting it throws UsageError.
  std::string command;
  std::string resume_command;        ///< the same for going on with a session; "" = it cannot
  std::string dialect = "plain";     ///< one of custom_dialects()
  std::vector<std::string> secrets;  ///< names of host variables with its keys; any one is enough
};

/// What a command may speak: "plain" (text; the exit status is the result), "ndjson-result" (one JSON object
/// a line with a final result, docs/harnesses.md), "claude-stream-json".
std::vector<std::string> custom_dialects();

/// The harness `custom`. Throws UsageError for an unknown dialect.
std::shared_ptr<const HarnessProfile> custom_profile(CustomHarness custom);

}  // namespace milepost
