#include "milepost/base/error.hpp"
#include "milepost/base/ids.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/version.hpp"
#include "milepost/harness/profile.hpp"
#include "milepost/harness/volume.hpp"

#include "harness/install_container.hpp"
#include "harness/npm.hpp"

namespace milepost {

namespace {

bool plain_version(const std::string& version) {
  return !version.empty() && !version.starts_with('-') &&
         version.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-^~") ==
             std::string::npos;
}

std::string fresh_name() {
  return "milepost-resolve-" + random_hex(12);
}

}  // namespace

LockedHarness resolve_harness(const VolumeContext& context, const std::string& harness,
                              const std::string& version) {
  const HarnessProfile& profile = harness_profile(harness);
  const InstallRecipe recipe = profile.recipe();
  const std::string wanted = version.empty() ? "latest" : version;
  if (!plain_version(wanted)) {
    throw UsageError("'" + printable(version) + "' is not a version of " + harness,
                     "give one like latest, 2 or 2.1.330");
  }
  LockedHarness locked;
  locked.harness = harness;
  locked.recipe_version = recipe.recipe_version;
  if (recipe.npm_package.empty()) {
    if (wanted != "latest" && wanted != milepost::version()) {
      throw UsageError("the harness '" + harness + "' is part of milepost " +
                           std::string(milepost::version()) + "; it has no version " + wanted,
                       "leave the version out");
    }
    locked.version = milepost::version();
    return locked;
  }
  InstallContainer container(context, fresh_name(), std::nullopt);
  const PublishedVersion found = published_version(container, recipe.npm_package, wanted);
  locked.package = recipe.npm_package;
  locked.version = found.version;
  locked.integrity = found.integrity;
  if (!recipe.node_version.empty()) {
    locked.node_version = published_version(container, "node", recipe.node_version).version;
  }
  return locked;
}

ImagePlatform image_platform(const VolumeContext& context) {
  constexpr const char* k_script =
      "uname -m; if ls /lib/ld-musl-* >/dev/null 2>&1; then echo musl; else echo glibc; fi";
  InstallContainer container(context, fresh_name(), std::nullopt);
  const auto result = container.run(install_command({"sh", "-c", k_script}), /*show=*/false);
  const auto lines = lines_of(result.out);
  if (!result.end.success() || lines.size() != 2) {
    throw EnvironmentError("cannot find out what the image " + context.image + " is built for: " +
                               one_line(result.end.error.empty() ? result.tail : result.end.error, 300),
                           "use an image that has a shell and the usual tools");
  }
  return {std::string(lines[0]), std::string(lines[1])};
}

}  // namespace milepost
