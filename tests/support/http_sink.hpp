#pragma once

#include "milepost/base/fd.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace milepost::test {

/// A server on loopback that keeps what is posted to it and answers with one status; with status 0 it takes
/// the request and never answers.
class HttpSink {
 public:
  explicit HttpSink(int status = 200)
      : status_(status), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    REQUIRE(::listen(listener_.get(), 16) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](std::stop_token stop) { serve(stop); });
  }

  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  /// The requests so far, head and body.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd ready{listener_.get(), POLLIN, 0};
      if (::poll(&ready, 1, 20) <= 0) continue;
      Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      std::string request;
      char piece[4096];
      while (!whole(request)) {
        pollfd more{client.get(), POLLIN, 0};
        if (stop.stop_requested()) return;
        if (::poll(&more, 1, 20) <= 0) continue;
        const ssize_t got = ::read(client.get(), piece, sizeof piece);
        if (got <= 0) break;
        request.append(piece, static_cast<std::size_t>(got));
      }
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      if (status_ == 0) {
        open_.push_back(std::move(client));
        continue;
      }
      const std::string answer =
          "HTTP/1.1 " + std::to_string(status_) + " x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      static_cast<void>(!::write(client.get(), answer.data(), answer.size()));
    }
  }
  static bool whole(const std::string& request) {
    const std::size_t end = request.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const std::size_t length = request.find("Content-Length: ");
    return length != std::string::npos &&
           request.size() >= end + 4 + std::strtoul(request.c_str() + length + 16, nullptr, 10);
  }

  const int status_;
  Fd listener_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<Fd> open_;
  std::jthread thread_;
};

}  // namespace milepost::test
