#include "milepost/config/egress_target.hpp"

#include "milepost/base/error.hpp"

#include <doctest/doctest.h>

using namespace milepost;

TEST_CASE("a host alone means its port 443") {
  CHECK(parse_egress_target("registry.npmjs.org") == EgressTarget{"registry.npmjs.org", 443, false});
  CHECK(parse_egress_target("mirror.example:80") == EgressTarget{"mirror.example", 80, false});
  CHECK(parse_egress_target("*.example.org:8443") == EgressTarget{"example.org", 8443, true});
  CHECK(parse_egress_target("10.1.2.3:5000") == EgressTarget{"10.1.2.3", 5000, false});
  CHECK(parse_egress_target("[2001:DB8::1]:99") == EgressTarget{"2001:db8::1", 99, false});
  CHECK(parse_egress_target("[2001:db8::1]").port == 443);
}

TEST_CASE("one host has one spelling") {
  CHECK(parse_egress_target("API.Example.ORG.").host == "api.example.org");
  CHECK(parse_egress_target("API.Example.ORG.").text() == "api.example.org:443");
  CHECK(parse_egress_target("[::1]:1").text() == "[::1]:1");
  CHECK(parse_egress_target("*.example.org").text() == "*.example.org:443");
}

TEST_CASE("F39: what could be read in two ways is refused") {
  for (const char* text : {"",
                           ".",
                           "https://example.org",
                           "example.org/path",
                           "user@example.org",
                           "example.org:",
                           "example.org:0",
                           "example.org:65536",
                           "example.org:80:81",
                           "2130706433",
                           "0x7f000001",
                           "127.1",
                           "0177.0.0.1",
                           "a..b",
                           "-a.example",
                           "exa mple.org",
                           "b\xc3\xbc"
                           "cher.example",
                           "*.org",
                           "*.10.0.0.1",
                           "*",
                           "a*.example.org",
                           "[::1",
                           "[::1]x",
                           "[10.0.0.1]",
                           "a\tb",
                           "\n"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_egress_target(text), UsageError);
  }
  CHECK_THROWS_AS(parse_egress_target(std::string("a\0.example.org", 14)), UsageError);
}

TEST_CASE("the target of a URL") {
  CHECK(egress_target_of_url("https://gateway.example/v1") == EgressTarget{"gateway.example", 443, false});
  CHECK(egress_target_of_url("http://gateway.example") == EgressTarget{"gateway.example", 80, false});
  CHECK(egress_target_of_url("http://u:p@host.docker.internal:8080/x?y") ==
        EgressTarget{"host.docker.internal", 8080, false});
  CHECK(egress_target_of_url("https://[2001:db8::1]/") == EgressTarget{"2001:db8::1", 443, false});
  CHECK(egress_target_of_url("http://a@b.example@c.example/")->host == "c.example");
  CHECK_FALSE(egress_target_of_url("ftp://gateway.example"));
  CHECK_FALSE(egress_target_of_url("https:///x"));
}
