#pragma once

#include "harness/install_container.hpp"

#include <string>
#include <vector>

namespace milepost {

/// npm of at least version 10 in an install container: earlier ones ignore a package's `libc` and install its
/// glibc and its musl program. The image's own when it will do, else one fetched for this container.
class Npm {
 public:
  explicit Npm(InstallContainer& container);

  /// Fetches a package and returns the path of its archive in the container, after its contents have been
  /// compared with `integrity` ("" = not compared). Throws InfraError.
  std::string fetch(const std::string& package, const std::string& version, const std::string& integrity);

  /// Installs an archive or "name@version" globally below `prefix`, install scripts included.
  void install(const std::string& what, const std::string& prefix);

 private:
  std::vector<std::string> command(std::vector<std::string> arguments) const;
  InstallContainer& container_;
  std::vector<std::string> npm_;
};

/// A version of a package with the registry's hash of it.
struct PublishedVersion {
  std::string version, integrity;
};

/// The newest version that fits ("latest", "2", "2.1.330"), asked with whichever npm the image has. Throws
/// EnvironmentError naming the package and npm's words.
PublishedVersion published_version(InstallContainer& container, const std::string& package,
                                   const std::string& version);

/// Picks the newest version out of what `npm view PACKAGE version dist.integrity --json` printed: an object,
/// or a list of them for a range. Nothing when there is none in it.
std::optional<PublishedVersion> newest_version(const std::string& npm_output);

}  // namespace milepost
