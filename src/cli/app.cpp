#include "milepost/cli/app.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/cli/command.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

extern char** environ;

namespace milepost {

namespace fs = std::filesystem;

namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value && std::string_view(value) != "0" && std::string_view(value) != "false";
}

std::map<std::string, std::string> own_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (text.starts_with("MILEPOST_") && equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return variables;
}

/// The options of this command line that set something.
std::vector<const OptionInfo*> setting_options(const Invocation& invocation) {
  std::vector<const OptionInfo*> found;
  const auto add = [&](std::span<const OptionInfo> infos) {
    for (const OptionInfo& option : infos) {
      if (!option.setting.empty()) found.push_back(&option);
    }
  };
  add(common_options());
  if (const CommandInfo* command = find_command(invocation.command)) add(command->options);
  return found;
}

void add_setting(ConfigSources& sources, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos)
    throw UsageError("--set " + one_line(text, 60) + ": expected KEY=VALUE",
                     "for example: --set retries=0; `milepost config` lists every setting");
  const std::string key = text.substr(0, equals);
  sources.option_names.emplace(key, "--set");
  sources.options.emplace_back(key, text.substr(equals + 1));
}

/// Where the command works; a directory that is there.
fs::path start_directory_of(const Invocation& invocation) {
  std::error_code error;
  const fs::path here = fs::current_path(error);
  const auto given = invocation.value("directory");
  if (error && !(given && fs::path(*given).is_absolute()))
    throw UsageError("the current directory is gone: " + error.message(), "cd to one that exists");
  if (!given) return here;
  if (!fs::is_directory(*given, error))
    throw UsageError("-C: there is no directory '" + one_line(*given, 300) + "'");
  return fs::absolute(*given);
}

void put(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  if (!text.ends_with('\n')) std::fputc('\n', stream);
  std::fflush(stream);
}

}  // namespace

std::vector<std::string> given_settings(const Invocation& invocation) {
  std::vector<std::string> settings;
  for (const OptionInfo* option : setting_options(invocation)) {
    for (const std::string& value : invocation.values(option->name))
      settings.push_back(option->setting + "=" + value);
  }
  for (const std::string& text : invocation.values("set")) settings.push_back(text);
  return settings;
}

std::vector<std::string> kept_settings(const Invocation& invocation) {
  std::vector<std::string> settings = given_settings(invocation);
  std::erase_if(settings, [](const std::string& text) { return text.starts_with("notify."); });
  return settings;
}

LoadedConfig App::load_config(const Invocation& invocation, const std::vector<std::string>& kept) const {
  ConfigSources sources;
  sources.user_file = directories.config / "config.yaml";
  if (const auto file = invocation.value("config")) {
    sources.user_file = *file;
    if (!fs::exists(sources.user_file))
      throw UsageError(
          "--config: there is no file " + *file,
          "without --config, " + (directories.config / "config.yaml").string() + " is read when it is there");
  }
  try {
    sources.code_folder = code_folder().root;
  } catch (const EnvironmentError&) {
    // Outside of a repository there is no repository file; commands that need one say so themselves.
  }
  sources.environment = own_environment();
  for (const OptionInfo* option : setting_options(invocation)) {
    sources.option_names[option->setting] = "--" + option->name;
  }
  for (const std::string& text : kept) add_setting(sources, text);
  for (const std::string& text : given_settings(invocation)) add_setting(sources, text);
  return milepost::load_config(sources);
}

CodeFolder App::code_folder() const {
  return find_code_folder(start_directory, directories.state);
}

bool App::live_view(int fd) const {
  const char* terminal = std::getenv("TERM");
  const bool can_erase = terminal && *terminal && std::string_view(terminal) != "dumb";
  const bool results_there = json && ::isatty(STDOUT_FILENO);
  return !quiet && ::isatty(fd) && can_erase && !results_there && !is_set("CI");
}

void App::say(std::string_view line) const {
  if (quiet) return;
  make_way();
  put(stderr, line);
}

void App::complain(std::string_view line) const {
  make_way();
  put(stderr, line);
}

void App::print(std::string_view text) const {
  if (text.empty()) return;
  make_way();
  put(stdout, text);
}

App make_app(const Invocation& invocation, SignalWatcher& signals) {
  App app{.directories = Directories::from_environment(),
          .signals = signals,
          .start_directory = start_directory_of(invocation)};
  app.json = invocation.has("json");
  app.quiet = invocation.has("quiet");
  app.verbose = invocation.has("verbose");
  app.interactive = ::isatty(STDIN_FILENO) && ::isatty(STDERR_FILENO) && !is_set("CI") &&
                    !invocation.has("no-input") && !app.json;
  const char* terminal = std::getenv("TERM");
  app.colour = ::isatty(STDERR_FILENO) && !std::getenv("NO_COLOR") && terminal && *terminal &&
               std::string_view(terminal) != "dumb";
  return app;
}

}  // namespace milepost
