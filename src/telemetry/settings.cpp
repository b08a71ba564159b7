#include "milepost/telemetry/settings.hpp"

#include "milepost/base/text.hpp"
#include "milepost/base/version.hpp"
#include "milepost/telemetry/trace_parent.hpp"

#include <charconv>
#include <utility>

namespace milepost {

namespace {

constexpr Milliseconds k_longest_timeout = std::chrono::minutes(5);
constexpr unsigned k_retries = 2;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    out += escaped ? static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])) : text[i];
    if (escaped) i += 2;
  }
  return out;
}

/// "a=b,c=d%20e", as W3C Baggage writes pairs; a part without '=' is left out.
std::vector<std::pair<std::string, std::string>> pairs_of(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string_view part : split(text, ',')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = trim(part.substr(0, equals));
    if (!name.empty())
      pairs.emplace_back(percent_decoded(name), percent_decoded(trim(part.substr(equals + 1))));
  }
  return pairs;
}

struct Reader {
  const Variables& variable;
  TelemetrySettings settings = {};

  std::string value(const std::string& name) const {
    return std::string(trim(variable(name).value_or("")));  // an empty variable counts as not set
  }
  void note(const std::string& name, const std::string& words) {
    settings.notes.push_back("telemetry: " + name + " " + words);
  }

  /// The signal's own variable before the common one. Gives the name that decided.
  std::pair<std::string, std::string> of_signal(const std::string& signal, const std::string& what) const {
    const std::string own = "OTEL_EXPORTER_OTLP_" + signal + "_" + what;
    if (std::string text = value(own); !text.empty()) return {own, std::move(text)};
    const std::string common = "OTEL_EXPORTER_OTLP_" + what;
    return {common, value(common)};
  }

  std::string url(const std::string& signal, const std::string& path) const {
    if (std::string own = value("OTEL_EXPORTER_OTLP_" + signal + "_ENDPOINT"); !own.empty()) return own;
    std::string base = value("OTEL_EXPORTER_OTLP_ENDPOINT");
    if (base.empty()) return {};
    while (base.ends_with('/')) base.pop_back();
    return base + path;
  }

  /// Whether the signal is wanted, and in the one form that milepost speaks.
  bool spoken(const std::string& signal) {
    const std::string exporter = "OTEL_" + signal + "_EXPORTER";
    const std::string kind = to_lower_ascii(value(exporter));
    if (kind == "none") return false;
    bool otlp = kind.empty();
    for (const std::string_view part : split(kind, ',')) otlp = otlp || trim(part) == "otlp";
    if (!otlp) {
      note(exporter,
           "asks for '" + one_line(kind, 40) + "'; milepost knows otlp and none: this signal is not sent");
      return false;
    }
    const auto [name, protocol] = of_signal(signal, "PROTOCOL");
    if (protocol.empty() || protocol == "http/json") return true;
    if (protocol == "http/protobuf") {
      note(
          name,
          "asks for http/protobuf; milepost sends http/json to the same endpoint, which collectors take too");
      return true;
    }
    note(name,
         "asks for '" + one_line(protocol, 40) +
             "', which milepost does not speak: this signal is not sent; give an OTLP/HTTP endpoint and "
             "http/json");
    return false;
  }

  void add_headers(HttpPost& request, const std::string& signal) {
    const auto [name, text] = of_signal(signal, "HEADERS");
    for (const auto& [header, content] : pairs_of(text)) {
      settings.secrets.push_back(content);
      const auto breaks = [](const std::string& words) {
        return words.find_first_of("\r\n") != std::string::npos;
      };
      if (breaks(header) || breaks(content))
        note(name, "has a header with a line break; it is left out");
      else
        request.headers.push_back(header + ": " + content);
    }
  }

  Milliseconds timeout(const std::string& signal) {
    const auto [name, text] = of_signal(signal, "TIMEOUT");
    constexpr Milliseconds k_default = Seconds(10);
    if (text.empty()) return k_default;
    long long milliseconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
    if (error != std::errc() || end != text.data() + text.size() || milliseconds <= 0) {
      note(name, "is not a number of milliseconds; 10000 is used");
      return k_default;
    }
    return std::min<Milliseconds>(Milliseconds(milliseconds), k_longest_timeout);
  }

  std::optional<HttpPost> signal(const std::string& signal, const std::string& path) {
    HttpPost request;
    request.url = url(signal, path);
    if (request.url.empty() || !spoken(signal)) return std::nullopt;
    if (!request.url.starts_with("http://") && !request.url.starts_with("https://")) {
      note("OTEL_EXPORTER_OTLP_ENDPOINT", "is not an http:// or https:// URL; nothing is sent");
      return std::nullopt;
    }
    // A login or a key in the URL.
    if (request.url.find_first_of("@?") != std::string::npos) settings.secrets.push_back(request.url);
    add_headers(request, signal);
    request.limit = timeout(signal);
    request.retries = k_retries;
    request.ca_file = of_signal(signal, "CERTIFICATE").second;
    request.certificate = of_signal(signal, "CLIENT_CERTIFICATE").second;
    request.key = of_signal(signal, "CLIENT_KEY").second;
    return request;
  }

  void add_resource() {
    std::string service = value("OTEL_SERVICE_NAME");
    std::vector<Attribute> others;
    for (const auto& [name, content] : pairs_of(value("OTEL_RESOURCE_ATTRIBUTES"))) {
      if (name == "service.name") {
        if (service.empty()) service = content;
      } else {
        others.push_back({name, content});
      }
    }
    settings.resource = {{"service.name", service.empty() ? std::string("milepost") : service},
                         {"service.version", std::string(version())}};
    for (Attribute& attribute : others) settings.resource.push_back(std::move(attribute));
  }
};

}  // namespace

TelemetrySettings telemetry_settings(const Variables& variable) {
  Reader reader{variable};
  if (to_lower_ascii(reader.value("OTEL_SDK_DISABLED")) == "true") return {};
  reader.settings.traces = reader.signal("TRACES", "/v1/traces");
  reader.settings.metrics = reader.signal("METRICS", "/v1/metrics");
  const std::string preference =
      to_lower_ascii(reader.value("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"));
  reader.settings.delta = preference == "delta" || preference == "lowmemory";
  const auto parent = trace_parent_of(reader.value("TRACEPARENT"));
  if (reader.settings.traces && parent && !parent->sampled) {
    reader.settings.traces.reset();
    reader.note("TRACEPARENT", "says that its trace is not recorded: no traces are sent");
  }
  if (reader.settings.any()) reader.add_resource();
  return std::move(reader.settings);
}

}  // namespace milepost
