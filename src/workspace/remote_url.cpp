#include "milepost/workspace/remote_url.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <algorithm>

namespace milepost {

namespace {

std::string project_path(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with(".git")) path.remove_suffix(4);
  return std::string(path);
}

/// "user:password@host:port" → the host.
std::string host_of(std::string_view authority) {
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);
  if (authority.starts_with('[')) return to_lower_ascii(authority.substr(0, authority.find(']') + 1));
  return to_lower_ascii(authority.substr(0, authority.find(':')));
}

}  // namespace

std::string without_logins(std::string_view text) {
  std::string kept;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t scheme = text.find("://", from);
    if (scheme == std::string_view::npos) return kept.append(text.substr(from));
    const std::size_t begin = scheme + 3;
    const std::size_t end = std::min(text.find_first_of("/ \t\r\n'\"<>", begin), text.size());
    const std::size_t at = text.substr(begin, end - begin).rfind('@');
    kept.append(text.substr(from, begin - from));
    from = at == std::string_view::npos ? begin : begin + at + 1;
  }
  return kept;
}

std::string shown_url(std::string_view url) {
  const std::string shown = without_logins(url);
  return one_line(shown.substr(0, shown.find('?')), 300);
}

RemoteUrl parse_remote_url(std::string_view url) {
  const auto refused = [&](const std::string& why) {
    return UsageError("the remote's URL " + why + ": " + one_line(without_logins(url), 100),
                      "give it a URL of https, ssh or git@host:path: git remote set-url");
  };
  if (url.empty() || url.starts_with('-')) throw refused("is none");
  RemoteUrl parsed;
  parsed.display = shown_url(url);
  const std::size_t scheme = url.find("://");
  const std::size_t colon = url.find(':');
  if (scheme != std::string_view::npos && colon == scheme) {
    const std::string name = to_lower_ascii(url.substr(0, scheme));
    const std::string_view rest = url.substr(scheme + 3);
    if (name == "file") return {"", std::string(rest), true, parsed.display};
    if (name != "https" && name != "http" && name != "ssh")
      throw refused("has a scheme that is not used here");
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) throw refused("names no repository");
    const std::string_view authority = rest.substr(0, slash);
    parsed.host = host_of(authority);
    parsed.path = project_path(rest.substr(slash));
    if (parsed.host.empty() || parsed.host.starts_with('-') || parsed.path.empty())
      throw refused("names no repository");
    return parsed;
  }
  if (url.find("::") != std::string_view::npos) throw refused("starts a program");
  const std::size_t slash = url.find('/');
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon < slash)) {
    const std::string_view rest = url.substr(colon + 1);
    if (const std::size_t at = rest.substr(0, rest.find('/')).rfind('@'); at != std::string_view::npos)
      throw UsageError("the remote's URL has a login but no scheme: …" + one_line(rest.substr(at), 100),
                       "git remote set-url, with https:// at its start and the login left to git's helpers");
    parsed.host = host_of(url.substr(0, colon));
    parsed.path = project_path(rest);
    if (parsed.host.empty() || parsed.host.starts_with('-') || parsed.path.empty())
      throw refused("names no repository");
    return parsed;
  }
  return {"", std::string(url), true, parsed.display};
}

}  // namespace milepost
