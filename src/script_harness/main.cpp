#include "milepost/base/fd.hpp"
#include "milepost/base/version.hpp"

#include "fenced_block.hpp"
#include "json_text.hpp"
#include "shell_block.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

/// The built-in harness "script": runs the shell blocks of a task, as an agent would, and reports one JSON
/// event a line (docs/channel.md, "The script harness").

namespace {

using namespace milepost;
using script_harness::json_text;

std::string read_input() {
  std::string text;
  char bytes[64 * 1024];
  while (true) {
    const ssize_t length = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (length > 0) text.append(bytes, static_cast<std::size_t>(length));
    if (length == 0 || (length < 0 && errno != EINTR)) return text;
  }
}

/// The parts between NUL bytes that hold more than white space.
std::vector<std::string> blocks_of(std::string_view input) {
  std::vector<std::string> blocks;
  while (true) {
    const std::size_t end = input.find('\0');
    const std::string_view block = input.substr(0, end);
    if (block.find_first_not_of(" \t\r\n") != std::string_view::npos) blocks.emplace_back(block);
    if (end == std::string_view::npos) return blocks;
    input.remove_prefix(end + 1);
  }
}

void write_out(std::string& events) {
  write_all(STDOUT_FILENO, events.data(), events.size(), "an event");
  events.clear();
}

void print(const std::string& event) {
  std::string line = event + "\n";
  write_out(line);
}

std::string result_block(std::string_view status, std::string_view summary) {
  return "```milepost\n{\"status\": " + json_text(status) + ", \"summary\": " + json_text(summary) +
         "}\n```\n";
}

bool run(const std::string& session) {
  const std::string session_field = ",\"session_id\":" + json_text(session);
  print("{\"type\":\"start\"" + session_field + ",\"version\":" + json_text(version()) + "}");
  const std::vector<std::string> blocks = blocks_of(read_input());
  script_harness::FencedBlock fenced;
  bool ok = true;
  std::size_t ran = 0;
  std::string summary = "the task has no shell block to run";
  for (const std::string& block : blocks) {
    const std::string index = ",\"index\":" + std::to_string(++ran);
    print("{\"type\":\"block\"" + index + ",\"command\":" + json_text(block) + "}");
    // Line by line they would cost a system call each.
    std::string output;
    const int code = script_harness::run_shell_block(
        block,
        [&](std::string_view line, bool continues) {
          if (!continues) fenced.add_line(line);
          output.append("{\"type\":\"output\"")
              .append(index)
              .append(",\"text\":")
              .append(json_text(line))
              .append("}\n");
        },
        [&] { write_out(output); });
    print("{\"type\":\"block_end\"" + index + ",\"exit_code\":" + std::to_string(code) + "}");
    summary = "ran " + std::to_string(ran) + (ran == 1 ? " shell block" : " shell blocks");
    if (code == 0) continue;
    ok = false;
    summary = "shell block " + std::to_string(ran) + " of " + std::to_string(blocks.size()) +
              " ended with exit code " + std::to_string(code);
    break;
  }
  const std::string text =
      !fenced.text().empty() ? fenced.text() : result_block(ok && ran > 0 ? "completed" : "failed", summary);
  print("{\"type\":\"result\",\"ok\":" + std::string(ok ? "true" : "false") + session_field +
        ",\"text\":" + json_text(text) + ",\"blocks\":" + std::to_string(ran) + "}");
  return ok;
}

}  // namespace

int main(int argc, char** argv) {
  std::string session = "script";
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    std::printf("milepost-script-harness %s\n", std::string(version()).c_str());
    return 0;
  }
  if (argc == 3 && std::string_view(argv[1]) == "--session") {
    session = argv[2];
  } else if (argc != 1) {
    std::fputs("usage: milepost-script-harness [--session ID] < BLOCKS\n", stderr);
    return 2;
  }
  try {
    return run(session) ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "milepost-script-harness: %s\n", error.what());
    return 1;
  }
}
