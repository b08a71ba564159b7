#pragma once

#include "milepost/base/time.hpp"

#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace milepost {

struct RunResult;

/// The largest body that post() takes: curl 7.88 reads no configuration line longer than 100 KiB, and each
/// byte may need an escape.
constexpr std::size_t k_post_bytes = 48'000;

/// One HTTP POST of JSON.
struct HttpPost {
  std::string url;                         ///< http:// or https://; may hold a secret
  std::vector<std::string> headers = {};   ///< "Name: value", beside the content type; may hold secrets
  std::string body = {};                   ///< at most k_post_bytes
  std::string ca_file = {};                ///< PEM; "" = the system's authorities
  std::string certificate = {}, key = {};  ///< PEM files of a client; "" = none
  Milliseconds limit = Seconds(10);        ///< of the whole, further attempts included
  unsigned retries = 0;                    ///< further attempts after a passing failure, as curl knows it
};

struct HttpAnswer {
  int status = 0;       ///< 0: there was no answer
  std::string body;     ///< bounded
  std::string problem;  ///< one line, may hold secrets of the request; "" = a status of 200 to 299
};

/// Posts by the program `curl`, whose arguments show nothing: everything is on its standard input. Blocks, at
/// most `limit` or until the stop. Throws EnvironmentError when there is no curl. Any thread.
HttpAnswer post(const HttpPost& request, std::stop_token stop);

/// What became of a program that was to deliver something, in one line: its own words, else `fallback`.
std::string failure_words(const RunResult& result, const std::string& fallback);

}  // namespace milepost
