#include "milepost/base/secret_mask.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

/// The stream cut into pieces of this size.
std::string streamed(const SecretMask& mask, std::string_view text, std::size_t piece) {
  std::string out;
  MaskStream stream(mask);
  const auto append = [&](std::string_view bytes) { out += bytes; };
  for (std::size_t at = 0; at < text.size(); at += piece) stream.feed(text.substr(at, piece), append);
  stream.finish(append);
  return out;
}

}  // namespace

TEST_CASE("F63: a secret is masked wherever a stream is cut") {
  const SecretMask mask({"s3cr3t-value", "other secret"});
  const std::string text = "a s3cr3t-value, s3cr3t-valu, s3cr3t-values3cr3t-value other secret\ns3cr";
  const std::string wanted = "a ***, s3cr3t-valu, ****** ***\ns3cr";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    CAPTURE(piece);
    CHECK(streamed(mask, text, piece) == wanted);
  }
}

TEST_CASE("F63: a secret is masked in JSON, in a URL and in base64 at every alignment") {
  const SecretMask mask({"pa\"ss/wo rd\\+\xc3\xbc!"});
  for (const char* form : {"pa\"ss/wo rd\\+\xc3\xbc!", R"(pa\"ss/wo rd\\+ü!)", R"(pa\"ss\/wo rd\\+ü!)",
                           R"(pa\\\"ss/wo rd\\\\+ü!)", "pa%22ss%2Fwo%20rd%5C%2B%C3%BC%21",
                           "pa%22ss%2fwo+rd%5c%2b%c3%bc%21", "pa%22ss%2Fwo%20rd%5C%2B%C3%BC!"}) {
    CAPTURE(form);
    CHECK(mask.masked("<" + std::string(form) + ">") == "<***>");
  }
  // printf '%s' 'x pa"ss/wo rd\+ü!yy' | base64, with 0 to 2 bytes before it
  const SecretMask token({"tok-0123456789abcdef"});
  for (const char* encoded : {"dG9rLTAxMjM0NTY3ODlhYmNkZWY=", "eHRvay0wMTIzNDU2Nzg5YWJjZGVm",
                              "eHh0b2stMDEyMzQ1Njc4OWFiY2RlZnl5", "eHh4dG9rLTAxMjM0NTY3ODlhYmNkZWZ5"}) {
    CAPTURE(encoded);
    const std::string masked = token.masked(encoded);
    CHECK(masked.find("***") != std::string::npos);
    CHECK(masked.size() <= 12);
  }
}

TEST_CASE("F63: the lines of a key file are masked alone, a short secret is not") {
  const SecretMask key({"-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\nq83vEjRWeJ\n-----END KEY-----\n"});
  CHECK(key.masked("x MIIEvQIBADANBgkqhkiG y") == "x *** y");
  CHECK(key.masked("-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\nq83vEjRWeJ\n-----END KEY-----\n") == "***\n");
  CHECK(SecretMask({"a", "12345", ""}).empty());
  CHECK(SecretMask({"a"}).masked("a banana") == "a banana");
}

TEST_CASE("secrets that overlap or repeat leave nothing of themselves") {
  CHECK(SecretMask({"abcdef", "defghi"}).masked("xabcdefghiy") == "x***y");
  CHECK(SecretMask({"secret", "secret-long"}).masked("secret-long secret-lon") == "*** ***-lon");
  const SecretMask same({"aaaaaa"});
  for (const std::size_t piece : {1u, 2u, 5u, 7u, 1000u}) {
    CAPTURE(piece);
    CHECK(streamed(same, std::string(1000, 'a') + "b", piece) == "***b");
  }
}

TEST_CASE("what cannot begin a secret is not held back") {
  const SecretMask mask({"s3cr3t-value"});
  MaskStream stream(mask);
  std::string out;
  const auto append = [&](std::string_view bytes) { out += bytes; };
  stream.feed("{\"type\":\"result\"}\n", append);
  CHECK(out == "{\"type\":\"result\"}\n");
  stream.feed("the end s3", append);
  CHECK(out == "{\"type\":\"result\"}\nthe end ");
  stream.feed("a\n", append);
  CHECK(out == "{\"type\":\"result\"}\nthe end s3a\n");
}

TEST_CASE("without secrets every byte passes") {
  const std::string bytes("a\0b\xff", 4);
  CHECK(SecretMask().masked(bytes) == bytes);
  CHECK(SecretMask({"s3cr3t"}).masked(bytes) == bytes);
}
