#include "html_data.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/json.hpp"
#include "milepost/base/sha256.hpp"
#include "milepost/base/text.hpp"
#include "milepost/harness/profile.hpp"

#include <fstream>
#include <vector>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_text_bytes = 8000;  // of one event
constexpr std::size_t k_read_bytes = 64u << 20;

/// Collects the events worth reading, up to a limit.
class Log {
 public:
  explicit Log(std::size_t limit_bytes) : left_(limit_bytes) {}
  bool full() const { return full_; }
  Json take() && { return std::move(list_); }

  void operator()(const SessionStarted& event) {
    add("notice", "session of " + event.model + " " + event.harness_version);
  }
  void operator()(const AgentText& event) { add("text", event.text); }
  void operator()(const AgentThinking& event) { add("thinking", event.text); }
  void operator()(const ToolCall& event) { add("call", event.name + " " + event.summary); }
  void operator()(const ToolResult& event) { add("result", (event.is_error ? "error: " : "") + event.text); }
  void operator()(const ApiRetry& event) { add("notice", "the API was asked again: " + event.kind); }
  void operator()(const Notice& event) { add(event.kind == "output" ? "result" : "notice", event.text); }
  void operator()(const UsageSoFar&) {}
  void operator()(const UnknownEvent&) {}
  void operator()(const BadLine& event) { add("result", event.text); }
  void operator()(const ResultEvent& event) {
    for (const std::string& denied : event.permission_denials) add("denied", denied);
    add("notice", "the harness ended: " + std::string(to_string(event.kind)));
  }

 private:
  void add(const char* kind, std::string_view text) {
    if (full_ || trim(text).empty()) return;
    const std::string_view part = utf8_prefix(text, k_text_bytes);
    if (part.size() + 20 > left_) {
      full_ = true;
      list_.push_back(Json::array({"notice", "the log is cut here; milepost logs has all of it"}));
      return;
    }
    left_ -= part.size() + 20;
    // Terminal escapes of programs say nothing on a page.
    list_.push_back(Json::array(
        {kind, printable(part, /*keep_newlines=*/true) + (part.size() < text.size() ? "…" : "")}));
  }

  Json list_ = Json::array();
  std::size_t left_;
  bool full_ = false;
};

std::vector<fs::path> recordings(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (fs::path file = directory / "stdout.log"; fs::is_regular_file(fs::symlink_status(file, ignored));
       file = directory / ("stdout-" + std::to_string(files.size() + 1) + ".log"))
    files.push_back(file);
  return files;
}

}  // namespace

std::string data_block(std::string_view id, const Json& value) {
  const std::string json = to_json_text(value, JsonForm::line);
  std::string block = "<script type=\"application/json\" id=\"" + html_text(id) + "\">";
  block.reserve(json.size() + json.size() / 16 + 100);
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string_view rest = std::string_view(json).substr(i);
    if (json[i] == '<')
      block += "\\u003c";
    else if (json[i] == '>')
      block += "\\u003e";
    else if (json[i] == '&')
      block += "\\u0026";
    else if (rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9")) {
      block += rest[2] == '\xa8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else
      block += json[i];
  }
  return block + "</script>\n";
}

std::optional<Json> log_data(const fs::path& attempt_directory, std::string_view harness,
                             std::size_t limit_bytes) {
  const std::vector<fs::path> files = recordings(attempt_directory);
  if (files.empty()) return std::nullopt;
  Log log(limit_bytes);
  const auto take = [&](const AgentEvent& event) { std::visit(log, event); };
  try {
    const HarnessProfile& profile = harness_profile(harness);
    for (const fs::path& file : files) {
      const auto parser = profile.parser();
      std::ifstream in(file, std::ios::binary);
      std::string piece(64 * 1024, '\0');
      std::size_t read = 0;
      while (!log.full() && read < k_read_bytes &&
             in.read(piece.data(), static_cast<std::streamsize>(piece.size())).gcount() > 0) {
        const auto got = static_cast<std::size_t>(in.gcount());
        parser->feed(std::string_view(piece).substr(0, got), take);
        read += got;
      }
      parser->finish(take);
    }
  } catch (const Error&) {
    return std::nullopt;  // a harness that this milepost does not know
  }
  return std::move(log).take();
}

std::string policy_hash(std::string_view text) {
  constexpr std::string_view k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::string hex = sha256_hex(text);
  std::string base64;
  unsigned bits = 0, held = 0;
  for (const char c : hex) {  // four bits a digit, six a character
    held = held << 4 | static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
    bits += 4;
    if (bits < 6) continue;
    bits -= 6;
    base64 += k_digits[held >> bits & 63];
    held &= (1u << bits) - 1;
  }
  if (bits > 0) base64 += k_digits[held << (6 - bits) & 63];
  base64.append((4 - base64.size() % 4) % 4, '=');
  return "'sha256-" + base64 + "'";
}

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : one_line(text, 300)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

}  // namespace milepost
