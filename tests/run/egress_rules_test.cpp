#include "milepost/run/egress_rules.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

bool has_line(const std::string& text, const std::string& wanted) {
  for (const std::string_view line : lines_of(text)) {
    if (line == wanted) return true;
  }
  return false;
}

std::size_t at(const std::string& text, const std::string& part) {
  const std::size_t found = text.find(part);
  REQUIRE_MESSAGE(found != std::string::npos, part);
  return found;
}

}  // namespace

TEST_CASE("an allowlist is the harness's services, the user's base URLs and hosts") {
  const EgressRules rules =
      egress_rules({"api.example.com", "login.example.com"}, {"https://gateway.example/v1", "", "not a url"},
                   {"registry.example:8443", "*.cdn.example"}, {});
  CHECK(rules.texts() == std::vector<std::string>{"api.example.com:443", "login.example.com:443",
                                                  "registry.example:8443", "*.cdn.example:443",
                                                  "gateway.example:443"});
  CHECK_THROWS_AS(egress_rules({}, {}, {"https://x.example"}, {}), UsageError);
}

TEST_CASE("a port of this machine is one however it was asked for") {
  const EgressRules rules = egress_rules({}, {"http://host.docker.internal:8080/v1"},
                                         {"host.docker.internal:5432"}, {"8080", "9000"});
  CHECK(rules.host_ports == std::vector<std::uint16_t>{5432, 8080, 9000});
  CHECK(rules.allowed.empty());
}

TEST_CASE("a service that the user lists too may be at a private address") {
  const EgressRules rules = egress_rules({"api.example.com"}, {}, {"API.example.com."}, {});
  CHECK(rules.presets.empty());
  CHECK(rules.allowed.size() == 1);
}

TEST_CASE("F39: names are compared before anything is looked up, and everything else is refused") {
  const EgressRules rules = egress_rules({"api.example.com"}, {}, {"*.cdn.example:8443", "10.0.0.7"}, {});
  const std::string text = squid_configuration(rules, {"172.30.0.2", 3128, {"172.17.0.1"}, {}});
  CHECK(has_line(text, "http_port 172.30.0.2:3128"));
  CHECK(has_line(text, "acl p0_host dstdomain -n api.example.com"));
  CHECK(has_line(text, "acl u0_host dstdomain -n .cdn.example"));
  CHECK(has_line(text, "acl u0_port port 8443"));
  CHECK(has_line(text, "acl u1_host dstdomain -n 10.0.0.7"));
  CHECK(has_line(text, "acl never dst 172.17.0.1"));
  CHECK(at(text, "http_access deny !listed\n") < at(text, "http_access deny never\n"));
  CHECK(at(text, "http_access deny never\n") < at(text, "http_access deny preset private\n"));
  CHECK(at(text, "http_access deny preset private\n") < at(text, "http_access allow listed\n"));
  CHECK(text.ends_with("http_access deny all\n"));
}

TEST_CASE("an empty allowlist lets nothing through") {
  const std::string text = squid_configuration({}, {"172.30.0.2", 3128, {}, {}});
  CHECK(text.find("http_access allow") == std::string::npos);
  CHECK(has_line(text, "http_access deny all"));
}

TEST_CASE("the proxy of this machine is the proxy's own way out") {
  const EgressRules rules = egress_rules({"api.example.com"}, {}, {}, {});
  const std::string text =
      squid_configuration(rules, {"172.30.0.2", 3128, {}, parse_egress_target("proxy.corp.example:8080")});
  CHECK(has_line(text, "cache_peer proxy.corp.example parent 8080 0 no-query no-digest default"));
  CHECK(has_line(text, "never_direct allow all"));
  CHECK_FALSE(has_line(text, "http_access deny never"));
  CHECK(has_line(text, "http_access deny !listed"));
}
