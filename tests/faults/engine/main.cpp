// The client of an engine whose containers are processes of this machine, in namespaces of their own. It has
// as much of docker's command line as milepost uses, and docker's two halves: a client, which dies with
// milepost, and behind it a process that owns the container and lives until the container has ended.
//
// What it knows is kept beside the path that it was called by. A file "slow_start_ms" there widens the moment
// between creating a container and starting it.

#include "arguments.hpp"
#include "records.hpp"
#include "sandbox.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <thread>

using namespace milepost::test;

namespace {

using Words = std::vector<std::string>;

int complain(const std::string& text) {
  std::cerr << text << "\n";
  return 125;
}

std::chrono::milliseconds slow_start(const std::filesystem::path& directory) {
  std::ifstream file(directory / "slow_start_ms");
  int milliseconds = 0;
  file >> milliseconds;
  return std::chrono::milliseconds(milliseconds);
}

int exit_code(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Starts the container and waits for its end; its exit code goes to `result`.
[[noreturn]] void own_container(const Records& records, const RunArguments& run, int result) {
  ::setsid();
  int code = 125;
  try {
    pid_t child = -1;
    {
      const Records::Lock lock(records);
      const auto record = records.find(run.name);
      if (!record) ::_exit(complain("Error: No such container: " + run.name));
      enter_namespaces();
      child = ::fork();
      if (child == 0) become(run);
      if (child < 0) ::_exit(complain("cannot fork"));
      records.put({run.name, child, run.labels});
    }
    // The container's streams belong to its own processes.
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int stream : {0, 1, 2}) ::dup2(nothing, stream);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    code = exit_code(status);
  } catch (const std::exception& error) {
    complain(std::string("process-engine: ") + error.what());
  }
  {
    const Records::Lock lock(records);
    records.erase(run.name);
  }
  const auto byte = static_cast<unsigned char>(code);
  static_cast<void>(!::write(result, &byte, 1));
  ::_exit(0);
}

int run_container(const Records& records, const std::filesystem::path& directory, const Words& words) {
  const RunArguments run = parse_run(words);
  {
    const Records::Lock lock(records);
    if (records.find(run.name))
      return complain("Conflict. The container name \"/" + run.name + "\" is already in use");
    records.put({run.name, 0, run.labels});
  }
  std::this_thread::sleep_for(slow_start(directory));
  int result[2];
  if (::pipe2(result, O_CLOEXEC) != 0) return complain("no pipe");
  const pid_t owner = ::fork();
  if (owner < 0) return complain("cannot fork");
  if (owner == 0) {
    ::close(result[0]);
    own_container(records, run, result[1]);
  }
  ::close(result[1]);
  ::close(0);
  unsigned char code = 125;
  while (::read(result[0], &code, 1) < 0 && errno == EINTR) {
  }
  return code;
}

int list_containers(const Records& records, const Words& words) {
  const Words filters = values_of(words, "--filter");
  for (const Record& record : records.all()) {
    bool wanted = true;
    for (const std::string& filter : filters) {
      if (filter.starts_with("label=")) {
        const std::string label = filter.substr(6);
        const auto found = record.labels.find(label.substr(0, label.find('=')));
        const bool any_value = label.find('=') == std::string::npos;
        wanted = wanted && found != record.labels.end() &&
                 (any_value || found->second == label.substr(label.find('=') + 1));
      } else if (filter.starts_with("status=")) {
        wanted = wanted && filter.substr(7) == (record.pid ? "running" : "created");
      }
    }
    if (wanted) std::cout << record.name << "\n";
  }
  return 0;
}

int inspect_containers(const Records& records, const Words& words) {
  int code = 0;
  bool names = false;
  for (const std::string& word : words) {
    if (word == "--") {
      names = true;
      continue;
    }
    if (!names) continue;
    const auto record = records.find(word);
    if (!record) {
      std::cerr << "Error: No such container: " << word << "\n";
      code = 1;
      continue;
    }
    std::cout << "/" << word << "|" << (record->pid ? "running" : "created") << "|{";
    const char* comma = "";
    for (const auto& [label, value] : record->labels) {
      std::cout << comma << '"' << label << "\":\"" << value << '"';
      comma = ",";
    }
    std::cout << "}\n";
  }
  return code;
}

int remove_container(const Records& records, const std::string& name) {
  {
    const Records::Lock lock(records);
    const auto record = records.find(name);
    if (!record) {
      std::cerr << "Error: No such container: " << name << "\n";
      return 1;
    }
    if (record->pid)
      ::kill(record->pid, SIGKILL);  // process 1: the kernel ends the others with it
    else
      records.erase(name);
  }
  while (records.find(name)) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  return 0;
}

/// Whether this machine lets containers be made at all.
int probe() {
  enter_namespaces();
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      own_mounts();
      make_empty_root();
      ::_exit(0);
    } catch (const std::exception& error) {
      ::_exit(complain(error.what()));
    }
  }
  int status = 0;
  return ::waitpid(child, &status, 0) == child ? exit_code(status) : complain("cannot fork");
}

}  // namespace

int main(int argc, char** argv) try {
  const std::filesystem::path directory = std::filesystem::path(argv[0]).parent_path();
  const Words words(argv + 1, argv + argc);
  const std::string verb = words.empty() ? "" : words[0];
  const Words rest(words.begin() + (words.empty() ? 0 : 1), words.end());
  const Records records(directory);
  if (verb == "run") return run_container(records, directory, rest);
  if (verb == "ps") return list_containers(records, rest);
  if (verb == "container") return inspect_containers(records, rest);
  if (verb == "rm") return remove_container(records, rest.back());
  if (verb == "probe") return probe();
  if (verb == "version") std::cout << "default|1.0-processes|Engine,\n";
  if (verb == "image") std::cout << "sha256:this-machine\n";
  return 0;
} catch (const std::exception& error) {
  return complain(error.what());
}
