#include "milepost/cli/guarded_main.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/log.hpp"
#include "milepost/base/text.hpp"
#include "milepost/base/time.hpp"
#include "milepost/base/version.hpp"
#include "milepost/cli/app.hpp"
#include "milepost/cli/command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>

namespace milepost {

namespace {

void tell(const std::string& message, const std::string& next_step) {
  std::fprintf(stderr, "milepost: %s\n", printable(message, /*keep_newlines=*/true).c_str());
  if (!next_step.empty())
    std::fprintf(stderr, "  next: %s\n", printable(next_step, /*keep_newlines=*/true).c_str());
  log::error(message);
}

/// With --json a script learns of an error in the same form as of a result.
void tell_json(ExitCode code, const std::string& message, const std::string& next_step) {
  const nlohmann::ordered_json result = {{"time", utc_now()},
                                         {"event", "result"},
                                         {"status", name_of(code)},
                                         {"exit_code", static_cast<int>(code)},
                                         {"error", valid_utf8(message)},
                                         {"next_step", valid_utf8(next_step)}};
  std::printf("%s\n", result.dump().c_str());
}

/// A closed standard descriptor would be given to the next file that is opened, such as the journal, and our
/// output would go into it.
void open_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0) static_cast<void>(::open("/dev/null", O_RDWR));
  }
}

/// Results that could not be written are an error, unless their reader went away (`| head -1`).
bool results_lost() {
  const bool failed = std::fflush(stdout) != 0 || std::ferror(stdout);
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return failed && !(::poll(&out, 1, 0) > 0 && (out.revents & POLLERR));
}

ExitCode dispatch(const Invocation& invocation, SignalWatcher& signals) {
  if (invocation.has("version")) {
    std::printf("milepost %s\n", std::string(version()).c_str());
    return ExitCode::ok;
  }
  const CommandInfo* command = find_command(invocation.command);
  if (invocation.has("help") || !command) {
    const std::string help = command ? command_help(*command) : general_help();
    std::fputs(help.c_str(), command || invocation.has("help") ? stdout : stderr);
    return command || invocation.has("help") ? ExitCode::ok : ExitCode::usage;
  }
  App app = make_app(invocation, signals);
  return command->run(app, invocation);
}

}  // namespace

int guarded_main(const std::vector<std::string>& words) {
  open_standard_descriptors();
  SignalWatcher signals;
  const bool json = std::find(words.begin(), words.end(), "--json") != words.end();
  const auto fail = [&](ExitCode code, const std::string& message, const std::string& next_step) {
    tell(message, next_step);
    if (json) tell_json(code, message, next_step);
    return static_cast<int>(code);
  };
  try {
    const ExitCode code = dispatch(parse_command_line(words), signals);
    if (results_lost() && code == ExitCode::ok)
      return fail(ExitCode::infra, "the results could not be written to standard output",
                  "is its disk full?");
    return static_cast<int>(code);
  } catch (const Stopped& stopped) {
    const ExitCode code = signals.signal() ? exit_code_of_signal(signals.signal()) : stopped.exit_code();
    return fail(code, "stopped", "");
  } catch (const Error& error) {
    // What was interrupted by the signal failed because of it.
    if (signals.signal() && error.exit_code() != ExitCode::cleanup_failed)
      return fail(exit_code_of_signal(signals.signal()), "stopped", "");
    return fail(error.exit_code(), error.what(), error.next_step());
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::infra, "out of memory", "");
  } catch (const std::exception& error) {
    return fail(ExitCode::internal, std::string("internal error: ") + error.what(),
                "please report this as a bug in milepost");
  }
}

}  // namespace milepost
