#include "sensitive_rule.hpp"

#include "milepost/base/text.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <string>

namespace milepost {

namespace {

using Judged = std::optional<Severity>;

bool has(std::string_view content, std::string_view part) {
  return content.find(part) != std::string_view::npos;
}

/// RFC 7468 and OpenSSH's own header: "-----BEGIN … PRIVATE KEY-----"; PuTTY has one of its own.
Judged private_key(std::string_view content) {
  if (has(content, "PRIVATE KEY-----") || content.starts_with("PuTTY-User-Key-File")) return Severity::high;
  return std::nullopt;
}

/// A name that says that its value is a secret.
bool names_secret(std::string_view name) {
  const std::string lower = to_lower_ascii(name);
  constexpr auto k_words =
      std::to_array<std::string_view>({"key", "token", "secret", "passw", "pwd", "credential", "auth_",
                                       "_auth", "private", "dsn", "database_url"});
  return std::ranges::any_of(k_words, [&](std::string_view word) { return has(lower, word); });
}

/// Lines `NAME=value`: high when a name speaks of a secret, medium with values of any other kind.
Judged assignments(std::string_view content) {
  Judged judged;
  for (const std::string_view raw : lines_of(content)) {
    const std::string_view line = trim(raw);
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos || equals == 0) continue;
    const std::string_view value = trim(line.substr(equals + 1));
    if (value.empty() || value == "\"\"" || value == "''") continue;
    if (names_secret(line.substr(0, equals))) return Severity::high;
    judged = Severity::medium;
  }
  return judged;
}

/// A key=value setting whose value is there and is no reference to a variable.
Judged npm_token(std::string_view content) {
  for (const std::string_view raw : lines_of(content)) {
    const std::string_view line = trim(raw);
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || line.starts_with(';') || equals == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, equals));
    const std::string_view value = trim(line.substr(equals + 1));
    const bool is_secret =
        key.ends_with("_authToken") || key.ends_with("_auth") || key.ends_with("_password");
    if (is_secret && !value.empty() && !value.starts_with("${") && !value.starts_with("\"${"))
      return Severity::high;
  }
  return std::nullopt;
}

Judged password(std::string_view content) {
  return has(content, "password") ? Judged(Severity::high) : std::nullopt;
}

Judged cluster_access(std::string_view content) {
  for (const std::string_view part : {"client-key-data:", "client-key:", "token:", "password:"}) {
    if (has(content, part)) return Severity::high;
  }
  return std::nullopt;
}

Judged registry_login(std::string_view content) {
  return has(content, "\"auth\"") ? Judged(Severity::high) : std::nullopt;
}

Judged service_account(std::string_view content) {
  return has(content, "\"private_key\"") || has(content, "\"client_secret\"") ? Judged(Severity::high)
                                                                              : std::nullopt;
}

struct Named {
  const char* directory;  ///< nullptr: any
  const char* name;       ///< a glob, lower case
  SensitiveRule rule;
};

/// The first that fits counts.
constexpr auto k_rules = std::to_array<Named>({
    {nullptr, "*.example", {}},  // templates hold no values
    {nullptr, "*.sample", {}},
    {nullptr, "*.template", {}},
    {nullptr, "*.dist", {}},
    {nullptr, "id_rsa", {Severity::high, "a private key"}},
    {nullptr, "id_dsa", {Severity::high, "a private key"}},
    {nullptr, "id_ecdsa", {Severity::high, "a private key"}},
    {nullptr, "id_ed25519", {Severity::high, "a private key"}},
    {nullptr, "*.pem", {Severity::high, "a private key", private_key}},
    {nullptr, "*.key", {Severity::high, "a private key", private_key}},
    {nullptr, "*.p8", {Severity::high, "a private key", private_key}},
    {nullptr, "*.ppk", {Severity::high, "a private key", private_key}},
    {nullptr, "*_rsa", {Severity::high, "a private key", private_key}},
    {nullptr, "*_ed25519", {Severity::high, "a private key", private_key}},
    {nullptr, ".env", {Severity::high, "variables with values", assignments}},
    {nullptr, ".env.*", {Severity::high, "variables with values", assignments}},
    {nullptr, "*.env", {Severity::high, "variables with values", assignments}},
    {nullptr, "credentials.json", {Severity::high, "credentials"}},
    {nullptr, ".credentials.json", {Severity::high, "credentials"}},
    {nullptr, ".git-credentials", {Severity::high, "credentials"}},
    {nullptr, ".pgpass", {Severity::high, "credentials"}},
    {".aws", "credentials", {Severity::high, "credentials"}},
    {nullptr, "client_secret*.json", {Severity::high, "credentials", service_account}},
    {nullptr, "*service*account*.json", {Severity::high, "a service account's key", service_account}},
    {nullptr, "*adminsdk*.json", {Severity::high, "a service account's key", service_account}},
    {nullptr, "*key*.json", {Severity::high, "a service account's key", service_account}},
    {nullptr, "kubeconfig*", {Severity::high, "access to a cluster", cluster_access}},
    {nullptr, "*.kubeconfig", {Severity::high, "access to a cluster", cluster_access}},
    {".kube", "config", {Severity::high, "access to a cluster", cluster_access}},
    {".docker", "config.json", {Severity::high, "a registry login", registry_login}},
    {nullptr, ".npmrc", {Severity::high, "a registry token", npm_token}},
    {nullptr, ".pypirc", {Severity::high, "a registry password", password}},
    {nullptr, ".netrc", {Severity::high, "passwords of hosts", password}},
    {nullptr, "*.p12", {Severity::medium, "a key store"}},
    {nullptr, "*.pfx", {Severity::medium, "a key store"}},
    {nullptr, "*.jks", {Severity::medium, "a key store"}},
    {nullptr, "*.keystore", {Severity::medium, "a key store"}},
    {nullptr, "*.kdbx", {Severity::medium, "a password database"}},
    {nullptr, ".htpasswd", {Severity::medium, "password hashes"}},
    {nullptr, "*.tfstate", {Severity::medium, "state that often holds secrets"}},
    {nullptr, "*.ovpn", {Severity::medium, "access to a network"}},
});

}  // namespace

const SensitiveRule* sensitive_rule(std::string_view directory, std::string_view name) {
  const std::string lower = to_lower_ascii(name);
  for (const Named& named : k_rules) {
    if (named.directory && directory != named.directory) continue;
    if (::fnmatch(named.name, lower.c_str(), 0) != 0) continue;
    return named.rule.what.empty() ? nullptr : &named.rule;
  }
  return nullptr;
}

}  // namespace milepost
