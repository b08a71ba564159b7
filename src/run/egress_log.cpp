#include "milepost/run/egress_log.hpp"

#include "milepost/base/text.hpp"

#include <algorithm>

namespace milepost {

namespace {

constexpr std::size_t k_line_bytes = 4096;
constexpr std::size_t k_words_bytes = 4096;
constexpr std::size_t k_targets = 100;
constexpr std::string_view k_ready = "Accepting HTTP Socket connections";

/// "CONNECT a.example:443" and "GET http://a.example/x" name a.example, with its port.
std::string target_of(std::string_view method, std::string_view url) {
  std::string_view target = url;
  std::string_view default_port;
  if (method != "CONNECT") {
    const std::size_t scheme = target.find("://");
    if (scheme != std::string_view::npos) {
      default_port = target.starts_with("https") ? ":443" : target.starts_with("http") ? ":80" : "";
      target.remove_prefix(scheme + 3);
    }
    target = target.substr(0, target.find_first_of("/?#"));
    if (const std::size_t at = target.rfind('@'); at != std::string_view::npos) target.remove_prefix(at + 1);
  }
  std::string text = one_line(target, 200);
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || text.ends_with(']')) text += default_port;
  return text.empty() || text.starts_with(':') ? "a request that names no host" : text;
}

}  // namespace

void EgressLog::on_stdout(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  for (const char c : bytes) {
    if (c == '\n') {
      take(line_);
      line_.clear();
    } else if (line_.size() < k_line_bytes) {
      line_ += c;
    }
  }
}

void EgressLog::on_stderr(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  words_ += bytes;
  if (!ready_ && words_.find(k_ready) != std::string::npos) ready_ = true;
  if (words_.size() > k_words_bytes) words_.erase(0, words_.size() - k_words_bytes);
  changed_.notify_all();
}

void EgressLog::take(std::string_view line) {
  const std::vector<std::string_view> words = split(line, ' ');
  if (words.size() < 3 || (words[0] != "403" && words[0] != "400")) return;
  std::string target = words[0] == "403" ? target_of(words[1], words[2]) : "a malformed request";
  if (denied_.size() >= k_targets && !denied_.contains(target)) target = "other targets";
  ++denied_[target];
}

bool EgressLog::wait_until_ready(Milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [this] { return ready_; });
}

std::vector<DeniedTarget> EgressLog::denied() const {
  const std::lock_guard lock(mutex_);
  std::vector<DeniedTarget> all;
  for (const auto& [target, count] : denied_) all.push_back({target, count});
  std::ranges::stable_sort(all, [](const auto& a, const auto& b) { return a.count > b.count; });
  return all;
}

std::string EgressLog::words() const {
  const std::lock_guard lock(mutex_);
  return words_;
}

void EgressLog::clear() {
  const std::lock_guard lock(mutex_);
  denied_.clear();
}

}  // namespace milepost
