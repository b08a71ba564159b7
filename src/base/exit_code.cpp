#include "milepost/base/exit_code.hpp"

#include <csignal>

namespace milepost {

namespace {

constexpr ExitCodeInfo k_table[] = {
    {ExitCode::ok, "ok", "every task done and verified"},
    {ExitCode::failed, "failed", "a task or a check failed after its attempts"},
    {ExitCode::usage, "usage", "bad option, plan, config or state; nothing started"},
    {ExitCode::environment, "environment", "validation failed; nothing started"},
    {ExitCode::needs_human, "needs_human", "a question or checkpoint is open; resume with an answer"},
    {ExitCode::limit, "limit", "time, cost, turn or attempt limit; resumable"},
    {ExitCode::infra, "infra", "engine died, out of memory or disk; resumable, worth an automatic retry"},
    {ExitCode::locked, "locked", "another live run owns this plan or code folder"},
    {ExitCode::cleanup_failed, "cleanup_failed",
     "results are safe but a container may remain; its name is printed"},
    {ExitCode::tampered, "tampered", "the agent touched what it must not"},
    {ExitCode::internal, "internal", "a bug in milepost"},
    {ExitCode::hangup, "hangup", "orderly stop on SIGHUP"},
    {ExitCode::interrupt, "interrupt", "orderly stop on SIGINT (Ctrl-C)"},
    {ExitCode::terminated, "terminated", "orderly stop on SIGTERM"},
};

}  // namespace

std::span<const ExitCodeInfo> exit_code_table() {
  return k_table;
}

std::string_view name_of(ExitCode code) {
  for (const ExitCodeInfo& info : k_table) {
    if (info.code == code) return info.name;
  }
  return "unknown";
}

ExitCode exit_code_of_signal(int signal) {
  if (signal == SIGHUP) return ExitCode::hangup;
  if (signal == SIGTERM) return ExitCode::terminated;
  return ExitCode::interrupt;
}

}  // namespace milepost
