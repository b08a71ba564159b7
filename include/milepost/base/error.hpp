#pragma once

#include "milepost/base/exit_code.hpp"

#include <stdexcept>
#include <string>

namespace milepost {

/// An operation that cannot go on. The message names the thing and the cause; `next_step` says what the user
/// can do, in one line (may be empty). Only cli/ turns it into output and an exit code.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message, std::string next_step = {})
      : std::runtime_error(message), code_(code), next_step_(std::move(next_step)) {}

  ExitCode exit_code() const noexcept { return code_; }
  const std::string& next_step() const noexcept { return next_step_; }

 private:
  ExitCode code_;
  std::string next_step_;
};

/// A bad option, plan, configuration or state; nothing was started.
struct UsageError : Error {
  explicit UsageError(const std::string& message, std::string next_step = {})
      : Error(ExitCode::usage, message, std::move(next_step)) {}
};

/// Something the machine must have is missing or wrong; nothing was started.
struct EnvironmentError : Error {
  explicit EnvironmentError(const std::string& message, std::string next_step = {})
      : Error(ExitCode::environment, message, std::move(next_step)) {}
};

/// The engine, the disk or the memory failed under a run; worth another try.
struct InfraError : Error {
  explicit InfraError(const std::string& message, std::string next_step = {})
      : Error(ExitCode::infra, message, std::move(next_step)) {}
};

/// Another live process owns what we need.
struct LockedError : Error {
  explicit LockedError(const std::string& message, std::string next_step = {})
      : Error(ExitCode::locked, message, std::move(next_step)) {}
};

/// The agent touched what it must not.
struct TamperedError : Error {
  explicit TamperedError(const std::string& message, std::string next_step = {})
      : Error(ExitCode::tampered, message, std::move(next_step)) {}
};

/// A state that the code's own rules exclude: a bug in milepost.
struct InternalError : Error {
  explicit InternalError(const std::string& message)
      : Error(ExitCode::internal, message, "this is a bug in milepost; please report it with this message") {}
};

/// The user asked to stop (a signal); not a failure of the operation that throws it.
class Stopped : public Error {
 public:
  explicit Stopped(int signal) : Error(exit_code_of_signal(signal), "stopped by a signal"), signal_(signal) {}
  int signal() const noexcept { return signal_; }

 private:
  int signal_;
};

/// Throws InfraError "<what>: <strerror(errno)>".
[[noreturn]] void throw_errno(const std::string& what);

}  // namespace milepost
