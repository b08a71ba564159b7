#include "harness/npm.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace milepost {

namespace {

using nlohmann::json;

constexpr int k_least_major = 10;
constexpr const char* k_fetched_npm = "npm@10";
constexpr const char* k_npm_prefix = "/tmp/npm";
constexpr const char* k_archives = "/tmp/archives";

std::string member(const json& object, const char* key) {
  const auto at = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

/// Major, minor and patch; whether it is a final release.
struct Order {
  std::array<unsigned long, 3> numbers{};
  bool final = true;
  auto operator<=>(const Order& other) const {
    if (final != other.final) return final <=> other.final;
    return numbers <=> other.numbers;
  }
  bool operator==(const Order&) const = default;
};

Order order_of(const std::string& version) {
  Order order;
  order.final = version.find('-') == std::string::npos;
  const auto parts = split(std::string_view(version).substr(0, version.find_first_of("-+")), '.');
  for (std::size_t i = 0; i < std::min(parts.size(), order.numbers.size()); ++i) {
    order.numbers[i] = std::strtoul(std::string(parts[i]).c_str(), nullptr, 10);
  }
  return order;
}

/// npm puts its own words in front of its JSON when an install script or a warning talks.
json json_in(const std::string& output) {
  const json whole = json::parse(output, nullptr, /*allow_exceptions=*/false);
  if (!whole.is_discarded()) return whole;
  const std::size_t start = output.find("\n[");
  return start == std::string::npos ? json() : json::parse(output.substr(start), nullptr, false);
}

/// npm with --json says why it failed as {"error": {"summary": ...}}.
std::string error_summary(const std::string& output) {
  const json answer = json_in(output);
  return answer.is_object() ? member(answer.value("error", json()), "summary") : std::string();
}

}  // namespace

Npm::Npm(InstallContainer& container) : container_(container) {
  container.require("make a home directory", install_command({"mkdir", "-p", "/tmp/home", k_archives}),
                    false);
  const auto own = container.run(install_command({"npm", "--version"}), false);
  if (!own.end.started || !own.end.success()) {
    throw EnvironmentError("the agent image has no working npm, which fills the harness volume: " +
                               (own.end.error.empty() ? one_line(own.tail, 300) : own.end.error),
                           "build the image with `milepost setup`, or add node and npm to your own image");
  }
  if (std::atoi(own.out.c_str()) >= k_least_major) {
    npm_ = {"npm"};
    return;
  }
  container.require("fetch npm 10",
                    install_command({"npm", "install", "--prefix", k_npm_prefix, "--ignore-scripts",
                                     "--loglevel=error", k_fetched_npm}),
                    false);
  npm_ = {"node", std::string(k_npm_prefix) + "/node_modules/npm/bin/npm-cli.js"};
}

std::vector<std::string> Npm::command(std::vector<std::string> arguments) const {
  std::vector<std::string> all = npm_;
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

std::string Npm::fetch(const std::string& package, const std::string& version, const std::string& integrity) {
  const std::string wanted = package + "@" + version;
  // `npm pack` hashes what it received, so this compares contents and not what the registry says about them.
  const auto packed = container_.require(
      "fetch " + wanted,
      install_command(
          command({"pack", wanted, "--json", "--loglevel=error", "--pack-destination", k_archives})),
      false);
  const json list = json_in(packed.out);
  const json first = list.is_array() && !list.empty() ? list[0] : json();
  const std::string file = member(first, "filename");
  if (file.empty() || file.find('/') != std::string::npos || file.starts_with('-')) {
    throw InfraError("npm does not say which archive it fetched for " + wanted + ": " +
                     one_line(packed.out, 300));
  }
  const std::string got = member(first, "integrity");
  if (member(first, "version") != version || (!integrity.empty() && got != integrity)) {
    throw InfraError("the registry's " + wanted + " is not the package of the lock: " + got + " instead of " +
                         (integrity.empty() ? version : integrity),
                     "if the registry is the right one, move the lock with `milepost update`");
  }
  return std::string(k_archives) + "/" + file;
}

void Npm::install(const std::string& what, const std::string& prefix) {
  // Install scripts must run: some packages put their program in place with them.
  container_.require("install " + what,
                     install_command(command({"install", "--global", "--prefix", prefix, "--loglevel=http",
                                              "--ignore-scripts=false", "--engine-strict=false", what})),
                     true);
}

std::optional<PublishedVersion> newest_version(const std::string& npm_output) {
  const json answer = json_in(npm_output);
  const json list = answer.is_array() ? answer : json::array({answer});
  std::optional<PublishedVersion> newest;
  for (const json& entry : list) {
    const PublishedVersion found{member(entry, "version"), member(entry, "dist.integrity")};
    if (found.version.empty()) continue;
    if (!newest || order_of(newest->version) < order_of(found.version)) newest = found;
  }
  return newest;
}

PublishedVersion published_version(InstallContainer& container, const std::string& package,
                                   const std::string& version) {
  const std::string wanted = package + "@" + version;
  const auto view = container.run(
      install_command({"npm", "view", wanted, "version", "dist.integrity", "--json", "--loglevel=error"}),
      false);
  if (!view.end.started) {
    throw EnvironmentError("the agent image has no npm, which finds versions of harnesses",
                           "build the image with `milepost setup`, or add node and npm to your own image");
  }
  const auto newest = newest_version(view.out);
  if (view.end.success() && newest) return *newest;
  const std::string words = error_summary(view.out);
  throw EnvironmentError(
      "npm finds no version '" + version + "' of " + package +
          (words.empty() && view.tail.empty() ? std::string()
                                              : ": " + one_line(words.empty() ? view.tail : words, 400)),
      "check the version, the network, the proxy variables and npm_config_registry");
}

}  // namespace milepost
