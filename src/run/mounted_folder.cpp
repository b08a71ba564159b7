#include "milepost/run/mounted_folder.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/text.hpp"
#include "milepost/container/container_spec.hpp"

#include <sys/stat.h>

namespace milepost {

namespace {

std::string output_in(RunningContainer& container, std::vector<std::string> argv, std::stop_token stop) {
  ProcessSpec process;
  process.argv = std::move(argv);
  process.environment = {"PATH=/usr/local/bin:/usr/bin:/bin"};
  process.directory = "/";
  process.total_limit = std::chrono::seconds(30);
  CollectingSink sink;
  container.run(process, sink, std::move(stop));
  return sink.out;
}

}  // namespace

void check_code_folder_is_mounted(RunningContainer& container, const CodeFolder& folder,
                                  std::stop_token stop) {
  struct stat now {};
  if (::stat(folder.root.c_str(), &now) != 0 || now.st_ino != folder.inode) {
    throw EnvironmentError("the code folder " + printable(folder.root.native()) +
                               " was replaced by another one while the run began",
                           "see who moves it, then run again");
  }
  const std::string inode = output_in(container, {"stat", "-c", "%i", k_workspace_path}, stop);
  if (trim(inode) == std::to_string(folder.inode)) return;
  // A file system that is shared with a virtual machine has numbers of its own there.
  const std::string file = folder.dot_git_is_file ? ".git" : ".git/HEAD";
  const std::string inside =
      output_in(container, {"cat", "--", std::string(k_workspace_path) + "/" + file}, stop);
  if (!inside.empty() && inside == read_file(folder.root / file)) return;
  throw EnvironmentError("the engine mounted another folder than " + printable(folder.root.native()) +
                             " as the code folder: its " + file + " differs",
                         "use an engine on this machine, which sees the same files");
}

}  // namespace milepost
