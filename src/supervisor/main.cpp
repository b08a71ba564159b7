#include "milepost/base/version.hpp"
#include "milepost/channel/frame.hpp"

#include "supervisor.hpp"

#include <unistd.h>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

/// The first process of a coding-agent container; it speaks the protocol of docs/channel.md on its standard
/// input and output.
int main(int argc, char** argv) {
  using milepost::supervisor::Exit;
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    std::printf("milepost-supervisor %s (protocol %u)\n", std::string(milepost::version()).c_str(),
                milepost::wire::k_protocol);
    return 0;
  }
  if (argc != 1) {
    std::fputs("usage: milepost-supervisor [--version]\nmilepost starts it inside the container.\n", stderr);
    return static_cast<int>(Exit::usage);
  }
  std::string why;
  Exit code = Exit::internal;
  try {
    code = milepost::supervisor::Supervisor(milepost::Fd(STDIN_FILENO), milepost::Fd(STDOUT_FILENO)).run(why);
  } catch (const std::exception& error) {
    why = error.what();
  }
  if (code != Exit::host_closed) std::fprintf(stderr, "milepost-supervisor: %s\n", why.c_str());
  return static_cast<int>(code);
}
