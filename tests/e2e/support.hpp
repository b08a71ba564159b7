#pragma once

#include "support/scratch_dir.hpp"

#include <sys/types.h>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace milepost::test {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using Words = std::vector<std::string>;
using Clock = std::chrono::steady_clock;

/// How a program ended and what it printed.
struct Ended {
  int exit = -1;  ///< as a shell tells it: 128 + the signal's number when a signal ended it
  std::string out, err;
  Clock::duration took{};

  bool says(std::string_view text) const { return err.find(text) != std::string::npos; }
};

/// A program in the background: a process group of its own, nothing on standard input, output into files.
/// Killed with its group when it still runs at the end of the scope.
class Program {
 public:
  Program(const Words& argv, const Words& environment, const std::filesystem::path& directory,
          std::filesystem::path output_files);
  ~Program();
  Program(Program&&) noexcept;
  Program(const Program&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;        ///< to the program alone
  void signal_group(int number) const;  ///< to everything in its process group
  bool has_ended() const;               ///< waits for nothing; wait() still tells how
  Ended wait(Clock::duration limit = 90s);
  std::string err() const;  ///< what it has said so far
  long peak_kib() const;    ///< resident memory at its peak until now, without that of its children

 private:
  pid_t pid_ = -1;
  bool waited_ = false;
  Clock::time_point begin_ = Clock::now();
  std::filesystem::path files_;
};

/// Whether it became true within the limit.
bool eventually(Clock::duration limit, const std::function<bool()>& is_true);

/// The engine under test: MILEPOST_ENGINE, else docker.
std::string engine_under_test();
/// The engines of the cases that run on each: the one under test, and podman when it answers.
const std::vector<std::string>& engines();
/// Empty when this engine answers and has the agent image; else the reason.
std::string why_no_engine(const std::string& engine);
/// Runs an engine's client; its standard output without the last line end.
std::string engine_output(const std::string& engine, const Words& arguments);
std::vector<std::string> lines(std::string_view text);

struct Step {
  std::string id, title, shell;
};

/// A milestone plan whose tasks hold one shell block each.
std::string plan_of(const std::vector<Step>& tasks);

/// A repository of a user, with state, configuration and HOME of its own: milepost runs in it as it would
/// there.
class Project {
 public:
  explicit Project(const std::string& name = "repo", const std::string& engine = engine_under_test());
  /// Another folder of the same test: a worktree, a submodule, a second repository. It must exist before a
  /// run.
  Project(const Project& beside, const std::filesystem::path& folder);
  ~Project();

  const std::filesystem::path& folder() const { return folder_; }
  const std::filesystem::path& base() const { return base_; }
  std::filesystem::path file(std::string_view name) const { return folder_ / name; }
  std::string text(std::string_view name) const { return slurp(file(name)); }
  bool has(std::string_view name) const;
  void write(std::string_view name, std::string_view text) const;

  /// Writes and commits the plan of these tasks as M1_test.md.
  void plan(const std::vector<Step>& tasks) const;

  void set(const std::string& variable, const std::string& value) { variables_[variable] = value; }
  Words environment() const;

  /// Runs milepost in the code folder with these words; `run` etc. choose the script harness and the engine.
  Ended milepost(const Words& words, Clock::duration limit = 90s) const;
  Program start(const Words& words) const;
  /// Any program with the same environment and directory.
  Ended call(const Words& argv, Clock::duration limit = 90s) const;
  Program start_any(const Words& argv) const;
  /// git's output without the last line end; fails the case when git does.
  std::string git(const Words& words) const;
  Words subjects() const;  ///< of the commits that tasks made, oldest first

  std::filesystem::path report_directory() const { return base_ / "report"; }
  Json report() const;
  Json task(std::string_view id) const;
  std::filesystem::path state() const { return base_ / "state" / "milepost"; }
  std::filesystem::path project_state() const;  ///< of this code folder
  /// The containers of this code folder; `state` as the engine names it, empty: any.
  std::vector<std::string> containers(const std::string& state = "") const;
  bool no_container_within(Clock::duration limit) const;

 private:
  Words words_of(const Words& words) const;
  std::filesystem::path next_files() const;

  std::optional<ScratchDir> scratch_;
  std::filesystem::path base_, folder_;
  std::string engine_;
  std::map<std::string, std::string> variables_;
  mutable int count_ = 0;
};

/// Checks all that the runs of a project wrote, the stream that its last session printed, and `plan --json`
/// against the documented formats (tests/contract/check_contract.py); says so when that cannot be looked at.
void check_formats(const Project& project, const std::string& plan, const std::string& stream);

}  // namespace milepost::test

namespace doctest {

template <>
struct StringMaker<milepost::test::Words> {
  static String convert(const milepost::test::Words& words) {
    const std::string text =
        nlohmann::json(words).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return {text.data(), static_cast<unsigned>(text.size())};
  }
};

}  // namespace doctest
