#include "milepost/verify/evidence.hpp"

#include "milepost/base/sha256.hpp"

#include <algorithm>

namespace milepost {

namespace {

constexpr std::size_t k_longest_name = 60;
constexpr std::size_t k_words = 32;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '/' || c == '-';
}

/// The text itself when it is short and plain, else its beginning in words and six digits of its hash.
std::string short_name(std::string_view text) {
  if (!text.empty() && text.size() <= k_longest_name && std::all_of(text.begin(), text.end(), is_plain))
    return std::string(text);
  std::string words;
  for (const char c : text) {
    if (words.size() >= k_words) break;
    if (is_plain(c) && c != '-')
      words += c;
    else if (!words.empty() && words.back() != '-')
      words += '-';
  }
  if (!words.empty() && words.back() != '-') words += '-';
  return words + sha256_hex(text).substr(0, 6);
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::failed:
      return "failed";
    case Verdict::infra_error:
      return "infra_error";
    case Verdict::not_verified:
      return "not_verified";
    case Verdict::manual:
      return "manual";
    case Verdict::overridden:
      return "overridden";
  }
  return "unknown";
}

std::string_view to_string(CheckKind kind) {
  switch (kind) {
    case CheckKind::command:
      return "command";
    case CheckKind::artifact:
      return "artifact";
    case CheckKind::key_link:
      return "key_link";
    case CheckKind::truth:
      return "truth";
    case CheckKind::e2e:
      return "e2e";
    case CheckKind::review:
      return "review";
  }
  return "command";
}

std::string check_id(CheckKind kind, std::string_view subject, std::string_view aspect,
                     std::string_view value) {
  std::string id = std::string(to_string(kind)) + ":" + short_name(subject);
  if (!aspect.empty()) id += "#" + std::string(aspect);
  if (!value.empty()) id += ":" + short_name(value);
  return id;
}

Verdict overall(const std::vector<Evidence>& evidence) {
  const auto has = [&](Verdict verdict) {
    return std::any_of(evidence.begin(), evidence.end(),
                       [&](const Evidence& item) { return item.verdict == verdict; });
  };
  for (const Verdict verdict :
       {Verdict::failed, Verdict::infra_error, Verdict::passed, Verdict::overridden, Verdict::manual}) {
    if (has(verdict)) return verdict;
  }
  return Verdict::not_verified;
}

}  // namespace milepost
