// Looks from inside a container at what it can reach, all at the same time, and says it on standard output,
// one line an argument, in their order:
//
//   milepost-egress-probe WAIT_MS connect=ADDRESS,PORT… dns=ADDRESS… tunnel=PROXY,PORT,TARGET…
//
//   connect  a TCP connection           connected | refused | none
//   dns      a question over UDP        answered | none
//   tunnel   CONNECT TARGET to a proxy  the status code of its answer | none
//
// "refused" is an answer too: something is there. Addresses are numeric. Always exits 0, but 2 for bad
// arguments.
#include "milepost/base/fd.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using milepost::Fd;

/// A question for example.com's address, as RFC 1035 writes it.
constexpr std::string_view k_question(
    "\x6d\x70\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07"
    "example\x03"
    "com\x00\x00\x01\x00\x01",
    29);

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

bool parse_address(const std::string& text, const std::string& port, Address& address) {
  const auto number = static_cast<in_port_t>(htons(static_cast<std::uint16_t>(std::atoi(port.c_str()))));
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = number;
    address.size = sizeof v4;
    return true;
  }
  if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = number;
    address.size = sizeof v6;
    return true;
  }
  return false;
}

struct Probe {
  std::string argument, kind, target;
  Address address;
  Fd socket;
  bool waits = true;
  bool connected = false;
  std::string answer;
  std::string result = "none";
};

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

bool parse(const std::string& argument, Probe& probe) {
  const std::size_t equals = argument.find('=');
  if (equals == std::string::npos) return false;
  probe.argument = argument;
  probe.kind = argument.substr(0, equals);
  const std::vector<std::string> parts = parts_of(argument.substr(equals + 1));
  if (probe.kind == "connect" && parts.size() == 2) return parse_address(parts[0], parts[1], probe.address);
  if (probe.kind == "dns" && parts.size() == 1) return parse_address(parts[0], "53", probe.address);
  if (probe.kind != "tunnel" || parts.size() != 3) return false;
  probe.target = parts[2];
  return parse_address(parts[0], parts[1], probe.address);
}

void start(Probe& probe) {
  const int type = probe.kind == "dns" ? SOCK_DGRAM : SOCK_STREAM;
  probe.socket.reset(::socket(probe.address.storage.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const auto* address = reinterpret_cast<const sockaddr*>(&probe.address.storage);
  if (!probe.socket ||
      (::connect(probe.socket.get(), address, probe.address.size) != 0 && errno != EINPROGRESS)) {
    probe.waits = false;
    if (errno == ECONNREFUSED) probe.result = "refused";
    return;
  }
  if (probe.kind == "dns")
    probe.waits = ::send(probe.socket.get(), k_question.data(), k_question.size(), 0) > 0;
}

void on_connected(Probe& probe) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(probe.socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    probe.waits = false;
    if (error == ECONNREFUSED) probe.result = "refused";
    return;
  }
  probe.connected = true;
  if (probe.kind == "connect") {
    probe.waits = false;
    probe.result = "connected";
    return;
  }
  const std::string request = "CONNECT " + probe.target + " HTTP/1.1\r\nHost: " + probe.target + "\r\n\r\n";
  if (::send(probe.socket.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) probe.waits = false;
}

/// A name server that looks names up answers with a record, or says that the name does not exist; one that
/// has nobody to ask answers with SERVFAIL or REFUSED.
bool is_looked_up(std::string_view answer) {
  if (answer.size() < 12) return false;
  const int code = answer[3] & 0x0f;
  return code == 3 || (code == 0 && (answer[6] != 0 || answer[7] != 0));
}

void on_readable(Probe& probe) {
  char buffer[2048];
  const ssize_t count = ::recv(probe.socket.get(), buffer, sizeof buffer, 0);
  if (count > 0) probe.answer.append(buffer, static_cast<std::size_t>(count));
  if (probe.kind == "dns") {
    probe.waits = false;
    if (is_looked_up(probe.answer)) probe.result = "answered";
    return;
  }
  const std::string_view answer = probe.answer;
  if (answer.starts_with("HTTP/1.") && answer.size() >= 12) {
    probe.result = answer.substr(9, 3);
    probe.waits = false;
  }
  if (count <= 0 || answer.size() > 4096) probe.waits = false;
}

long long now_ms() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000LL + time.tv_nsec / 1'000'000;
}

void wait_for_all(std::vector<Probe>& probes, long long wait_ms) {
  const long long deadline = now_ms() + wait_ms;
  while (true) {
    std::vector<pollfd> entries;
    std::vector<Probe*> waiting;
    for (Probe& probe : probes) {
      if (!probe.waits) continue;
      const bool writes = probe.kind != "dns" && !probe.connected;
      entries.push_back({probe.socket.get(), static_cast<short>(writes ? POLLOUT : POLLIN), 0});
      waiting.push_back(&probe);
    }
    const long long left = deadline - now_ms();
    if (waiting.empty() || left <= 0) return;
    if (::poll(entries.data(), entries.size(), static_cast<int>(left)) < 0 && errno != EINTR) return;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (!entries[i].revents) continue;
      if (entries[i].events == POLLOUT)
        on_connected(*waiting[i]);
      else
        on_readable(*waiting[i]);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<Probe> probes;
  for (int i = 2; i < argc; ++i) {
    if (!parse(argv[i], probes.emplace_back())) {
      std::cerr << "milepost-egress-probe: bad argument '" << argv[i] << "'\n";
      return 2;
    }
  }
  for (Probe& probe : probes) start(probe);
  wait_for_all(probes, argc > 1 ? std::atoll(argv[1]) : 1000);
  for (const Probe& probe : probes) std::cout << probe.argument << ' ' << probe.result << '\n';
  return 0;
}
