#include "milepost/harness/host_network.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace milepost;
using milepost::test::ScratchDir;

namespace {

bool sets(const HostCertificates& certificates, const std::string& entry) {
  return std::find(certificates.environment.begin(), certificates.environment.end(), entry) !=
         certificates.environment.end();
}

}  // namespace

TEST_CASE("a host without certificates gives nothing") {
  const auto none = certificates_from("", "/nowhere/ca.crt");
  CHECK(none.mounts.empty());
  CHECK(none.environment.empty());
}

TEST_CASE("the host's bundle is mounted read-only and named to every tool") {
  const ScratchDir dir;
  const auto bundle = dir.write("bundle.crt", "x");
  const auto certificates = certificates_from(bundle, bundle);
  REQUIRE(certificates.mounts.size() == 1);
  CHECK(certificates.mounts[0].source == bundle.string());
  CHECK(certificates.mounts[0].read_only);
  CHECK(sets(certificates, "NODE_EXTRA_CA_CERTS=/opt/milepost/certificates/bundle.crt"));
  CHECK(sets(certificates, "npm_config_cafile=/opt/milepost/certificates/bundle.crt"));
}

TEST_CASE("an extra authority for node alone does not replace the others") {
  const ScratchDir dir;
  const auto certificates = certificates_from(dir.write("bundle.crt", "x"), dir.write("extra.crt", "y"));
  CHECK(certificates.mounts.size() == 2);
  CHECK(sets(certificates, "NODE_EXTRA_CA_CERTS=/opt/milepost/certificates/extra.crt"));
  CHECK(sets(certificates, "SSL_CERT_FILE=/opt/milepost/certificates/bundle.crt"));
}

TEST_CASE("what the engine cannot mount is left out") {
  const ScratchDir dir;
  CHECK(certificates_from(dir.write("a,b.crt", "x"), "relative.crt").mounts.empty());
  CHECK(certificates_from(dir.path(), "").mounts.empty());
}
