#include "milepost/run/egress.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/container/internal_network.hpp"
#include "milepost/run/egress_log.hpp"
#include "milepost/run/egress_rules.hpp"

#include "egress_test_questions.hpp"

#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <list>

namespace milepost {

namespace {

constexpr std::uint16_t k_proxy_port = 3128;
constexpr std::uint32_t k_proxy_user = 13;  // "proxy" in every Debian; squid refuses to be root
constexpr Milliseconds k_ready_limit = std::chrono::seconds(15);
constexpr int k_probe_wait_ms = 800;
constexpr const char* k_path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";

std::string host_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? value : "";
}

/// The harness's base URLs that this machine's environment sets.
std::vector<std::string> base_urls(const HarnessProfile& harness) {
  std::vector<std::string> urls;
  for (const std::string& name : harness.passed_variables()) {
    if (name.ends_with("_BASE_URL")) urls.push_back(host_variable(name));
  }
  return urls;
}

/// The proxy that this machine itself has to use.
std::optional<EgressTarget> parent_proxy() {
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"}) {
    const std::string url = host_variable(name);
    if (url.empty()) continue;
    const auto target = egress_target_of_url(url);
    if (!target || url.find('@') != std::string::npos) {
      throw EnvironmentError(
          std::string("the egress proxy cannot go through the proxy that ") + name + " names",
          "use an http:// proxy without a password, or unset " + std::string(name));
    }
    return target;
  }
  return std::nullopt;
}

std::uint16_t free_proxy_port(const std::vector<std::uint16_t>& taken) {
  std::uint16_t port = k_proxy_port;
  while (std::ranges::find(taken, port) != taken.end()) ++port;
  return port;
}

ProcessSpec in_proxy(std::vector<std::string> argv) {
  ProcessSpec spec;
  spec.argv = std::move(argv);
  spec.environment = {k_path};
  spec.directory = "/tmp";
  return spec;
}

}  // namespace

struct Egress::Impl {
  Parts parts;
  std::function<void(const std::string&)> on_leftover;
  EgressRules rules;
  EgressStarting plan;
  EgressRoute route;
  std::vector<std::string> gateways;

  // In this order: what is declared later ends earlier.
  std::optional<InternalNetwork> network;
  std::optional<CodingAgentContainer> guard;
  EgressLog log;
  CollectingSink forwarders_output{4096};
  std::list<ChannelProcess> processes;

  bool is_allowlist() const { return parts.config.network == "allowlist"; }

  ContainerSpec proxy_spec() const {
    ContainerSpec spec;
    spec.name = plan.proxy;
    spec.image = parts.config.proxy_image;
    spec.labels["milepost.run"] = parts.run;
    spec.labels["milepost.egress"] = plan.network;
    spec.mounts = {{Mount::Kind::bind, parts.programs.string(), k_programs_path, true, "the supervisor"}};
    spec.uid = spec.gid = k_proxy_user;
    spec.is_invoking_user = false;
    spec.memory = "512m";
    spec.pids = 256;
    spec.tmp_size = "64m";
    spec.host_gateway = !rules.host_ports.empty();
    return spec;
  }

  /// Finds the proxy's address in the internal network, and this machine's in all of them.
  void look_around() {
    for (const NetworkPlace& place : parts.engine.places_of(plan.proxy)) {
      if (place.network == plan.network) route.proxy_address = place.address;
      if (!place.gateway.empty()) gateways.push_back(place.gateway);
    }
    if (route.proxy_address.empty())
      throw InfraError(parts.engine.name() + " gave the egress proxy no address in the network " +
                       plan.network);
  }

  void start_proxy(RunningContainer& container) {
    ProxyPlace place{route.proxy_address, route.proxy_port, gateways, parent_proxy()};
    ProcessSpec spec = in_proxy({"sh", "-c", "cat > /tmp/squid.conf && exec squid -N -f /tmp/squid.conf"});
    spec.input = squid_configuration(rules, place);
    processes.push_back(container.start(spec, log));
    if (!log.wait_until_ready(k_ready_limit))
      throw InfraError("the egress proxy does not start: " + one_line(log.words(), 400),
                       "build its image again: milepost setup --rebuild --set network.mode=allowlist");
  }

  void start_forwarders(RunningContainer& container) {
    for (const std::uint16_t port : rules.host_ports) {
      const std::string number = std::to_string(port);
      processes.push_back(container.start(
          in_proxy({"socat", "TCP-LISTEN:" + number + ",bind=" + route.proxy_address + ",fork,reuseaddr",
                    "TCP:host.docker.internal:" + number}),
          forwarders_output));
    }
  }

  bool stop() {
    processes.clear();
    const bool proxy_gone = !guard || guard->stop();
    const bool network_gone = !network || network->remove();
    if (on_leftover && !proxy_gone) on_leftover(parts.engine.name() + " rm -f " + plan.proxy);
    if (on_leftover && !network_gone) on_leftover(parts.engine.name() + " network rm " + plan.network);
    on_leftover = nullptr;
    return proxy_gone && network_gone;
  }
};

Egress::Egress(const Parts& parts, std::function<void(const std::string& command)> on_leftover)
    : impl_(new Impl{.parts = parts,
                     .on_leftover = std::move(on_leftover),
                     .rules = {},
                     .plan = {.mode = parts.config.network, .network = {}, .proxy = {}, .allowed = {}},
                     .route = {},
                     .gateways = {},
                     .network = {},
                     .guard = {},
                     .log = {},
                     .processes = {}}) {
  if (!impl_->is_allowlist()) return;
  std::vector<std::string> endpoints, urls;
  for (const HarnessProfile* harness : parts.harnesses) {
    const std::vector<std::string> more = harness->endpoints(), more_urls = base_urls(*harness);
    endpoints.insert(endpoints.end(), more.begin(), more.end());
    urls.insert(urls.end(), more_urls.begin(), more_urls.end());
  }
  impl_->rules = egress_rules(endpoints, urls, parts.config.network_allow, parts.config.host_ports);
  impl_->plan.network = "milepost-" + parts.run + "-net";
  impl_->plan.proxy = "milepost-" + parts.run + "-egress";
  impl_->plan.allowed = impl_->rules.texts();
  impl_->route.network = impl_->plan.network;
  impl_->route.proxy_port = free_proxy_port(impl_->rules.host_ports);
  impl_->route.host_ports = !impl_->rules.host_ports.empty();
}

Egress::~Egress() {
  impl_->stop();
}

const EgressStarting& Egress::plan() const {
  return impl_->plan;
}

std::optional<EgressRoute> Egress::planned_route() const {
  if (!impl_->is_allowlist()) return std::nullopt;
  EgressRoute route = impl_->route;
  route.proxy_address = "ADDRESS-OF-THE-PROXY";
  return route;
}

std::optional<EgressRoute> Egress::start(std::stop_token stop) {
  Impl& impl = *impl_;
  if (!impl.is_allowlist()) return std::nullopt;
  impl.network.emplace(impl.parts.engine, impl.plan.network,
                       std::map<std::string, std::string>{{"milepost.run", impl.parts.run}}, nullptr);
  impl.network->create();
  impl.guard.emplace(impl.parts.engine, impl.proxy_spec(), nullptr);
  ChannelTimes times;
  times.max_life = impl.parts.config.max_life;
  RunningContainer& container = impl.guard->start(times, stop);
  impl.parts.engine.connect_network(impl.plan.network, impl.plan.proxy);
  impl.look_around();
  impl.start_proxy(container);
  impl.start_forwarders(container);
  return impl.route;
}

std::string Egress::self_test(RunningContainer& agent, std::stop_token stop) {
  Impl& impl = *impl_;
  if (!impl.is_allowlist()) return {};
  const std::string allowed = impl.plan.allowed.empty() || impl.plan.allowed.front().starts_with("*.") ||
                                      (impl.rules.presets.empty() && impl.rules.allowed.empty())
                                  ? ""
                                  : impl.plan.allowed.front();
  const std::vector<std::string> questions = egress_test_questions(impl.route, allowed, impl.gateways);
  ProcessSpec spec =
      in_proxy({std::string(k_programs_path) + "/milepost-egress-probe", std::to_string(k_probe_wait_ms)});
  spec.argv.insert(spec.argv.end(), questions.begin(), questions.end());
  spec.total_limit = std::chrono::seconds(30);
  CollectingSink answers(64u << 10);
  const ProcessEnd end = agent.run(spec, answers, stop);
  if (stop.stop_requested()) throw Stopped(SIGINT);
  if (end.reason == EndReason::channel_lost) throw InfraError(agent.death());
  EgressVerdict verdict = judge_egress(questions, allowed, answers.out);
  impl.log.clear();
  if (!verdict.leak.empty())
    throw EnvironmentError(
        "the network allowlist does not hold: " + verdict.leak,
        "nothing was started; use another engine version, or set network.mode to open or none");
  if (verdict.warning.empty() && allowed.empty())
    verdict.warning = "nothing is on the network allowlist: the harness " +
                      impl.parts.harnesses.front()->name() +
                      " names no services of its own; set network.allow";
  return verdict.warning;
}

std::optional<EgressStopped> Egress::stop() {
  if (!impl_->is_allowlist()) return std::nullopt;
  EgressStopped stopped;
  stopped.denied = impl_->log.denied();
  stopped.removed = impl_->stop();
  return stopped;
}

}  // namespace milepost
