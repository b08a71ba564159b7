#include "records.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace milepost::test {

namespace fs = std::filesystem;

namespace {

Record read_record(const fs::path& path) {
  Record record{path.stem().string(), 0, {}};
  std::ifstream in(path);
  in >> record.pid >> std::ws;
  for (std::string line; std::getline(in, line);)
    record.labels[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
  return record;
}

}  // namespace

Records::Records(fs::path directory) : directory_(std::move(directory)) {}

Records::Lock::Lock(const Records& records) {
  fd_ = ::open((records.directory_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd_ < 0 || ::flock(fd_, LOCK_EX) != 0) throw std::runtime_error("cannot lock the engine's records");
}

Records::Lock::~Lock() {
  ::close(fd_);
}

std::vector<Record> Records::all() const {
  std::vector<Record> found;
  for (const auto& entry : fs::directory_iterator(directory_)) {
    if (entry.path().extension() == ".container") found.push_back(read_record(entry.path()));
  }
  std::ranges::sort(found, {}, &Record::name);
  return found;
}

std::optional<Record> Records::find(const std::string& name) const {
  if (!fs::exists(file(name))) return std::nullopt;
  return read_record(file(name));
}

void Records::put(const Record& record) const {
  const fs::path fresh = directory_ / (record.name + ".new");
  {
    std::ofstream out(fresh);
    out << record.pid << "\n";
    for (const auto& [label, value] : record.labels) out << label << "=" << value << "\n";
  }
  fs::rename(fresh, file(record.name));
}

void Records::erase(const std::string& name) const {
  fs::remove(file(name));
}

}  // namespace milepost::test
