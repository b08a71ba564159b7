#pragma once

#include <map>
#include <string>
#include <vector>

namespace milepost::test {

/// One --mount of the command line.
struct EngineMount {
  std::string source, target;
  bool is_bind = true;
  bool read_only = false;
};

/// What `docker run` is asked for, as far as a container of processes can give it.
struct RunArguments {
  std::string name, user, entrypoint, directory;
  std::map<std::string, std::string> labels;
  std::vector<EngineMount> mounts;
};

/// Reads the words behind `run`; throws std::runtime_error at an option that is not known here.
RunArguments parse_run(const std::vector<std::string>& words);

/// The words behind each occurrence of an option, whether written as "--option word" or "--option=word".
std::vector<std::string> values_of(const std::vector<std::string>& words, const std::string& option);

}  // namespace milepost::test
