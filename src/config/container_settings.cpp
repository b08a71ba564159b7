#include "config/container_settings.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"

#include "config/setting_types.hpp"
#include "config/text_rules.hpp"

#include <limits>

namespace milepost::config {

namespace {

using Rule = RepositoryRule;

constexpr double k_unlimited = std::numeric_limits<double>::infinity();

Setting engine_setting() {
  Setting setting =
      text_setting("engine", "podman", &Config::engine, check_engine,
                   "The container engine: `docker`, `podman`, the absolute path of a client, or "
                   "`auto` for the first that answers.");
  setting.set = [](const Value& value, Config& config) {
    const bool automatic = value.text == "auto" || value.text.empty();
    if (!automatic) check_engine(value.text);
    config.engine = automatic ? "" : value.text;
  };
  setting.show = [](const Config& config) {
    return config.engine.empty() ? "auto" : yaml_text(config.engine);
  };
  return with_rule(setting, Rule::never, "chooses a program of this machine");
}

Setting cpus_setting() {
  Setting setting = text_setting("resources.cpus", "1.5", &Config::cpus, check_word,
                                 "Processors that the container may use.");
  setting.type = "number or none";
  setting.set = [](const Value& value, Config& config) {
    config.cpus = value.text == "none" ? "" : decimal_text(read_decimal(value.text, 0.01, 4096));
  };
  setting.show = [](const Config& config) { return config.cpus.empty() ? std::string("none") : config.cpus; };
  setting.widens = [](const Config& limit, const Config& value) {
    const auto amount = [](const Config& config) {
      return config.cpus.empty() ? k_unlimited : read_decimal(config.cpus, 0, k_unlimited);
    };
    return amount(value) > amount(limit);
  };
  return with_rule(setting, Rule::narrow, "only lower it");
}

Setting network_setting() {
  Setting setting = choice_setting(
      "network.mode", &Config::network, {"open", "bridge", "none", "allowlist"},
      "`open`: the container reaches every network that this machine reaches; `allowlist`: only the "
      "harness's own services and `network.allow`, through a proxy; `none`: nothing. "
      "`bridge` is an older word for `open`.");
  const auto set = setting.set;
  setting.set = [set](const Value& value, Config& config) {
    set(value, config);
    if (config.network == "bridge") config.network = "open";
  };
  setting.type = "open, allowlist or none";
  setting.widens = [](const Config& limit, const Config& value) {
    const auto reach = [](const Config& config) {
      return config.network == "none" ? 0 : config.network == "allowlist" ? 1 : 2;
    };
    return reach(value) > reach(limit);
  };
  return with_rule(setting, Rule::narrow, "only to less: open, allowlist, none");
}

Setting disk_setting() {
  Setting setting = bytes_setting("resources.disk", "20GB", &Config::disk_bytes, 1'000'000,
                                  "What one attempt may write to the code folder and the agent's HOME; "
                                  "beyond it the attempt ends as a limit.");
  setting.type = "size or none";
  const auto set = setting.set;
  setting.set = [set](const Value& value, Config& config) {
    value.text == "none" ? void(config.disk_bytes = 0) : set(value, config);
  };
  const auto show = setting.show;
  setting.show = [show](const Config& config) { return config.disk_bytes == 0 ? "none" : show(config); };
  setting.widens = [](const Config& limit, const Config& value) {
    return limit.disk_bytes != 0 && (value.disk_bytes == 0 || value.disk_bytes > limit.disk_bytes);
  };
  return with_rule(setting, Rule::narrow, "only lower it");
}

}  // namespace

std::vector<Setting> container_settings() {
  return {

      engine_setting(),
      with_rule(
          list_setting("engine_args", "[--dns=10.0.0.2]", &Config::engine_args, check_not_blank,
                       "Extra arguments for the engine's `run`; only those known to be harmless are taken."),
          Rule::never, "opens the container"),
      with_rule(
          text_setting("image", "registry.example/agent:1", &Config::image, check_word,
                       "The image of the coding-agent container; `milepost setup` builds the default one."),
          Rule::never, "chooses what is started on this machine with your credentials"),
      yes_no_setting("network.host_gateway", &Config::host_gateway,
                     "`host.docker.internal` in the container reaches services of this machine."),
      with_rule(list_setting(
                    "network.allow", "[registry.npmjs.org, '*.example.org:8443']", &Config::network_allow,
                    check_egress_target,
                    "Hosts that the container may reach in allowlist mode, beside the harness's own: `HOST` "
                    "(port 443), `HOST:PORT` or `*.HOST`."),
                Rule::never, "opens the network"),
      with_rule(
          list_setting("network.host_ports", "[5432, 8080]", &Config::host_ports, check_port,
                       "Ports of this machine that the container reaches as `host.docker.internal:PORT` in "
                       "allowlist mode."),
          Rule::never, "opens this machine"),
      network_setting(),
      with_rule(
          text_setting("network.proxy_image", "milepost-egress:latest", &Config::proxy_image, check_word,
                       "The image of the egress proxy; `milepost setup` builds it in allowlist mode."),
          Rule::never, "chooses what decides about the network"),
      cpus_setting(),
      disk_setting(),
      engine_size_setting("resources.memory", "4g", &Config::memory, /*may_be_none=*/true,
                          "Memory that the container may use."),
      count_setting("resources.pids", "512", &Config::pids, 16, 4'000'000,
                    "Processes and threads that the container may have."),
      engine_size_setting("resources.tmp", "512m", &Config::tmp_size, /*may_be_none=*/false,
                          "Size of `/tmp` in the container."),
  };
}

}  // namespace milepost::config
