#include "milepost/process/http_post.hpp"

#include "milepost/base/text.hpp"
#include "milepost/process/process.hpp"

#include <charconv>

namespace milepost {

namespace {

constexpr std::size_t k_answer_bytes = 64u << 10;

/// A line of curl's configuration format, where only quote and backslash act within quotes.
std::string line(std::string_view option, std::string_view value) {
  std::string out = std::string(option) + " = \"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n' || c == '\r') continue;
    out += c;
  }
  return out + "\"\n";
}

std::string configuration(const HttpPost& request) {
  std::string text = line("url", request.url) + line("proto", "=http,https") +
                     line("header", "Content-Type: application/json") + line("user-agent", "milepost");
  for (const std::string& header : request.headers) text += line("header", header);
  if (!request.ca_file.empty()) text += line("cacert", request.ca_file);
  if (!request.certificate.empty()) text += line("cert", request.certificate);
  if (!request.key.empty()) text += line("key", request.key);
  text +=
      line("data-raw", request.body) + "silent\nshow-error\ngloboff\n" + line("write-out", "\\n%{http_code}");
  const auto seconds = std::to_string(std::chrono::ceil<Seconds>(request.limit).count());
  text += "max-time = " + seconds + "\n";
  if (request.retries > 0)
    text += "retry = " + std::to_string(request.retries) + "\nretry-max-time = " + seconds + "\n";
  return text;
}

}  // namespace

std::string failure_words(const RunResult& result, const std::string& fallback) {
  if (result.stopped) return "given up at the end of the run";
  if (result.timed_out) return "no answer in time";
  const std::string words = one_line(result.err, 200);
  return words.empty() ? fallback : words;
}

HttpAnswer post(const HttpPost& request, std::stop_token stop) {
  if (request.body.size() > k_post_bytes)
    return {0, {}, "the body is larger than " + human_bytes(k_post_bytes)};
  RunLimits limits;
  limits.timeout = request.limit;
  limits.output_bytes = k_answer_bytes;
  limits.stop = std::move(stop);
  // --disable: nobody's .curlrc decides what becomes of it.
  RunResult result =
      run_process({.argv = {"curl", "--disable", "--config", "-"}, .environment = {}, .directory = {}},
                  limits, configuration(request));
  HttpAnswer answer;
  if (!result.success()) {
    answer.problem = failure_words(result, "curl ended with " + result.status.text());
    return answer;
  }
  const std::size_t last = result.out.rfind('\n');
  const std::string_view code = std::string_view(result.out).substr(last == std::string::npos ? 0 : last + 1);
  std::from_chars(code.data(), code.data() + code.size(), answer.status);
  if (last != std::string::npos) answer.body = result.out.substr(0, last);
  if (answer.status < 200 || answer.status > 299)
    answer.problem = "the server answered with HTTP status " + one_line(code, 20);
  return answer;
}

}  // namespace milepost
