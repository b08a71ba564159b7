#include "harness/script_profile.hpp"

#include "milepost/base/error.hpp"
#include "milepost/container/container_spec.hpp"
#include "milepost/harness/host_network.hpp"

#include "harness/script_events.hpp"

#include <filesystem>
#include <string>

namespace milepost {

namespace {

constexpr std::size_t k_longest_answer_bytes = 100'000;  // Linux takes 128 KiB in one variable

class ScriptProfile : public HarnessProfile {
 public:
  std::string name() const override { return "script"; }

  HarnessCapabilities capabilities() const override {
    HarnessCapabilities can;
    can.resumes_sessions = true;
    return can;
  }

  InstallRecipe recipe() const override { return {}; }
  std::vector<CredentialKey> credentials() const override { return {}; }
  std::vector<std::string> credential_files() const override { return {}; }
  std::vector<std::string> passed_variables() const override { return proxy_variables(); }

  ProcessSpec command(const HarnessRequest& request) const override {
    ProcessSpec spec;
    spec.argv = {(std::filesystem::path(k_programs_path) / "milepost-script-harness").string()};
    bool first = true;
    for (const std::string& block : request.shell_blocks) {
      if (block.find('\0') != std::string::npos) {
        throw UsageError("a shell block of the task holds a NUL byte, which no shell can run",
                         "remove the byte from the plan");
      }
      if (!first) spec.input += '\0';
      first = false;
      spec.input += block;
    }
    if (request.answer.size() > k_longest_answer_bytes || request.answer.find('\0') != std::string::npos) {
      throw UsageError(
          "the answer is longer than 100 kB or holds a NUL byte, which the script harness cannot "
          "hand to a shell block",
          "give a shorter answer");
    }
    spec.environment = {"MILEPOST_ATTEMPT=" + std::to_string(request.attempt),
                        "MILEPOST_ANSWER=" + request.answer};
    return spec;
  }

  std::unique_ptr<EventParser> parser() const override { return script_event_parser(); }
};

}  // namespace

const HarnessProfile& script_profile() {
  static const ScriptProfile profile;
  return profile;
}

}  // namespace milepost
