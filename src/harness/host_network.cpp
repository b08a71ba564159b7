#include "milepost/harness/host_network.hpp"

#include <cstdlib>
#include <optional>

namespace milepost {

namespace {

namespace fs = std::filesystem;

constexpr const char* k_bundle_target = "/opt/milepost/certificates/bundle.crt";
constexpr const char* k_extra_target = "/opt/milepost/certificates/extra.crt";

/// The file behind the path, links followed; nothing when it is not a regular file that --mount can carry.
std::optional<fs::path> mountable(const fs::path& path) {
  if (!path.is_absolute()) return std::nullopt;
  std::error_code error;
  fs::path file = fs::canonical(path, error);
  if (error || !fs::is_regular_file(file, error) || error) return std::nullopt;
  if (file.string().find_first_of(",\"\n") != std::string::npos) return std::nullopt;
  return file;
}

fs::path variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

fs::path system_bundle() {
  for (const char* path : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}) {
    if (mountable(path)) return path;
  }
  return {};
}

}  // namespace

std::vector<std::string> proxy_variables() {
  return {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
          "http_proxy", "https_proxy", "all_proxy", "no_proxy"};
}

HostCertificates certificates_from(const fs::path& bundle, const fs::path& node_extra) {
  HostCertificates certificates;
  const auto add = [&](const fs::path& source, const char* target) {
    certificates.mounts.push_back({Mount::Kind::bind, source.string(), target, /*read_only=*/true,
                                   "the host's certificate authorities, for downloads behind a TLS proxy"});
  };
  const auto set = [&](const char* name, const char* target) {
    certificates.environment.push_back(std::string(name) + "=" + target);
  };
  const auto all = mountable(bundle);
  const auto extra = mountable(node_extra);
  if (all) {
    add(*all, k_bundle_target);
    for (const char* name : {"SSL_CERT_FILE", "GIT_SSL_CAINFO", "REQUESTS_CA_BUNDLE", "npm_config_cafile"}) {
      set(name, k_bundle_target);
    }
  }
  if (extra && extra != all) {
    add(*extra, k_extra_target);
    set("NODE_EXTRA_CA_CERTS", k_extra_target);
  } else if (all) {
    set("NODE_EXTRA_CA_CERTS", k_bundle_target);
  }
  return certificates;
}

HostCertificates host_certificates() {
  const fs::path named = variable("SSL_CERT_FILE");
  return certificates_from(mountable(named) ? named : system_bundle(), variable("NODE_EXTRA_CA_CERTS"));
}

}  // namespace milepost
