#pragma once

#include "support/scratch_dir.hpp"

#include <chrono>
#include <filesystem>
#include <string>

namespace milepost::test {

/// An engine of a test's own, whose containers are processes of this machine in namespaces (engine/main.cpp).
/// Every object is another engine, with no container.
class ProcessEngine {
 public:
  ProcessEngine();

  /// What --engine takes.
  std::string client() const { return (directory_ / "docker").string(); }

  /// The time between a container's creation and its start.
  void set_slow_start(std::chrono::milliseconds time) const;

  /// Replaces the client by a bash script that sees the real one in $real, a directory in $dir and the verb
  /// in $1, and hands on to it what it does not answer itself.
  void wrap(const std::string& body) const;
  void unwrap() const { wrap(""); }
  /// Makes a file for that script to see, in $dir; reads one that it wrote.
  void note(const std::string& name) const { directory_.write(name, ""); }
  std::string noted(const std::string& name) const { return slurp(directory_ / name); }

  /// Empty when this machine lets containers be made so; else the reason.
  static std::string why_not();

 private:
  ScratchDir directory_;
};

}  // namespace milepost::test
