#include "milepost/base/atomic_file.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace milepost {

AtomicFile::AtomicFile(std::filesystem::path path)
    : path_(std::move(path)), temporary_(path_.string() + ".XXXXXX") {
  fd_.reset(::mkostemp(temporary_.data(), O_CLOEXEC));
  if (!fd_) throw_errno("cannot write " + path_.string());
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty() && fd_) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view text) {
  write_all(fd_.get(), text.data(), text.size(), path_.c_str());
}

void AtomicFile::commit() {
  if (::fsync(fd_.get()) != 0) throw_errno("cannot sync " + path_.string());
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) throw_errno("cannot replace " + path_.string());
  fd_.reset();
  temporary_.clear();
  sync_directory(path_.has_parent_path() ? path_.parent_path() : ".");
}

void write_file_atomically(const std::filesystem::path& path, std::string_view text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

}  // namespace milepost
