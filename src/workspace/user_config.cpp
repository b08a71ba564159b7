#include "user_config.hpp"

#include "milepost/base/beneath.hpp"
#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include <cstdlib>
#include <set>
#include <system_error>

namespace milepost {

namespace fs = std::filesystem;

namespace {

std::string variable_or_empty(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? value : "";
}

}  // namespace

UserConfig::UserConfig(const CodeFolder& folder, const SafeGit& git) : root_(folder.root) {
  for (const std::string& entry : split_nul(git.user_configuration(folder.git_dir))) {
    const std::size_t end = entry.find('\n');
    values_[entry.substr(0, end)] = end == std::string::npos ? "true" : entry.substr(end + 1);
  }
}

std::optional<std::string> UserConfig::get(const std::string& key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> UserConfig::filter_drivers() const {
  std::set<std::string> names{"lfs"};
  constexpr std::string_view section = "filter.";
  for (const auto& [key, value] : values_) {
    const std::size_t dot = key.rfind('.');
    if (!key.starts_with(section) || dot < section.size()) continue;
    const std::string last = key.substr(dot + 1);
    if (last == "clean" || last == "smudge" || last == "process") {
      names.insert(key.substr(section.size(), dot - section.size()));
    }
  }
  return {names.begin(), names.end()};
}

std::map<std::string, std::string> UserConfig::push_urls() const {
  std::map<std::string, std::string> urls;
  constexpr std::string_view section = "remote.";
  for (const auto& [key, value] : values_) {
    const std::size_t dot = key.rfind('.');
    if (!key.starts_with(section) || dot < section.size()) continue;
    const std::string name = key.substr(section.size(), dot - section.size());
    const std::string last = key.substr(dot + 1);
    if (last == "pushurl") urls[name] = value;
    if (last == "url") urls.emplace(name, value);  // listed behind pushurl
  }
  return urls;
}

std::optional<fs::path> UserConfig::file_of(const std::string& key, const char* default_name) const {
  const std::string home = variable_or_empty("HOME");
  fs::path path;
  if (const auto value = get(key)) {
    path = value->starts_with("~/") ? fs::path(home) / value->substr(2) : fs::path(*value);
  } else if (const std::string base = variable_or_empty("XDG_CONFIG_HOME"); !base.empty()) {
    path = fs::path(base) / "git" / default_name;
  } else if (!home.empty()) {
    path = fs::path(home) / ".config/git" / default_name;
  }
  if (!path.is_absolute()) return std::nullopt;
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error || !fs::is_regular_file(real, error) || is_beneath(real, root_)) return std::nullopt;
  return real;
}

std::optional<fs::path> UserConfig::excludes_file() const {
  return file_of("core.excludesfile", "ignore");
}

std::optional<fs::path> UserConfig::attributes_file() const {
  return file_of("core.attributesfile", "attributes");
}

UserConfig::Person UserConfig::person(const std::string& role, const std::string& variable) const {
  const auto resolve = [&](const std::string& part, const std::string& suffix) {
    if (std::string value = variable_or_empty(variable + suffix); !value.empty()) return value;
    if (const auto value = get(role + "." + part); value && !value->empty()) return *value;
    if (const auto value = get("user." + part); value && !value->empty()) return *value;
    return part == "email" ? variable_or_empty("EMAIL") : std::string();
  };
  Person person{resolve("name", "_NAME"), resolve("email", "_EMAIL")};
  if (person.name.empty() || person.mail.empty()) {
    throw EnvironmentError(
        "git does not know who you are, and milepost commits in your name: " +
            std::string(person.name.empty() ? "user.name" : "user.email") + " is not set for " +
            root_.string(),
        "git config --global user.name \"Your Name\" && git config --global user.email you@example.com");
  }
  return person;
}

UserConfig::Person UserConfig::author() const {
  return person("author", "GIT_AUTHOR");
}

UserConfig::Person UserConfig::committer() const {
  return person("committer", "GIT_COMMITTER");
}

}  // namespace milepost
