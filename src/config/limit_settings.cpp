#include "config/limit_settings.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/config/model_prices.hpp"

#include "config/setting_types.hpp"

namespace milepost::config {

namespace {

using Rule = RepositoryRule;

/// A part of a budget: a limit or `none`; a repository may lower it.
template <class Number>
Setting part_setting(std::string key, const char* type, const char* example, Budget Config::*budget,
                     std::optional<Number> Budget::*part, std::function<Number(const std::string&)> read,
                     std::function<std::string(Number)> write, std::string meaning) {
  Setting setting;
  setting.key = std::move(key);
  setting.type = std::string(type) + " or none";
  setting.example = example;
  setting.meaning = std::move(meaning);
  setting.set = [=](const Value& value, Config& config) {
    std::optional<Number>& limit = config.*budget.*part;
    if (value.text == "none")
      limit.reset();
    else
      limit = read(value.text);
  };
  setting.show = [=](const Config& config) {
    const std::optional<Number>& limit = config.*budget.*part;
    return limit ? write(*limit) : "none";
  };
  setting.widens = [=](const Config& limit, const Config& value) {
    const std::optional<Number>&before = limit.*budget.*part, &after = value.*budget.*part;
    return before && (!after || *after > *before);
  };
  return with_rule(std::move(setting), Rule::narrow, "only lower it");
}

std::vector<Setting> budget_settings(const std::string& group, Budget Config::*budget,
                                     const std::string& of) {
  using Count = std::uint64_t;
  const std::function<Count(const std::string&)> read_count = [](const std::string& text) {
    return read_number(text, 1, 1'000'000'000'000);
  };
  const std::function<std::string(Count)> write_count = [](Count count) { return std::to_string(count); };
  return {
      part_setting<Count>(group + ".attempts", "number", "20", budget, &Budget::attempts, read_count,
                          write_count, "Attempts of " + of + ", whatever they end with."),
      part_setting<Milliseconds>(
          group + ".time", "duration", "90m", budget, &Budget::time,
          [key = group + ".time"](const std::string& text) {
            const Milliseconds time = parse_duration(text, key);
            if (time.count() == 0) throw UsageError("0 leaves no time; write `none` for no limit");
            return time;
          },
          duration_text, "Working time of " + of + ": attempts and checks, without waiting."),
      part_setting<Count>(group + ".tokens", "number", "2000000", budget, &Budget::tokens, read_count,
                          write_count, "Input and output tokens of " + of + ", cached ones apart."),
      part_setting<Count>(group + ".turns", "number", "300", budget, &Budget::turns, read_count, write_count,
                          "Turns of the agent in " + of + "."),
      part_setting<double>(
          group + ".usd", "number", "5", budget, &Budget::usd,
          [](const std::string& text) { return read_decimal(text, 0, 1e6); }, decimal_text,
          "US dollars of " + of +
              ", as the harness reports them or as estimated from its tokens and `prices`; checked before "
              "each attempt and while the agent works."),
  };
}

const char* meaning_of(FailureClass failure) {
  switch (failure) {
    case FailureClass::auth:
      return "the login or key is not taken";
    case FailureClass::quota:
      return "an account's allowance is used up";
    case FailureClass::rate_limited:
      return "the service takes no more requests for now";
    case FailureClass::overloaded:
      return "the model's service failed";
    case FailureClass::context_overflow:
      return "the session has grown too long for the model";
    case FailureClass::turn_limit:
      return "the attempt's turns are used up";
    case FailureClass::budget:
      return "a budget was used up while the agent worked";
    case FailureClass::permission_blocked:
      return "the harness did not let the agent act";
    case FailureClass::refused:
      return "the model refused";
    case FailureClass::idle:
      return "the agent was silent for `timeouts.idle`";
    case FailureClass::timeout:
      return "the attempt took longer than `timeouts.task`";
    case FailureClass::hang_after_result:
      return "the agent reported its result and did not end within `timeouts.completion_grace`";
    case FailureClass::crashed:
      return "the harness ended without its final event, or against it";
    case FailureClass::oom:
      return "the container ran out of memory";
    case FailureClass::infra:
      return "the container, its output or a disk failed";
    case FailureClass::error:
      return "the harness ended with an error of no other class";
  }
  return "";
}

Setting failure_setting(FailureClass failure) {
  Setting setting;
  setting.key = "on_failure." + std::string(to_string(failure));
  setting.type = "list of actions";
  setting.example = "[retry, failover, stop]";
  setting.meaning = std::string("What follows when ") + meaning_of(failure) + ".";
  setting.also_list = true;
  setting.set = [failure](const Value& value, Config& config) {
    config.on_failure.set(failure, parse_failure_actions(failure, value.text));
  };
  setting.show = [failure](const Config& config) {
    return "[" + to_text(config.on_failure.actions(failure)) + "]";
  };
  return with_rule(std::move(setting), Rule::never, "decides what is spent, and with whose credentials");
}

/// Unlike other durations it has no limit that 0 turns off: less is less.
Setting max_wait_setting() {
  Setting setting = duration_setting(
      "max_wait", "30m", &Config::max_wait,
      "How long a task may wait in all for resets that a service states; 0: it never waits.");
  setting.widens = [](const Config& limit, const Config& value) { return value.max_wait > limit.max_wait; };
  return setting;
}

/// Unlike other counts it is a limit that 0 turns off.
Setting same_failures_setting() {
  Setting setting =
      count_setting("same_failures", "3", &Config::same_failures, 0, 100,
                    "A task ends once its attempts have failed so often in a row in the same way; 0: never.");
  setting.widens = [](const Config& limit, const Config& value) {
    const unsigned before = limit.same_failures, after = value.same_failures;
    return before != 0 && (after == 0 || after > before);
  };
  return setting;
}

}  // namespace

std::vector<Setting> limit_settings() {
  std::vector<Setting> settings = {
      duration_setting(
          "backoff", "10s", &Config::backoff,
          "Pause before a retry after the model's service failed; doubled each further time, at most "
          "10 minutes."),
      max_wait_setting(),
      with_rule(
          list_setting(
              "prices", "['my-model*=0.5/0.05/2']", &Config::prices,
              [](const std::string& text) { static_cast<void>(parse_model_price(text)); },
              "Prices of models whose harness tells no cost, as `MODEL=INPUT/CACHED/OUTPUT` in US dollars "
              "per million tokens; `*` at the end fits any rest. They go before the built-in table."),
          Rule::never, "decides what counts against the budget"),
      same_failures_setting(),
  };
  for (const auto& group : {budget_settings("budget", &Config::run_budget, "the whole run"),
                            budget_settings("task_budget", &Config::task_budget, "one task")})
    settings.insert(settings.end(), group.begin(), group.end());
  for (std::size_t i = 0; i < k_failure_classes; ++i)
    settings.push_back(failure_setting(static_cast<FailureClass>(i)));
  return settings;
}

}  // namespace milepost::config
