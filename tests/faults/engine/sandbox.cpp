#include "sandbox.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace milepost::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* k_root = "/tmp";  // hidden behind the container's own root in this namespace alone

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::system_category(), what);
}

void write_text(const char* path, const std::string& text) {
  std::ofstream out(path);
  out << text;
  if (!out.flush()) fail(path);
}

/// A bind mount can only be made read-only afterwards, and must keep what the mount below it forbids.
void make_read_only(const std::string& target) {
  struct statvfs now {};
  if (::statvfs(target.c_str(), &now) != 0) fail(target);
  unsigned long flags = MS_BIND | MS_REMOUNT | MS_RDONLY;
  if (now.f_flag & ST_NOSUID) flags |= MS_NOSUID;
  if (now.f_flag & ST_NODEV) flags |= MS_NODEV;
  if (now.f_flag & ST_NOEXEC) flags |= MS_NOEXEC;
  if (now.f_flag & ST_RELATIME) flags |= MS_RELATIME;
  if (now.f_flag & ST_NOATIME) flags |= MS_NOATIME;
  if (::mount(nullptr, target.c_str(), nullptr, flags, nullptr) != 0) fail("read-only " + target);
}

void bind(int source, const std::string& target, bool read_only) {
  const std::string opened = "/proc/self/fd/" + std::to_string(source);
  if (::mount(opened.c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
    fail("mount " + target);
  if (read_only) make_read_only(target);
}

/// What one mount needs, opened before /tmp is hidden: its source may lie there.
struct Source {
  int fd;
  bool is_directory;
};

Source open_source(const std::string& path) {
  const int fd = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (fd < 0) fail("bind source path does not exist: " + path);
  return {fd, fs::is_directory(path)};
}

void make_target(const std::string& target, bool is_directory) {
  if (fs::exists(target)) return;
  fs::create_directories(is_directory ? fs::path(target) : fs::path(target).parent_path());
  if (!is_directory) std::ofstream{target};
}

void bind_programs() {
  for (const char* name : {"bin", "etc", "lib", "lib32", "lib64", "libx32", "sbin", "usr", "dev"}) {
    const fs::path here = fs::path("/") / name, there = fs::path(k_root) / name;
    if (!fs::exists(here)) continue;
    if (fs::is_symlink(here)) {
      fs::create_symlink(fs::read_symlink(here), there);
      continue;
    }
    fs::create_directory(there);
    bind(open_source(here).fd, there, std::string_view(name) != "dev");
  }
}

void build_root(const RunArguments& run) {
  own_mounts();
  std::vector<Source> sources;  // of this mount namespace: those of another cannot be bound
  for (const EngineMount& mount : run.mounts) {
    if (!mount.is_bind) throw std::runtime_error("this engine has no volumes");
    sources.push_back(open_source(mount.source));
  }
  make_empty_root();
  bind_programs();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::string target = k_root + run.mounts[i].target;
    make_target(target, sources[i].is_directory);
    bind(sources[i].fd, target, run.mounts[i].read_only);
  }
  fs::create_directory(std::string(k_root) + "/tmp");
  if (::mount("none", (std::string(k_root) + "/tmp").c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") !=
      0)
    fail("tmpfs");
  if (::chroot(k_root) != 0 || ::chdir(run.directory.empty() ? "/" : run.directory.c_str()) != 0)
    fail("chroot");
}

}  // namespace

void enter_namespaces() {
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
  if (::unshare(CLONE_NEWPID | (uid == 0 ? 0 : CLONE_NEWUSER)) != 0) fail("unshare");
  if (uid != 0) {
    write_text("/proc/self/setgroups", "deny");
    write_text("/proc/self/uid_map", std::to_string(uid) + " " + std::to_string(uid) + " 1");
    write_text("/proc/self/gid_map", std::to_string(gid) + " " + std::to_string(gid) + " 1");
  }
}

void own_mounts() {
  if (::unshare(CLONE_NEWNS) != 0) fail("unshare");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) fail("private mounts");
}

void make_empty_root() {
  if (::mount("none", k_root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") != 0) fail("tmpfs");
  const std::string proc = std::string(k_root) + "/proc";
  fs::create_directory(proc);
  if (::mount("proc", proc.c_str(), "proc", 0, nullptr) != 0) fail("proc");
}

void become(const RunArguments& run) {
  try {
    build_root(run);
    const char* argv[] = {run.entrypoint.c_str(), nullptr};
    const char* environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", nullptr};
    ::execve(argv[0], const_cast<char**>(argv), const_cast<char**>(environment));
    fail(run.entrypoint);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "process-engine: %s\n", error.what());
  }
  ::_exit(125);
}

}  // namespace milepost::test
