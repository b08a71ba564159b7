#include "arguments.hpp"

#include <set>
#include <stdexcept>

namespace milepost::test {

namespace {

/// The fields of one CSV record, which is how an engine reads the value of --mount.
std::vector<std::string> csv_fields(const std::string& record) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t at = 0; at < record.size(); ++at) {
    const char c = record[at];
    if (quoted && c == '"' && at + 1 < record.size() && record[at + 1] == '"') {
      fields.back() += c;
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

EngineMount mount_of(const std::string& value) {
  EngineMount mount;
  for (const std::string& field : csv_fields(value)) {
    if (field == "ro") mount.read_only = true;
    if (field.starts_with("type=")) mount.is_bind = field == "type=bind";
    if (field.starts_with("src=")) mount.source = field.substr(4);
    if (field.starts_with("dst=")) mount.target = field.substr(4);
  }
  return mount;
}

void take(RunArguments& run, const std::string& option, const std::string& value) {
  if (option == "--name") run.name = value;
  if (option == "--user") run.user = value;
  if (option == "--entrypoint") run.entrypoint = value;
  if (option == "--workdir") run.directory = value;
  if (option == "--mount") run.mounts.push_back(mount_of(value));
  if (option == "--label") run.labels[value.substr(0, value.find('='))] = value.substr(value.find('=') + 1);
}

}  // namespace

RunArguments parse_run(const std::vector<std::string>& words) {
  static const std::set<std::string> flags = {"--interactive", "--rm", "--read-only"};
  static const std::set<std::string> options = {
      "--name",       "--user",       "--entrypoint",   "--workdir",     "--mount",
      "--label",      "--log-driver", "--memory",       "--memory-swap", "--cpus",
      "--network",    "--dns",        "--restart",      "--pull",        "--tmpfs",
      "--pids-limit", "--cap-drop",   "--security-opt", "--add-host",    "--env"};
  RunArguments run;
  for (std::size_t at = 0; at < words.size() && words[at].starts_with("--"); ++at) {
    if (flags.contains(words[at])) continue;
    const std::size_t equals = words[at].find('=');
    const std::string option = words[at].substr(0, equals);
    if (!options.contains(option)) throw std::runtime_error("unknown flag: " + option);
    if (equals != std::string::npos)
      take(run, option, words[at].substr(equals + 1));
    else if (++at < words.size())
      take(run, option, words[at]);
  }
  if (run.name.empty() || run.entrypoint.empty())
    throw std::runtime_error("a name and an entrypoint are needed");
  return run;
}

std::vector<std::string> values_of(const std::vector<std::string>& words, const std::string& option) {
  std::vector<std::string> values;
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at] == option && at + 1 < words.size()) values.push_back(words[at + 1]);
    if (words[at].starts_with(option + "=")) values.push_back(words[at].substr(option.size() + 1));
  }
  return values;
}

}  // namespace milepost::test
