#include "process_engine.hpp"

#include "milepost/process/process.hpp"

namespace milepost::test {

namespace fs = std::filesystem;

ProcessEngine::ProcessEngine() {
  fs::create_symlink(MILEPOST_TEST_PROCESS_ENGINE, directory_ / "docker");
}

void ProcessEngine::set_slow_start(std::chrono::milliseconds time) const {
  directory_.write("slow_start_ms", std::to_string(time.count()));
}

void ProcessEngine::wrap(const std::string& body) const {
  fs::remove(directory_ / "real");
  fs::create_symlink(MILEPOST_TEST_PROCESS_ENGINE, directory_ / "real");
  const std::string real = (directory_ / "real").string();
  fs::remove(directory_ / "docker");
  fs::permissions(
      directory_.write("docker", "#!/bin/bash\nreal='" + real + "'\ndir='" + directory_.path().string() +
                                     "'\n" + body + "\nexec \"$real\" \"$@\"\n"),
      fs::perms::owner_all);
}

std::string ProcessEngine::why_not() {
  const RunResult result = run_process({{MILEPOST_TEST_PROCESS_ENGINE, "probe"}});
  return result.success() ? std::string() : result.err;
}

}  // namespace milepost::test
