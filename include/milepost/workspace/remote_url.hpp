#pragma once

#include <string>
#include <string_view>

namespace milepost {

/// Where a remote is, as far as its URL says: "https://host/owner/name.git", "ssh://git@host:22/owner/name",
/// "git@host:owner/name.git", or a path of this machine.
struct RemoteUrl {
  std::string host;     ///< lower case, without a port; "" for a path of this machine
  std::string path;     ///< "owner/name", without ".git" and slashes at the ends
  bool local = false;   ///< a path or file:// URL
  std::string display;  ///< shown_url()
};

/// A text without the logins of the URLs in it: "https://user:password@host/x" → "https://host/x".
std::string without_logins(std::string_view text);

/// A URL as one line without a login and a query, for people and to compare by.
std::string shown_url(std::string_view url);

/// Throws UsageError for what is not one of these forms, such as a remote helper ("ext::sh -c …").
RemoteUrl parse_remote_url(std::string_view url);

}  // namespace milepost
