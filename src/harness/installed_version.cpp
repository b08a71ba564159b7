#include "harness/installed_version.hpp"

#include "milepost/base/ids.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/profile.hpp"

#include "harness/manifest.hpp"

namespace milepost {

namespace {

/// The version stands alone in the text: 2.1.3 is not in "2.1.30" nor in "12.1.3".
bool names_version(std::string_view text, std::string_view version) {
  const auto digit_at = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  for (std::size_t at = text.find(version); at != std::string_view::npos; at = text.find(version, at + 1)) {
    const std::size_t end = at + version.size();
    const bool inside = at > 0 && (digit_at(at - 1) || text[at - 1] == '.');
    const bool goes_on = digit_at(end) || (end < text.size() && text[end] == '.' && digit_at(end + 1));
    if (!inside && !goes_on) return true;
  }
  return false;
}

}  // namespace

InstalledVersion installed_version(InstallContainer& container, const HarnessLock& lock,
                                   const LockedHarness& harness) {
  InstalledVersion found{harness.harness, harness.version, {}};
  const std::vector<std::string> command = harness_profile(harness.harness).recipe().version_command;
  if (command.empty()) return found;
  ProcessSpec spec = install_command(command, harness_path(lock));
  spec.total_limit = std::chrono::minutes(2);
  const auto result = container.run(std::move(spec), /*show=*/false);
  if (!result.end.success()) {
    const std::string words = result.end.error.empty() ? result.tail : result.end.error;
    const bool late = result.end.reason == EndReason::total;
    found.problem = "`" + shell_join(command) + "` " +
                    (late ? "did not end within two minutes" : "failed: " + one_line(words, 300));
  } else if (!names_version(result.out + "\n" + result.tail, harness.version)) {
    found.problem = "it says that it is '" + one_line(result.out.empty() ? result.tail : result.out, 100) +
                    "', not version " + harness.version;
  }
  return found;
}

std::vector<InstalledVersion> installed_versions(const VolumeContext& context, const HarnessLock& lock) {
  std::vector<InstalledVersion> versions;
  const auto volume = volume_name(lock);
  if (!volume) return versions;
  InstallContainer container(context, "milepost-probe-" + random_hex(12), MountedVolume{*volume});
  for (const LockedHarness& harness : installed_harnesses(lock))
    versions.push_back(installed_version(container, lock, harness));
  return versions;
}

}  // namespace milepost
