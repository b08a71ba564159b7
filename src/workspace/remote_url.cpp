#include "milepost/workspace/remote_url.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

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

RemoteUrl parse_remote_url(std::string_view url) {
  const auto refused = [&](const std::string& why) {
    return UsageError("the remote's URL " + why + ": " + one_line(url, 100),
                      "give it a URL of https, ssh or git@host:path: git remote set-url");
  };
  if (url.empty() || url.starts_with('-')) throw refused("is none");
  RemoteUrl parsed;
  parsed.display = one_line(url, 300);
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
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos)
      parsed.display = one_line(name + "://" + std::string(rest.substr(at + 1)), 300);
    if (parsed.host.empty() || parsed.host.starts_with('-') || parsed.path.empty())
      throw refused("names no repository");
    return parsed;
  }
  if (url.find("::") != std::string_view::npos) throw refused("starts a program");
  const std::size_t slash = url.find('/');
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon < slash)) {
    parsed.host = host_of(url.substr(0, colon));
    parsed.path = project_path(url.substr(colon + 1));
    if (parsed.host.empty() || parsed.host.starts_with('-') || parsed.path.empty())
      throw refused("names no repository");
    return parsed;
  }
  return {"", std::string(url), true, parsed.display};
}

}  // namespace milepost
