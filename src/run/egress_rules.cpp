#include "milepost/run/egress_rules.hpp"

#include "milepost/base/error.hpp"

#include <algorithm>

namespace milepost {

namespace {

constexpr const char* k_this_machine = "host.docker.internal";

template <class T>
void add_once(std::vector<T>& list, const T& item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

/// One "acl" for the name, one for the port, one for both; returns the last one's name.
std::string target_acl(std::string& text, const std::string& name, const EgressTarget& target) {
  // -n: an address is compared as it is written, and never looked up in reverse.
  text += "acl " + name + "_host dstdomain -n " + (target.subdomains ? "." : "") + target.host + "\n";
  text += "acl " + name + "_port port " + std::to_string(target.port) + "\n";
  text += "acl " + name + " all-of " + name + "_host " + name + "_port\n";
  return name;
}

std::string any_of(std::string& text, const std::string& name, const std::string& prefix,
                   const std::vector<EgressTarget>& targets) {
  std::string members;
  for (std::size_t i = 0; i < targets.size(); ++i)
    members += " " + target_acl(text, prefix + std::to_string(i), targets[i]);
  if (members.empty()) return {};
  text += "acl " + name + " any-of" + members + "\n";
  return name;
}

}  // namespace

std::vector<std::string> EgressRules::texts() const {
  std::vector<std::string> all;
  for (const EgressTarget& target : presets) all.push_back(target.text());
  for (const EgressTarget& target : allowed) all.push_back(target.text());
  for (const std::uint16_t port : host_ports) all.push_back(k_this_machine + (":" + std::to_string(port)));
  return all;
}

EgressRules egress_rules(const std::vector<std::string>& endpoints, const std::vector<std::string>& base_urls,
                         const std::vector<std::string>& allow, const std::vector<std::string>& host_ports) {
  EgressRules rules;
  const auto take = [&](const EgressTarget& target) {
    if (target.host == k_this_machine && !target.subdomains)
      add_once(rules.host_ports, target.port);
    else
      add_once(rules.allowed, target);
  };
  for (const std::string& text : allow) take(parse_egress_target(text));
  for (const std::string& url : base_urls) {
    if (const auto target = egress_target_of_url(url)) take(*target);
  }
  for (const std::string& port : host_ports)
    add_once(rules.host_ports, parse_egress_target(k_this_machine + (":" + port)).port);
  for (const std::string& text : endpoints) {
    const EgressTarget target = parse_egress_target(text);
    if (std::find(rules.allowed.begin(), rules.allowed.end(), target) == rules.allowed.end())
      add_once(rules.presets, target);
  }
  return rules;
}

std::string squid_configuration(const EgressRules& rules, const ProxyPlace& place) {
  std::string text = "http_port " + place.address + ":" + std::to_string(place.port) + "\n" +
                     // One line a request on standard output: status, method, URL.
                     "logformat milepost %>Hs %rm %ru\n"
                     "access_log stdio:/dev/stdout milepost\n"
                     "cache_log /dev/stderr\n"
                     "cache_store_log none\n"
                     "pid_filename none\n"
                     "netdb_filename none\n"
                     "pinger_enable off\n"
                     "coredump_dir /tmp\n"
                     "cache deny all\n"
                     "cache_mem 0 MB\n"
                     "memory_pools off\n"
                     "shutdown_lifetime 0 seconds\n"
                     "dns_timeout 10 seconds\n"
                     "connect_timeout 30 seconds\n"
                     "client_lifetime 1 day\n"
                     "read_timeout 1 day\n"  // a model may think for long without a byte
                     "visible_hostname milepost-egress\n"
                     "httpd_suppress_version_string on\n"
                     "forwarded_for delete\n"
                     "via off\n"
                     "acl never dst 0.0.0.0/8 127.0.0.0/8 169.254.0.0/16 192.168.65.0/24 224.0.0.0/3 ::/127 "
                     "fe80::/10 ff00::/8\n"
                     "acl private dst 10.0.0.0/8 100.64.0.0/10 172.16.0.0/12 192.168.0.0/16 fc00::/7\n";
  for (const std::string& address : place.forbidden) text += "acl never dst " + address + "\n";
  const std::string preset = any_of(text, "preset", "p", rules.presets);
  const std::string user = any_of(text, "user", "u", rules.allowed);

  text += "http_access deny manager\n";
  if (!preset.empty() || !user.empty()) {
    text +=
        "acl listed any-of" + (preset.empty() ? "" : " " + preset) + (user.empty() ? "" : " " + user) + "\n";
    text += "http_access deny !listed\n";
    // Behind another proxy that one looks names up, and knows what is inside of its network.
    if (!place.parent) {
      text += "http_access deny never\n";
      if (!preset.empty()) text += "http_access deny preset private\n";
    }
    text += "http_access allow listed\n";
  }
  text += "http_access deny all\n";
  if (place.parent) {
    text += "cache_peer " + place.parent->host + " parent " + std::to_string(place.parent->port) +
            " 0 no-query no-digest default\n"
            "never_direct allow all\n";
  }
  return text;
}

}  // namespace milepost
