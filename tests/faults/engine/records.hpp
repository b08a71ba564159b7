#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace milepost::test {

/// A container as the engine knows it.
struct Record {
  std::string name;
  pid_t pid = 0;  ///< of its first process; 0: created and not started yet
  std::map<std::string, std::string> labels;
};

/// The containers of an engine: a file each in a directory. Every change is made under one lock, so that a
/// container is never started that was removed meanwhile.
class Records {
 public:
  explicit Records(std::filesystem::path directory);

  /// Holds the lock of all changes until it goes.
  class Lock {
   public:
    explicit Lock(const Records& records);
    ~Lock();
    Lock(const Lock&) = delete;

   private:
    int fd_ = -1;
  };

  std::vector<Record> all() const;
  std::optional<Record> find(const std::string& name) const;
  void put(const Record& record) const;
  void erase(const std::string& name) const;

 private:
  std::filesystem::path file(const std::string& name) const { return directory_ / (name + ".container"); }
  std::filesystem::path directory_;
};

}  // namespace milepost::test
