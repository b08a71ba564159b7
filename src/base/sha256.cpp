// OpenSSL 3 calls these functions deprecated in favour of EVP, whose providers, error texts and algorithm
// tables are a third of the program's code and a good part of its resident memory, for one hash.
#define OPENSSL_API_COMPAT 0x10100000L

#include "milepost/base/sha256.hpp"

#include "milepost/base/error.hpp"

#include <openssl/sha.h>

namespace milepost {

struct Sha256::Context {
  SHA256_CTX sha;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  if (SHA256_Init(&context_->sha) != 1) throw InternalError("SHA-256 is not available in libcrypto");
}

Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  SHA256_Update(&context_->sha, bytes.data(), bytes.size());
}

std::string Sha256::hex_digest() {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256_Final(digest, &context_->sha);
  std::string hex;
  for (const unsigned char byte : digest) {
    constexpr char digits[] = "0123456789abcdef";
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex_digest();
}

}  // namespace milepost
