#pragma once

#include "milepost/container/container_spec.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace milepost {

/// The host variables that name proxies, in both spellings.
std::vector<std::string> proxy_variables();

/// The host's certificate authorities for a container, so that downloads work behind a proxy that inspects
/// TLS.
struct HostCertificates {
  std::vector<Mount> mounts;             ///< read-only files below /opt/milepost/certificates
  std::vector<std::string> environment;  ///< "NAME=path in the container" for node, npm, curl, git and Python
};

/// From SSL_CERT_FILE or the system's bundle, and NODE_EXTRA_CA_CERTS when it names another file; both parts
/// empty when the host has none. Never throws: a file that is not there is left out.
HostCertificates host_certificates();

/// The same from given places; an empty path is none.
HostCertificates certificates_from(const std::filesystem::path& bundle,
                                   const std::filesystem::path& node_extra);

}  // namespace milepost
