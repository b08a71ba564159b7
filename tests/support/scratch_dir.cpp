#include "support/scratch_dir.hpp"

#include "support/failure_watch.hpp"

#include <stdlib.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace milepost::test {

namespace fs = std::filesystem;

ScratchDir::ScratchDir() : exceptions_at_start_(std::uncaught_exceptions()) {
  std::string name = (fs::temp_directory_path() / "milepost-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make a scratch directory: " + name);
  path_ = fs::canonical(name);
}

ScratchDir::~ScratchDir() {
  if (case_failed || std::uncaught_exceptions() > exceptions_at_start_) {
    std::fprintf(stderr, "kept: %s\n", path_.c_str());
    return;
  }
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path ScratchDir::write(std::string_view name, std::string_view text) const {
  const fs::path file = path_ / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace milepost::test
